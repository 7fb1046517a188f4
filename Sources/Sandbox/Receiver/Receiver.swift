import DequeModule
import Synchronization

/// A tenant's endpoint: takes webhooks at `/hooks/{name}`, shows them, and answers as configured.
final class Receiver: Sendable {
    /// The answers of one hook; `times` nil means from now on.
    private struct Behaviour {
        var status: Int
        var delayMilliseconds: Int
        var times: Int?
    }

    private struct State {
        var received: Deque<(name: String, entry: JSON)> = []
        var behaviours: [String: Behaviour] = [:]
    }

    private static let capacity = 5000
    private let state = Mutex(State())

    func origin() -> Origin {
        var api = Routes()
        for method in ["POST", "PUT"] { api.on(method, "/hooks/:name") { await self.take($0) } }
        var control = Routes()
        control.on("GET", "/") { call in
            .html(200, call.query("fragment") == nil ? self.page : ReceiverPage.list(self.entries(named: nil)))
        }
        control.on("GET", "/connected") { .html(200, ReceiverPage.connected($0)) }
        control.on("GET", "/received") { .json(200, ["data": .array(self.entries(named: $0.query("name")))]) }
        control.on("DELETE", "/received") { _ in
            self.state.withLock { $0.received = [] }
            return Reply(204)
        }
        control.on("PUT", "/_sandbox/behaviour") { self.behave($0) }
        return Origin(api: api, control: control, unknown: { _ in .text(404, "Not found\n") })
    }

    private func take(_ call: Call) async -> Reply {
        let name = call.parameter("name")
        let text = String(decoding: call.body, as: UTF8.self)
        let entry: JSON = [
            "name": .string(name), "method": .string(call.method), "at": Moment.now.json,
            "headers": .object(call.headers.mapValues { .string($0) }),
            "body": JSON.parse(call.body) ?? .string(text),
            // As received: signatures are over these very bytes.
            "raw": .string(text),
        ]
        let behaviour = state.withLock { state -> Behaviour? in
            state.received.append((name, entry))
            if state.received.count > Receiver.capacity { state.received.removeFirst() }
            guard let behaviour = state.behaviours[name] else { return nil }
            if let times = behaviour.times {
                if times <= 1 { state.behaviours[name] = nil } else { state.behaviours[name]?.times = times - 1 }
            }
            return behaviour
        }
        guard let behaviour else { return .json(200, ["ok": true]) }
        if behaviour.delayMilliseconds > 0 { try? await Task.sleep(for: .milliseconds(behaviour.delayMilliseconds)) }
        return .json(behaviour.status, ["ok": .bool((200...299).contains(behaviour.status))])
    }

    /// `{name, status = 200, delay_ms?, times?}`.
    private func behave(_ call: Call) -> Reply {
        let body = JSON.parse(call.body)
        guard let name = body?["name"]?.string else { return .json(400, ["error": "name is missing"]) }
        let status = body?["status"]?.integer ?? 200
        let times = body?["times"]?.integer
        let behaviour = Behaviour(status: status, delayMilliseconds: body?["delay_ms"]?.integer ?? 0, times: times)
        state.withLock { $0.behaviours[name] = times.map { $0 < 1 } ?? false ? nil : behaviour }
        return .json(200, ["name": .string(name), "status": .integer(status)])
    }

    private func entries(named name: String?) -> [JSON] {
        state.withLock { state in state.received.filter { name == nil || $0.name == name }.map(\.entry) }
    }

    private var page: String { ReceiverPage.page(entries(named: nil)) }
}
