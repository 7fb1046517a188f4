import COpenSSL

/// Bytes that must not leak: they print as `[redacted]`, compare in constant time and are wiped when the last
/// reference goes. What a caller copies out of them (a `String`, a request body) cannot be wiped any more.
///
/// `@unchecked Sendable`: the memory is written in `init` and in `deinit` only, which no other thread can overlap.
@safe public final class SecretBytes: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    public let count: Int

    /// Copies `bytes`.
    public init(_ bytes: [UInt8]) {
        count = bytes.count
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 1)
        unsafe UnsafeMutableRawBufferPointer(start: base, count: count).copyBytes(from: bytes)
    }

    public convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit {
        unsafe gw_cleanse(base.assumingMemoryBound(to: UInt8.self), count)
        unsafe base.deallocate()
    }

    /// The bytes themselves, at the one place where they are used.
    public func reveal() -> [UInt8] { unsafe Array(UnsafeRawBufferPointer(start: base, count: count)) }

    /// The bytes as text, at the one place where they are sent.
    public func revealText() -> String { String(decoding: reveal(), as: UTF8.self) }
}

extension SecretBytes: Equatable {
    public static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        Digests.equal(left.reveal(), right.reveal())
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "[redacted]" }
    public var debugDescription: String { "[redacted]" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
