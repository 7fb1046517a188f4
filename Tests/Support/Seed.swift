import Foundation

/// A seeded sequence of random numbers (SplitMix64, https://prng.di.unimi.it/splitmix64.c): the same for the same seed, on
/// every machine.
///
/// The seed is `GATEWAY_TEST_SEED`, else always the same; `make soak` draws one. A test prints it (`announce`), so that a
/// failed run can be repeated.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    public static let seed: UInt64 =
        ProcessInfo.processInfo.environment["GATEWAY_TEST_SEED"].flatMap { UInt64($0) } ?? 20_261_129
    private var state: UInt64

    /// - Parameter purpose: separates the sequences of one seed, whichever test runs first.
    public init(_ purpose: String) {
        state = purpose.utf8.reduce(Self.seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One line on standard output that names the seed.
    public static func announce(_ test: String) { print("\(test): seed \(seed) (GATEWAY_TEST_SEED)") }
}
