import NIOCore
import Testing

@testable import HTTPTransport

/// Times are given, and nothing is connected.
@Suite struct ConnectionPoolStateMachineTests {
    typealias Machine = ConnectionPoolStateMachine<String>
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func machine(connections: Int = 8, handshakes: Int = 4, loops: Int = 2) -> Machine {
        Machine(limits: .init(connections: connections, handshakes: handshakes), loops: loops)
    }

    private func request(
        _ id: Int, _ key: String = "a", loop: Int = 0, addresses: [SocketAddress]? = nil,
        within: TimeAmount = .seconds(3)
    ) -> Machine.Request {
        Machine.Request(id: id, key: key, loop: loop, addresses: addresses, deadline: start + within)
    }

    /// A machine whose requests `ids` have the connections 1 and on.
    private func busy(_ machine: inout Machine, _ ids: ClosedRange<Int>, _ key: String = "a") {
        for id in ids {
            for case .connect(let connection, _) in machine.request(request(id, key), at: start) {
                _ = machine.connected(connection, to: nil, at: start)
            }
        }
    }

    @Test func `A request opens a connection, the next one gets it, and an older one is closed`() {
        var machine = machine()
        #expect(machine.request(request(1), at: start) == [.connect(1, for: 1)])
        #expect(machine.connected(1, to: nil, at: start) == [.assign(1, 1, isReused: false)])
        #expect(machine.released(1, isReusable: true, at: start).isEmpty)
        #expect(machine.request(request(2), at: start) == [.assign(2, 1, isReused: true)])
        #expect(machine.released(1, isReusable: false, at: start) == [.close(1)])
        #expect(machine.request(request(3), at: start) == [.connect(2, for: 3)])
        _ = machine.connected(2, to: nil, at: start)
        #expect(machine.released(2, isReusable: true, at: start + .minutes(5)) == [.close(2)], "it is too old")
    }

    @Test func `An idle connection of the request's event loop is preferred, and one of another is borrowed`() {
        var machine = machine()
        #expect(machine.request(request(1, loop: 0), at: start) == [.connect(1, for: 1)])
        #expect(machine.request(request(2, loop: 1), at: start) == [.connect(2, for: 2)])
        for id in 1...2 { _ = machine.connected(id, to: nil, at: start) }
        for id in 1...2 { _ = machine.released(id, isReusable: true, at: start) }
        #expect(machine.loop(of: 1) == 0 && machine.loop(of: 2) == 1)
        #expect(machine.request(request(3, loop: 0), at: start) == [.assign(3, 1, isReused: true)])
        #expect(machine.request(request(4, loop: 0), at: start) == [.assign(4, 2, isReused: true)])
    }

    @Test func `The connection that was used last is used first, so that the others may go`() {
        var machine = machine(loops: 1)
        busy(&machine, 1...3)
        for id in [3, 1, 2] { _ = machine.released(id, isReusable: true, at: start) }
        #expect(machine.request(request(4), at: start) == [.assign(4, 2, isReused: true)])
        #expect(Set(machine.timePassed(at: start + .seconds(60)).map { "\($0)" }) == ["close(1)", "close(3)"])
    }

    @Test func `A connection to an address that was not vetted for the request is not used`() throws {
        let (one, two) = (
            try SocketAddress(ipAddress: "192.0.2.1", port: 443), try SocketAddress(ipAddress: "192.0.2.2", port: 443)
        )
        var machine = machine()
        _ = machine.request(request(1, addresses: [one]), at: start)
        _ = machine.connected(1, to: one, at: start)
        _ = machine.released(1, isReusable: true, at: start)
        #expect(machine.request(request(2, addresses: [two]), at: start) == [.connect(2, for: 2)])
        #expect(machine.request(request(3, addresses: [two, one]), at: start) == [.assign(3, 1, isReused: true)])
        // The one that connects goes to the first that accepts its address.
        #expect(machine.connected(2, to: two, at: start) == [.assign(2, 2, isReused: false)])
    }

    @Test func `Requests beyond the limit wait, and have their turn in their order`() {
        var machine = machine(connections: 2)
        busy(&machine, 1...2)
        for id in 3...4 { #expect(machine.request(request(id), at: start).isEmpty) }
        #expect(machine.released(1, isReusable: true, at: start) == [.assign(3, 1, isReused: true)])
        #expect(
            machine.released(2, isReusable: false, at: start) == [.close(2), .connect(3, for: 4)],
            "its place is taken by a new one")
        #expect(machine.counts == .init(connecting: 1, busy: 1, waiting: 1))
    }

    @Test func `A full pool closes the connection that is idle for the longest time`() {
        var machine = machine(connections: 2)
        busy(&machine, 1...2)
        _ = machine.released(2, isReusable: true, at: start)
        _ = machine.released(1, isReusable: true, at: start + .seconds(1))
        #expect(machine.request(request(3, "b"), at: start + .seconds(2)) == [.close(2), .connect(3, for: 3)])
    }

    @Test func `A dead host has three quarters of the handshakes, and another key has the rest`() {
        var machine = machine(connections: 100, handshakes: 8)
        var opened: [Machine.Action] = []
        for id in 1...50 { opened += machine.request(request(id, "dead"), at: start) }
        #expect(opened.count == 6)
        #expect(machine.request(request(51, "live"), at: start) == [.connect(7, for: 51)])
        #expect(machine.request(request(52, "live"), at: start) == [.connect(8, for: 52)])
        #expect(machine.connected(7, to: nil, at: start) == [.assign(51, 7, isReused: false)])
        // An attempt that failed fails its request alone, and the next one has its turn.
        #expect(
            machine.connectFailed(1, .connect("timeout"), at: start)
                == [.fail(1, .connect("timeout")), .connect(9, for: 7)])
    }

    @Test func `A key that holds the whole pool gives way to one that has nothing`() {
        var machine = machine(connections: 4)
        busy(&machine, 1...4)
        for id in 5...8 { #expect(machine.request(request(id, "a"), at: start).isEmpty) }
        #expect(machine.request(request(9, "b"), at: start).isEmpty)
        let actions = machine.released(1, isReusable: true, at: start)
        #expect(actions.first == .close(1) && actions.count == 2)
        // The key that has more than its share does not get the place.
        #expect(actions.last == .connect(5, for: 9))
        #expect(machine.released(2, isReusable: true, at: start) == [.assign(5, 2, isReused: true)])
    }

    @Test func `A request that has no connection in time fails, and one that is cancelled waits no longer`() {
        var machine = machine(connections: 1)
        busy(&machine, 1...1)
        _ = machine.request(request(2, within: .seconds(1)), at: start)
        _ = machine.request(request(3), at: start)
        #expect(machine.deadline == start + .seconds(1))
        #expect(machine.timePassed(at: start + .seconds(1)) == [.fail(2, .connect("timeout"))])
        let cancelled = [3, 3, 1].map { machine.cancel($0) }
        #expect(cancelled == [true, false, false])
        #expect(machine.released(1, isReusable: true, at: start) == [])
        #expect(machine.counts == .init(idle: 1))
    }

    @Test func `The attempt of a request that another connection serves is used by the next, or fails nobody`() {
        var machine = machine()
        busy(&machine, 1...1)
        #expect(machine.request(request(2), at: start) == [.connect(2, for: 2)])
        #expect(machine.released(1, isReusable: true, at: start) == [.assign(2, 1, isReused: true)])
        #expect(machine.request(request(3), at: start).isEmpty, "the attempt under way is its")
        #expect(machine.connectFailed(2, .tls, at: start) == [.connect(3, for: 3)])
        #expect(machine.connected(3, to: nil, at: start) == [.assign(3, 3, isReused: false)])
    }

    @Test func `A connection that ends while idle is forgotten`() {
        var machine = machine()
        busy(&machine, 1...1)
        _ = machine.released(1, isReusable: true, at: start)
        #expect(machine.closed(1, at: start).isEmpty)
        #expect(machine.request(request(2), at: start) == [.connect(2, for: 2)])
    }

    @Test func `Shutdown fails what waits, closes every connection and takes no request`() {
        var machine = machine(connections: 2)
        busy(&machine, 1...2)
        _ = machine.released(1, isReusable: true, at: start)
        _ = machine.request(request(3, "b"), at: start)
        _ = machine.request(request(4, "b"), at: start)
        let end = machine.shutdown()
        #expect(end == [.fail(3, Machine.shutdownError), .fail(4, Machine.shutdownError), .close(2), .close(3)])
        #expect(machine.request(request(5), at: start) == [.fail(5, Machine.shutdownError)])
        // An attempt that succeeds after that is closed.
        #expect(machine.connected(3, to: nil, at: start) == [.close(3)])
        #expect(machine.counts == .init() && machine.deadline == .distantFuture)
    }
}
