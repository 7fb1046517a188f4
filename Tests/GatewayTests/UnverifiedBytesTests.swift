import NIOCore
import Testing

@testable import Gateway

/// Sequences of bodies, with times and sizes that are given: limits of 64 bytes in place of 64 MiB.
@Suite struct UnverifiedBytesTests {
    private static let limits = UnverifiedBytes.Limits(
        total: 64, keptForSmall: 16, small: 4, perAddress: 32, grace: .seconds(1))
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private static func at(_ seconds: Double) -> NIODeadline { start + .nanoseconds(Int64(seconds * 1e9)) }

    private static func begin(
        _ bytes: inout UnverifiedBytes, _ address: String?, _ length: Int?, at seconds: Double = 0
    ) -> UnverifiedBytes.ID {
        bytes.begin(address: address, length: length, began: at(seconds))
    }

    @Test func `The slowest body goes, not the new one`() {
        var bytes = UnverifiedBytes(limits: Self.limits)
        let bodies = (0..<4).map { Self.begin(&bytes, "\($0)", 100, at: Double($0)) }
        for (number, body) in bodies.enumerated() {
            #expect(bytes.add(12, to: body, at: Self.at(Double(number))).isEmpty)
        }
        #expect(bytes.total == 48 && bytes.large == 48)
        // All have 12 bytes: the oldest has taken longest for them.
        let new = Self.begin(&bytes, "new", 100, at: 10)
        #expect(bytes.add(1, to: new, at: Self.at(10)) == [bodies[0]])
        #expect(bytes.total == 37)
        // The one that goes on to come is not the slowest any more.
        #expect(bytes.add(11, to: bodies[1], at: Self.at(10)).isEmpty)
        #expect(bytes.add(1, to: new, at: Self.at(10.5)) == [bodies[2]])
        for id in [bodies[1], bodies[3], new] { bytes.end(id) }
        #expect(bytes.total == 0 && bytes.large == 0 && bytes.count == 0)
    }

    @Test func `A body within its first second goes only when there is none that is older, the oldest first`() {
        var bytes = UnverifiedBytes(limits: Self.limits)
        let fast = Self.begin(&bytes, "a", 100)
        #expect(bytes.add(30, to: fast, at: Self.at(0)).isEmpty)
        let second = Self.begin(&bytes, "b", 100, at: 0.1)
        #expect(bytes.add(18, to: second, at: Self.at(0.1)).isEmpty)
        let third = Self.begin(&bytes, "c", 100, at: 0.2)
        #expect(bytes.add(1, to: third, at: Self.at(0.2)) == [fast])
        #expect(bytes.add(29, to: third, at: Self.at(0.3)).isEmpty)
        // Now the second is old, however many bytes it has.
        let fourth = Self.begin(&bytes, "d", 100, at: 1.15)
        #expect(bytes.add(1, to: fourth, at: Self.at(1.15)) == [second])
    }

    @Test func `Small bodies have room of their own, announced or not`() {
        var bytes = UnverifiedBytes(limits: Self.limits)
        for number in 0..<4 {
            #expect(bytes.add(12, to: Self.begin(&bytes, "\(number)", 100), at: Self.at(0)).isEmpty)
        }
        let small = (0..<4).map { Self.begin(&bytes, "s\($0)", $0 == 0 ? nil : 4, at: 3) }
        for id in small { #expect(bytes.add(4, to: id, at: Self.at(3)).isEmpty) }
        #expect(bytes.total == 64 && bytes.large == 48)
        // Without a length it is large as soon as it has more: a large one goes for it.
        let dropped = bytes.add(1, to: small[0], at: Self.at(3))
        #expect(dropped.count == 1 && !small.contains(dropped[0]) && bytes.large == 41 && bytes.total == 53)
    }

    @Test func `One address has half, a trusted proxy all`() {
        var bytes = UnverifiedBytes(limits: Self.limits)
        let other = Self.begin(&bytes, "other", 100)
        _ = bytes.add(10, to: other, at: Self.at(0))
        let flood = (0..<4).map { Self.begin(&bytes, "flood", 100, at: Double($0)) }
        var dropped: [UnverifiedBytes.ID] = []
        for id in flood { dropped += bytes.add(10, to: id, at: Self.at(20)) }
        // Its own slowest goes, although another's is slower.
        #expect(dropped == [flood[0]] && bytes.total == 40)
        bytes = UnverifiedBytes(limits: Self.limits)
        let proxied = (0..<4).map { Self.begin(&bytes, nil, 100, at: Double($0)) }
        for id in proxied { #expect(bytes.add(12, to: id, at: Self.at(20)).isEmpty) }
    }

    @Test func `A whole body stays until it is checked`() {
        var bytes = UnverifiedBytes(limits: Self.limits)
        let whole = Self.begin(&bytes, "a", 100)
        _ = bytes.add(30, to: whole, at: Self.at(0))
        bytes.complete(whole)
        let slow = Self.begin(&bytes, "b", 100, at: 5)
        _ = bytes.add(18, to: slow, at: Self.at(5))
        // The only one that can go is the one that comes.
        #expect(bytes.add(1, to: slow, at: Self.at(6)) == [slow] && bytes.total == 30)
        #expect(bytes.add(1, to: slow, at: Self.at(6)).isEmpty, "what is dropped is not counted again")
        bytes.end(whole)
        bytes.end(whole)
        #expect(bytes.total == 0)
    }

    @Test(arguments: 0..<20) func `No sequence exceeds the limits or loses a byte`(seed: UInt64) {
        var random = Seeded(seed)
        var bytes = UnverifiedBytes(limits: Self.limits)
        var live: [UnverifiedBytes.ID: Int] = [:]
        var now = 0.0
        for _ in 0..<2_000 {
            now += Double.random(in: 0...0.5, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2:
                let address = [nil, "a", "b", "c"].randomElement(using: &random) ?? nil
                let id = Self.begin(&bytes, address, [nil, 2, 20].randomElement(using: &random) ?? nil, at: now)
                live[id] = 0
            case 3:
                if let id = live.keys.min() {
                    bytes.end(id)
                    live[id] = nil
                }
            default:
                guard let id = live.keys.sorted().randomElement(using: &random) else { continue }
                let count = Int.random(in: 1...9, using: &random)
                live[id, default: 0] += count
                for gone in bytes.add(count, to: id, at: Self.at(now)) { live[gone] = nil }
            }
            #expect(bytes.total == live.values.reduce(0, +) && bytes.count == live.count)
            #expect(bytes.total <= 64 && bytes.large <= 48)
        }
    }
}

/// Numbers that are the same each time (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
