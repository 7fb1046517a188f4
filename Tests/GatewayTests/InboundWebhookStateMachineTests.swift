import HTTPTypes
import NIOHTTP1
import JSONValue
import MeetingBaaS
import NIOCore
import Support
import Testing

@testable import Gateway

/// One webhook on the fast path, without a connection, a clock or a database.
@Suite struct InboundWebhookStateMachineTests {
    private typealias Machine = InboundWebhookStateMachine
    private struct Refused: Error {}

    private static let path = "/webhooks/example"
    private static let body = Array(#"{"event":"bot.completed","data":{}}"#.utf8)

    private func head(
        _ method: HTTPMethod = .POST, _ path: String = Self.path, length: String? = nil
    ) -> HTTPRequestHead {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
        head.headers[.contentLength] = length
        return head
    }

    private func begin(_ head: HTTPRequestHead, isGenuine: Bool = true) -> Machine? {
        Machine(head, path: Self.path) { _ in isGenuine ? .key : nil }
    }

    private func webhook() throws -> WebhookIntake.Webhook {
        let given = try #require(WebhookPayload(Self.body))
        return WebhookIntake.Webhook(
            given, Self.body, by: .account(svixID: "msg_1"), of: "shared", at: Timestamp(milliseconds: 1))
    }

    private func name(_ action: Machine.Action?) -> String {
        switch action {
        case .verify(let body, _)?: "verify \(body.count)"
        case .store?: "store"
        case .answer(let outcome)?: "answer \(outcome.rawValue)"
        case .refuse?: "refuse"
        case nil: "nothing"
        }
    }

    @Test func `A small genuine POST to the path is taken, and nothing else`() {
        let limit = Machine.bodyLimit
        #expect(begin(head()) != nil && begin(head(length: "\(limit)")) != nil)
        #expect(begin(head(length: "\(limit + 1)")) == nil)
        #expect(begin(head(.PUT)) == nil && begin(head(.POST, Self.path + "/slug")) == nil)
        #expect(begin(head(.POST, Self.path + "?a=b")) == nil)
        #expect(begin(head(), isGenuine: false) == nil)
    }

    @Test func `A webhook is verified once it is whole, stored and answered`() throws {
        var machine = try #require(begin(head()))
        var steps: [String] = []
        for part in [Self.body.prefix(10), Self.body.dropFirst(10)] {
            let action = machine.receivedBody(ByteBuffer(bytes: part))
            #expect(action == .readOn)
        }
        steps.append(name(machine.receivedEnd()))
        steps.append(name(machine.verified(.success(try webhook()))))
        steps.append(name(machine.stored(.success(.attributed))))
        #expect(steps == ["verify \(Self.body.count)", "store", "answer bound"])
        // Nothing of it happens twice.
        let again = [
            name(machine.receivedEnd()), name(machine.verified(.success(try webhook()))),
            name(machine.stored(.success(.attributed))),
        ]
        #expect(again == ["nothing", "nothing", "nothing"])
    }

    @Test func `A webhook that is not genuine is refused, and one that cannot be stored`() throws {
        var forged = try #require(begin(head()))
        _ = forged.receivedEnd()
        let refused = name(forged.verified(.failure(Refused())))
        let stored = name(forged.stored(.success(.attributed)))
        #expect(refused == "refuse" && stored == "nothing")
        var full = try #require(begin(head()))
        _ = full.receivedEnd()
        _ = full.verified(.success(try webhook()))
        let failed = name(full.stored(.failure(Refused())))
        #expect(failed == "refuse")
    }

    @Test func `A body beyond the limit goes to the router with every byte that came`() throws {
        var machine = try #require(begin(head()))
        let bytes = (0...Machine.bodyLimit).map { UInt8(truncatingIfNeeded: $0) }
        let first = machine.receivedBody(ByteBuffer(bytes: bytes.dropLast()))
        let last = machine.receivedBody(ByteBuffer(bytes: bytes.suffix(1)))
        #expect(first == .readOn && last == .route(bytes))
        let (more, end) = (machine.receivedBody(ByteBuffer(bytes: [1])), name(machine.receivedEnd()))
        #expect(more == .readOn && end == "nothing")
    }

    @Test func `A client that leaves ends what was not verified, and not what is being stored`() throws {
        var early = try #require(begin(head()))
        early.cancelled()
        let nothing = name(early.receivedEnd())
        var late = try #require(begin(head()))
        _ = late.receivedEnd()
        _ = late.verified(.success(try webhook()))
        late.cancelled()
        let logged = name(late.stored(.success(.quarantined)))
        #expect(nothing == "nothing" && logged == "answer held")
    }

    /// Whatever is called in whatever order, the steps come in theirs, and each at most once.
    @Test func `Random sequences keep the order of the steps`() throws {
        Support.SeededGenerator.announce("InboundWebhookStateMachineTests")
        var random = Support.SeededGenerator("InboundWebhookStateMachineTests")
        let webhook = try webhook()
        var answered = 0
        for round in 0..<10_000 {
            guard var machine = begin(head()) else { return }
            var (steps, sent, isCancelled): ([String], Int, Bool) = ([], 0, false)
            for _ in 0..<12 {
                let fails = Int.random(in: 0..<4, using: &random) == 0
                switch Int.random(in: 0..<8, using: &random) {
                case 0..<2:
                    let count = Int.random(in: 0..<30_000, using: &random)
                    let action = machine.receivedBody(ByteBuffer(repeating: 1, count: count))
                    if steps.isEmpty, !isCancelled { sent += count }
                    if case .route(let body) = action {
                        #expect(body.count == sent && sent > Machine.bodyLimit && steps.isEmpty, "round \(round)")
                        steps.append("route")
                    } else {
                        #expect(!steps.isEmpty || isCancelled || sent <= Machine.bodyLimit, "round \(round)")
                    }
                case 2..<4:
                    let step = name(machine.receivedEnd())
                    #expect(step == "nothing" || step == "verify \(sent)" && !isCancelled, "round \(round): \(step)")
                    if step != "nothing" { steps.append("verify") }
                case 4, 5: steps.append(name(machine.verified(fails ? .failure(Refused()) : .success(webhook))))
                case 6: steps.append(name(machine.stored(fails ? .failure(Refused()) : .success(.attributed))))
                default:
                    machine.cancelled()
                    if steps.allSatisfy({ $0 == "nothing" }) { isCancelled = true }
                }
                steps.removeAll { $0 == "nothing" }
            }
            let orders = [
                [], ["route"], ["verify"], ["verify", "refuse"], ["verify", "store"],
                ["verify", "store", "refuse"], ["verify", "store", "answer bound"],
            ]
            #expect(orders.contains(steps), "round \(round): \(steps)")
            if steps.last == "answer bound" { answered += 1 }
        }
        #expect(answered > 100)
    }
}
