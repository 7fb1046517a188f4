import NIOCore
import Testing

@testable import HTTPTransport

/// Which address is tried when: sequences of what may happen, without a socket. Times are milliseconds.
struct ConnectionRaceTests {
    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(UInt64(milliseconds) * 1_000_000) }

    private func race(_ count: Int) -> ConnectionRace { ConnectionRace(count: count, deadline: at(5000)) }

    @Test func `The next address starts 250 ms after the one before`() {
        var race = race(3)
        #expect(race.start(at: at(0)) == [.wake(at(250)), .connect(0)])
        #expect(race.timePassed(at: at(249)) == [.wake(at(250))], "a timer that was early")
        #expect(race.timePassed(at: at(250)) == [.wake(at(500)), .connect(1)])
        #expect(race.timePassed(at: at(500)) == [.wake(at(5000)), .connect(2)])
        #expect(race.connected(1) == [.use(1)] && race.isOver)
        #expect(race.connected(0) == [.close(0)] && race.failed(2, at: at(600)) == [])
        #expect(race.timePassed(at: at(5000)) == [])
    }

    @Test func `The next address starts at once when an attempt fails, and the one after it 250 ms later`() {
        var race = race(3)
        _ = race.start(at: at(0))
        #expect(race.failed(0, at: at(10)) == [.wake(at(260)), .connect(1)])
        #expect(race.timePassed(at: at(250)) == [.wake(at(260))])
        #expect(race.timePassed(at: at(260)) == [.wake(at(5000)), .connect(2)])
        #expect(race.failed(2, at: at(270)) == [], "one is still under way")
        #expect(race.failed(2, at: at(271)) == [], "told twice")
        #expect(race.failed(1, at: at(280)) == [.fail(timedOut: false)])
    }

    @Test func `Connecting takes 5 s in all, however many addresses there are`() {
        var alone = race(1)
        #expect(alone.start(at: at(0)) == [.wake(at(5000)), .connect(0)])
        #expect(alone.timePassed(at: at(5000)) == [.fail(timedOut: true)])
        #expect(alone.connected(0) == [.close(0)])
        var many = race(1000)
        var (now, tried): (Int64, Int) = (0, 0)
        var actions = many.start(at: at(0))
        while !many.isOver {
            tried += actions.count { if case .connect = $0 { true } else { false } }
            now += 250
            actions = many.timePassed(at: at(now))
        }
        #expect(actions == [.fail(timedOut: true)] && now == 5000 && tried == ConnectionRace.most)
    }

    @Test func `Not every one of thousands of addresses that refuse is tried`() {
        var race = race(4000)
        var actions = race.start(at: at(0))
        for attempt in 0..<ConnectionRace.most - 1 {
            #expect(actions.contains(.connect(attempt)))
            actions = race.failed(attempt, at: at(1))
        }
        #expect(race.failed(ConnectionRace.most - 1, at: at(1)) == [.fail(timedOut: false)])
    }

    @Test(arguments: 0..<200) func `Whatever happens in whatever order, it ends once and tries each address once`(
        seed: Int
    ) {
        var numbers = Numbers(state: UInt64(seed))
        let count = numbers.next(8) + 1
        var race = race(count)
        var (now, under, tried): (Int64, [Int], [Int]) = (0, [], [])
        var (ends, wakeAt): ([ConnectionRace.Action], Int64?) = ([], nil)
        var startedAt: [Int64] = []
        var failedAt: [Int64] = []
        func take(_ actions: [ConnectionRace.Action]) {
            for action in actions {
                switch action {
                case .connect(let attempt):
                    #expect(ends.isEmpty)
                    if let last = startedAt.last {
                        #expect(now - last >= 250 || failedAt.last == now, "neither waited nor failed")
                    }
                    startedAt.append(now)
                    under.append(attempt)
                    tried.append(attempt)
                case .wake(let time): wakeAt = Int64(time.uptimeNanoseconds / 1_000_000)
                case .use, .fail: ends.append(action)
                case .close: #expect(!ends.isEmpty)
                }
            }
        }
        take(race.start(at: at(0)))
        // Attempts in progress end, also when the race is over.
        while ends.isEmpty || !under.isEmpty {
            let choice = numbers.next(3)
            if choice == 0 || under.isEmpty {
                now = max(wakeAt ?? now, now)
                take(race.timePassed(at: at(now)))
                continue
            }
            now += Int64(numbers.next(100))
            let attempt = under.remove(at: numbers.next(under.count))
            if choice == 1, numbers.next(4) == 0 {
                take(race.connected(attempt))
            } else {
                failedAt.append(now)
                take(race.failed(attempt, at: at(now)))
            }
        }
        #expect(ends.count == 1 && tried == Array(0..<tried.count) && tried.count <= count)
        #expect(race.isOver)
        if ends == [.fail(timedOut: false)] { #expect(tried.count == count) }
    }

    /// SplitMix64.
    private struct Numbers {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((value ^ (value >> 31)) % UInt64(bound))
        }
    }

    @Test func `Families are tried by turns, beginning with the resolver's first`() throws {
        func addresses(_ texts: [String]) throws -> [SocketAddress] {
            try texts.map { try SocketAddress(ipAddress: $0, port: 443) }
        }
        let sorted = ["2606:4700::1", "2606:4700::2", "2606:4700::3", "1.1.1.1", "1.1.1.2"]
        #expect(
            try ConnectionRace.order(addresses(sorted))
                == addresses(["2606:4700::1", "1.1.1.1", "2606:4700::2", "1.1.1.2", "2606:4700::3"]))
        #expect(
            try ConnectionRace.order(addresses(["1.1.1.1", "2606:4700::1"])) == addresses(["1.1.1.1", "2606:4700::1"]))
        #expect(ConnectionRace.order([]) == [])
    }
}
