import NIOCore
import Support
import Testing

@testable import Gateway

@Suite struct ConnectionRegistryTests {
    private let now = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func `The address with the most connections loses newcomers first, then its other idle ones`() {
        var registry = ConnectionRegistry(limit: 16)
        let crowd = (0..<10).map { _ in registry.opened("crowd", isTrusted: false).id }
        for id in crowd { #expect(registry.requestBegan(id, at: now).toClose.isEmpty) }
        // The first three carried a valid credential, the last one still waits for its reply.
        for id in crowd.dropLast() { _ = registry.requestEnded(id, isAuthenticated: id < crowd[3]) }
        let single = registry.opened("single", isTrusted: false).id
        for _ in 0..<3 { #expect(registry.opened("few", isTrusted: false).outcome.toClose.isEmpty) }
        #expect(registry.open == 14 && !registry.isCrowded)
        var closed: [Int] = []
        for number in 0..<7 {
            let opening = registry.opened("new \(number)", isTrusted: false)
            closed += opening.outcome.toClose
            for id in opening.outcome.toClose { registry.closed(id) }
        }
        #expect(closed == Array(crowd[3..<9]) + [crowd[0]])
        #expect(!closed.contains(single) && registry.open == 14)
    }

    @Test func `A proxy that is trusted loses idle connections last, and only at the limit`() {
        var registry = ConnectionRegistry(limit: 20)
        for _ in 0..<17 { #expect(registry.opened("proxy", isTrusted: true).outcome.toClose.isEmpty) }
        let others = (0..<2).map { _ in registry.opened("other", isTrusted: false) }
        // The other address has two; the newer of them does not close itself.
        #expect(others[0].outcome.toClose.isEmpty && others[1].outcome.toClose == [others[0].id])
        registry.closed(others[0].id)
        #expect(registry.open == 18)
        let third = registry.opened("third", isTrusted: false)
        #expect(third.outcome.toClose.isEmpty, "the only connection of an address stays below the limit")
        let fourth = registry.opened("fourth", isTrusted: false)
        #expect(fourth.outcome.toClose == [others[1].id], "at the limit the one that is idle longest goes")
        registry.closed(others[1].id)
        for id in [third.id, fourth.id] { _ = registry.requestBegan(id, at: now) }
        let fifth = registry.opened("proxy", isTrusted: true)
        #expect(fifth.outcome.toClose == [0], "nothing else is idle")
    }

    @Test func `A request that comes in time saves its connection, and another one goes`() {
        var registry = ConnectionRegistry(limit: 16)
        let ids = (0..<14).map { _ in registry.opened("one", isTrusted: false).id }
        let opening = registry.opened("two", isTrusted: false)
        #expect(opening.outcome.toClose == [ids[0]])
        #expect(registry.requestBegan(ids[0], at: now).toClose == [ids[1]])
        #expect(registry.declined(ids[1]).toClose == [ids[2]])
        registry.closed(ids[2])
        #expect(registry.requestEnded(ids[1], isAuthenticated: false).toClose.isEmpty)
        #expect(registry.open == 14)
    }

    @Test func `An address limit costs the address its own idle connections, then its new ones`() {
        var registry = ConnectionRegistry(limit: 100, addressLimit: 3)
        let ids = (0..<3).map { _ in registry.opened("one", isTrusted: false).id }
        let fourth = registry.opened("one", isTrusted: false)
        #expect(fourth.isAccepted && fourth.outcome.toClose == [ids[0]])
        registry.closed(ids[0])
        for id in [ids[1], ids[2], fourth.id] { _ = registry.requestBegan(id, at: now) }
        let fifth = registry.opened("one", isTrusted: false)
        #expect(!fifth.isAccepted && fifth.outcome.toClose.isEmpty)
        registry.closed(fifth.id)
        #expect(registry.opened("two", isTrusted: false).isAccepted)
        for _ in 0..<9 { #expect(registry.opened("proxy", isTrusted: true).isAccepted) }
        #expect(registry.open == 13)
    }

    @Test func `An untrusted proxy is reported once an hour while it holds over half`() {
        var registry = ConnectionRegistry(limit: 100)
        let ids = (0..<16).map { _ in registry.opened("proxy", isTrusted: false).id }
        for _ in 0..<16 { _ = registry.opened("other", isTrusted: false) }
        #expect(registry.sentForwardedFor(ids[0], at: now).untrustedProxy == nil && registry.untrustedProxy == nil)
        let last = registry.opened("proxy", isTrusted: false).id
        let report = ConnectionRegistry.UntrustedProxy(address: "proxy", connections: 17, open: 33)
        #expect(registry.requestBegan(last, at: now).untrustedProxy == report)
        #expect(registry.untrustedProxy == report)
        #expect(registry.requestBegan(ids[1], at: now + .minutes(59)).untrustedProxy == nil)
        #expect(registry.requestBegan(ids[2], at: now + .minutes(61)).untrustedProxy == report)
        registry.closed(last)
        #expect(registry.untrustedProxy == nil)
        var trusted = ConnectionRegistry(limit: 100)
        let proxy = (0..<20).map { _ in trusted.opened("proxy", isTrusted: true).id }
        #expect(trusted.sentForwardedFor(proxy[0], at: now).untrustedProxy == nil)
    }

    /// The rules once more, by looking at everything each time.
    private struct Model {
        struct Connection {
            let address: String
            let isTrusted: Bool
            var idleSince: Int?
            var isAuthenticated = false
            var isClosing = false
        }
        let limit: Int
        var threshold: Int { limit * 9 / 10 }
        var connections: [Int: Connection] = [:]
        var clock = 0
        var staying: Int { connections.values.count { !$0.isClosing } }
        func count(_ address: String) -> Int { connections.values.count { $0.address == address } }

        /// Connections of which any may be the next to close.
        func candidates(except new: Int?) -> Set<Int> {
            guard staying > threshold else { return [] }
            let idle = connections.filter { $0.value.idleSince != nil && $0.key != new }
            let untrusted = idle.filter { !$0.value.isTrusted }
            let group = untrusted.isEmpty ? idle : untrusted
            let most = group.values.map { count($0.address) }.max() ?? 0
            if staying < limit, untrusted.isEmpty || most < 2 { return [] }
            let addresses = Set(group.values.map(\.address).filter { count($0) == most })
            return Set(
                addresses.compactMap { address in
                    let own = group.filter { $0.value.address == address }
                    let unauthenticated = own.filter { !$0.value.isAuthenticated }
                    return (unauthenticated.isEmpty ? own : unauthenticated).min {
                        $0.value.idleSince ?? 0 < $1.value.idleSince ?? 0
                    }?
                    .key
                })
        }

        mutating func close(_ chosen: [Int], except new: Int? = nil) -> Bool {
            for id in chosen {
                guard candidates(except: new).contains(id) else { return false }
                connections[id]?.idleSince = nil
                connections[id]?.isClosing = true
            }
            return candidates(except: new).isEmpty
        }

        mutating func makeIdle(_ id: Int) {
            clock += 1
            connections[id]?.idleSince = clock
        }
    }

    @Test func `Every sequence of events closes the connections that the rules name`() {
        Support.SeededGenerator.announce("ConnectionRegistryTests")
        var random = Support.SeededGenerator("ConnectionRegistryTests")
        for round in 0..<60 {
            let limit = Int.random(in: 2...40, using: &random)
            var (registry, model) = (ConnectionRegistry(limit: limit), Model(limit: limit))
            let names = (0..<Int.random(in: 1...8, using: &random)).map { "address \($0)" }
            for step in 0..<600 {
                let busy = model.connections.filter { $0.value.idleSince == nil && !$0.value.isClosing }.keys.sorted()
                let closing = model.connections.filter(\.value.isClosing).keys.sorted()
                let fits: Bool
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<3 where model.connections.count < limit + 3:
                    let name = names.randomElement(using: &random) ?? ""
                    let isTrusted = name == "address 1"
                    let opening = registry.opened(name, isTrusted: isTrusted)
                    #expect(model.connections[opening.id] == nil && opening.isAccepted)
                    model.connections[opening.id] = .init(address: name, isTrusted: isTrusted)
                    fits = model.close(opening.outcome.toClose, except: opening.id)
                    model.makeIdle(opening.id)
                case 3..<5:
                    let waiting = model.connections.filter { $0.value.idleSince != nil || $0.value.isClosing }
                    guard let id = waiting.keys.sorted().randomElement(using: &random) else { continue }
                    let wasClosing = model.connections[id]?.isClosing == true
                    model.connections[id]?.isClosing = false
                    model.connections[id]?.idleSince = nil
                    let chosen = registry.requestBegan(id, at: now).toClose
                    fits = wasClosing ? model.close(chosen) : chosen.isEmpty
                case 5..<7:
                    guard let id = busy.randomElement(using: &random) else { continue }
                    let isAuthenticated = model.connections[id]?.isAuthenticated == true || Bool.random(using: &random)
                    model.connections[id]?.isAuthenticated = isAuthenticated
                    model.makeIdle(id)
                    fits = model.close(registry.requestEnded(id, isAuthenticated: isAuthenticated).toClose)
                case 7:
                    guard let id = closing.randomElement(using: &random) else { continue }
                    model.connections[id]?.isClosing = false
                    fits = model.close(registry.declined(id).toClose)
                default:
                    let all = closing + (Bool.random(using: &random) ? busy : Array(model.connections.keys).sorted())
                    guard let id = all.randomElement(using: &random) else { continue }
                    model.connections[id] = nil
                    registry.closed(id)
                    fits = true
                }
                guard fits, registry.open == model.connections.count else {
                    Issue.record("round \(round), step \(step), limit \(limit)")
                    return
                }
            }
        }
    }
}
