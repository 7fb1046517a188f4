import Foundation
import HTTPTransport
import JSONValue
import SQL

/// Metrics read at the moment of the request: queues and their age from the database, and the process itself. swift-metrics
/// has no type for these: its `Meter` and `Gauge` are set when a value changes.
struct Gauges: Sendable {
    /// The number of database reads of each cache, by name.
    let memory: @Sendable () -> [(String, Int)]
    let limiter: UpstreamLimiter
    let database: any Database
    let clock: GatewayClock
    let connections: ClientConnections
    let clients: HTTPClients
    let deliveries: DeliveryWorker
    let started: Timestamp

    func text() async throws -> String {
        let now = clock.now
        let queues = try await database.read { try QueueDepth.all(in: $0) }
        let (messageBytes, limited) = try await database.read { tx in
            (try TenantMessageCounters.totalBytes(in: tx), try MessageStorage.limited(in: tx))
        }
        var out = MetricsText()
        for queue in queues {
            out.gauge("gateway_\(queue.name)", queue.help, queue.depth)
            out.gauge(
                "gateway_\(queue.name)_oldest_seconds", "Seconds that the oldest of them has been due.",
                queue.oldest.map { max(now.seconds(since: $0), 0) } ?? 0)
        }
        out.gauge("gateway_message_bytes", "Bytes of stored messages, of all tenants.", messageBytes)
        out.gauge(
            "gateway_tenants_storage_low", "Tenants whose messages have 80 % or more of limits.message_bytes.",
            limited.count { $0.isLow })
        out.gauge(
            "gateway_tenants_storage_exceeded", "Tenants whose messages have more than limits.message_bytes.",
            limited.count { $0.excess() > 0 })
        out.gauge("gateway_http_connections", "Open connections of callers.", connections.open)
        out.gauge(
            ConnectionsCheck.gauge,
            "Of these, the connections of an untrusted address that sends X-Forwarded-For and holds over half.",
            connections.untrustedProxy?.connections ?? 0)
        out.gauge("gateway_upstream_in_flight", "Calls of Meeting BaaS that go on.", clients.upstreamInFlight.count)
        out.gauge("gateway_upstream_writes_waiting", "Writes that wait for their turn.", limiter.budget.waiting)
        out.gauge("gateway_upstream_breaker_open", "1 while Meeting BaaS is not asked.", limiter.isOpen ? 1 : 0)
        out.begin(
            "gateway_memory_reads_total", "counter", "How often what is kept in memory was read from the database.")
        for (name, count) in memory() { out.sample("gateway_memory_reads_total", [("what", name)], "\(count)") }
        out.gauge("gateway_provider_in_flight", "Calls of providers that go on.", clients.identityInFlight.count)
        out.gauge("gateway_deliveries_in_flight", "Attempts of deliveries that go on.", deliveries.inFlight)
        let database = database.load
        out.gauge("gateway_database_writes_waiting", "Transactions that wait for the writer.", database.writes)
        out.gauge("gateway_database_reads_waiting", "Transactions that wait for a reader.", database.reads)
        out.gauge(
            "gateway_database_write_rows_max", "The most rows that one write transaction changed since the start.",
            database.largestWrite.rows)
        out.gauge(
            "gateway_database_write_seconds_max", "The longest time that one had the writer, without the commit.",
            database.largestWrite.duration.seconds)
        out.begin(
            "gateway_log_lines_dropped_total", "counter", "Log lines that could not be written and were dropped.")
        out.sample("gateway_log_lines_dropped_total", [], "\(LogWriter.standardError.dropped)")
        out.begin("gateway_build_info", "gauge", "Which build this is.")
        out.sample("gateway_build_info", [("version", Version.number)], "1")
        process(&out)
        return out.text
    }

    /// The names that Prometheus' own clients use.
    private func process(_ out: inout MetricsText) {
        out.gauge(
            "process_start_time_seconds", "When the process began, since 1970.", Double(started.milliseconds) / 1000)
        #if os(Linux)
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
            out.gauge("process_open_fds", "Open files and sockets.", files)
            guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
                let fields = stat.split(separator: ")").last?.split(separator: " "), fields.count > 21
            else { return }
            let ticks = (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)
            out.begin("process_cpu_seconds_total", "counter", "Seconds of CPU, user and system.")
            out.sample("process_cpu_seconds_total", [], "\(ticks / Double(sysconf(Int32(_SC_CLK_TCK))))")
            let pages = Double(fields[21]) ?? 0
            out.gauge(
                "process_resident_memory_bytes", "Memory in use.", pages * Double(sysconf(Int32(_SC_PAGESIZE))))
        #endif
    }
}
