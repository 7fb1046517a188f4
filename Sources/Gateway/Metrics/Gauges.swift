import Foundation
import SQL
import Wire

/// What is read at the moment of asking: queues and their age from the database, and the process itself.
struct Gauges: Sendable {
    /// How often what is remembered had to be read from the database, by what it is.
    let memory: @Sendable () -> [(String, Int)]
    let gate: UpstreamGate
    let database: any Database
    let clock: GatewayClock
    let connections: ConnectionCount
    let clients: HTTPClients
    let deliveries: DeliveryWorker
    let started: Timestamp

    private struct Queue {
        let name: String
        let help: String
        let depth: Int64
        /// Seconds that the oldest has waited past its time.
        let age: Double
    }

    /// Queues are counted up to here: a scrape must stay cheap.
    private static let countLimit = 100_000

    func text() async throws -> String {
        let now = clock.now
        let queues = try await database.read { tx in
            [
                try Self.queue(
                    "deliveries_pending", "Deliveries that wait for an attempt.", now, tx,
                    "SELECT next_attempt_at AS due FROM deliveries WHERE status = 'pending'"),
                try Self.queue(
                    "deliveries_held", "Deliveries held for a disabled endpoint or a suspended tenant.", now, tx,
                    "SELECT created_at AS due FROM deliveries WHERE status = 'held'"),
                try Self.queue("jobs_pending", "Background jobs that wait.", now, tx, "SELECT due_at AS due FROM jobs"),
                try Self.queue(
                    "webhooks_unbound", "Webhooks received whose owner is not known yet.", now, tx,
                    "SELECT received_at AS due FROM messages WHERE tenant_id IS NULL"),
                try Self.queue(
                    "calendars_creating", "Calendar creations whose outcome is not known.", now, tx,
                    "SELECT began_at AS due FROM calendar_creations"),
                try Self.queue(
                    "calendars_unclaimed", "Calendars at Meeting BaaS that nobody here owns.", now, tx,
                    "SELECT first_seen_at AS due FROM unclaimed_calendars"),
            ]
        }
        let (messageBytes, limited) = try await database.read { tx in
            (
                try tx.first("SELECT CAST(COALESCE(SUM(message_bytes), 0) AS BIGINT) AS bytes FROM tenants")?
                    .integer("bytes") ?? 0, try MessageStorage.limited(in: tx)
            )
        }
        var out = MetricsText()
        for queue in queues {
            out.gauge("gateway_\(queue.name)", queue.help, queue.depth)
            out.gauge(
                "gateway_\(queue.name)_oldest_seconds", "Seconds that the oldest of them has been due.", queue.age)
        }
        out.gauge("gateway_message_bytes", "Bytes of stored messages, of all tenants.", messageBytes)
        out.gauge(
            "gateway_tenants_storage_low", "Tenants whose messages have 80 % or more of limits.message_bytes.",
            limited.count { $0.isLow })
        out.gauge(
            "gateway_tenants_storage_exceeded", "Tenants whose messages have more than limits.message_bytes.",
            limited.count { $0.excess() > 0 })
        out.gauge("gateway_http_connections", "Open connections of callers.", connections.open)
        out.gauge("gateway_upstream_in_flight", "Calls of Meeting BaaS that go on.", clients.upstreamInFlight.count)
        out.gauge("gateway_upstream_writes_waiting", "Writes that wait for their turn.", gate.budget.waiting)
        out.gauge("gateway_upstream_breaker_open", "1 while Meeting BaaS is not asked.", gate.isOpen ? 1 : 0)
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

    private static func queue(
        _ name: String, _ help: String, _ now: Timestamp, _ tx: any Transaction, _ rows: Query
    ) throws -> Queue {
        let row = try tx.first(
            "SELECT COUNT(*) AS depth, MIN(due) AS oldest FROM (\(rows) ORDER BY due LIMIT \(countLimit)) AS waiting")
        let oldest = try row?.optionalInteger("oldest").map { now.seconds(since: Timestamp(milliseconds: $0)) }
        return Queue(name: name, help: help, depth: try row?.integer("depth") ?? 0, age: max(oldest ?? 0, 0))
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
