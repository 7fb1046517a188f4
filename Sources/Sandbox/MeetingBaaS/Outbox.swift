import AsyncHTTPClient
import DequeModule
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// Sends webhooks: in order per account, retried by the vendor's schedule, signed at each attempt.
final class Outbox: Sendable {
    private struct Log {
        var entries: [String: [JSON]] = [:]
        var order: Deque<(id: String, event: String)> = []
    }

    private let messages: AsyncStream<WebhookMessage>
    private let continuation: AsyncStream<WebhookMessage>.Continuation
    /// Looks the account up at each attempt, so that a changed URL or secret counts at once.
    private let account = Mutex<@Sendable (String) -> SandboxAccount?>({ _ in nil })
    private let log = Mutex(Log())
    private let schedule: [Double]
    private let logger: Logger

    init(schedule: [Double], logger: Logger) {
        (messages, continuation) = AsyncStream.makeStream(of: WebhookMessage.self)
        self.schedule = schedule.isEmpty ? [0] : schedule
        self.logger = logger
    }

    func lookUp(_ account: @escaping @Sendable (String) -> SandboxAccount?) { self.account.withLock { $0 = account } }

    @discardableResult
    func send(_ message: WebhookMessage) -> String {
        log.withLock { $0.order.append((message.id, message.event)) }
        continuation.yield(message)
        return message.id
    }

    /// Sends `body` as the calendar's account and API version do it.
    func send(_ body: JSON, of calendar: CalendarRecord) {
        send(WebhookMessage(account: calendar.account, version: calendar.version, body: body))
    }

    /// The webhooks sent and their results: `{id, event, attempts: [{at, status|error}]}`.
    var history: JSON {
        log.withLock { log in
            .array(
                log.order.map { entry in
                    [
                        "id": .string(entry.id), "event": .string(entry.event),
                        "attempts": .array(log.entries[entry.id] ?? []),
                    ]
                })
        }
    }

    /// Delivers until cancelled.
    func run(_ client: HTTPClient) async {
        await withDiscardingTaskGroup { group in
            var lanes: [String: AsyncStream<WebhookMessage>.Continuation] = [:]
            for await message in messages.cancelOnGracefulShutdown() {
                if let lane = lanes[message.account] {
                    lane.yield(message)
                    continue
                }
                let (stream, lane) = AsyncStream.makeStream(of: WebhookMessage.self)
                lanes[message.account] = lane
                lane.yield(message)
                group.addTask { await self.drain(stream, client) }
            }
            group.cancelAll()
        }
    }

    /// One account's messages: first attempts one after the other, later ones beside them.
    private func drain(_ stream: AsyncStream<WebhookMessage>, _ client: HTTPClient) async {
        await withDiscardingTaskGroup { group in
            for await message in stream {
                let schedule = message.schedule ?? schedule
                let delays = message.once ? schedule.prefix(1) : schedule[...]
                let waits = (delays.first ?? 0) > 0
                if !waits, await attempt(message, client) != .again { continue }
                let rest = waits ? delays : delays.dropFirst()
                group.addTask {
                    for delay in rest {
                        guard (try? await Task.sleep(for: .seconds(delay))) != nil else { return }
                        if await self.attempt(message, client) != .again { return }
                    }
                }
            }
        }
    }

    private enum Outcome { case done, again }

    private func attempt(_ message: WebhookMessage, _ client: HTTPClient) async -> Outcome {
        let account = account.withLock { $0 }(message.account)
        guard let account, let target = message.target(account) else {
            // No endpoint is registered: the vendor drops it.
            record(message, ["error": "no webhook URL"])
            return .done
        }
        var request = HTTPClientRequest(url: target.url)
        request.method = .RAW(value: target.method)
        for header in target.headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(bytes: message.bytes))
        do {
            let response = try await client.execute(request, timeout: .seconds(message.version == .v1 ? 10 : 30))
            _ = try? await response.body.collect(upTo: 1 << 16)
            let status = Int(response.status.code)
            record(message, ["status": .integer(status)])
            // Callbacks are repeated after 5xx and network errors only (facts 6.1).
            if message.isCallback { return status >= 500 ? .again : .done }
            return (200...299).contains(status) ? .done : .again
        } catch {
            record(message, ["error": .string("\(error)")])
            return .again
        }
    }

    private func record(_ message: WebhookMessage, _ outcome: [String: JSON]) {
        var entry = outcome
        entry["at"] = Moment.now.json
        log.withLock { log in
            log.entries[message.id, default: []].append(.object(entry))
            if log.order.count > 2000 {
                log.entries[log.order.removeFirst().id] = nil
            }
        }
        logger.debug(
            "Webhook attempted", metadata: ["event": "\(message.event)", "outcome": "\(JSON.object(entry).text)"])
    }
}
