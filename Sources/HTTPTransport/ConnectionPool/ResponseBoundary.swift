/// Finds the end of a response's head, so that the bytes behind the response can be told from it.
///
/// The decoder takes bytes behind a response for the begin of the next one, and would answer the next request with it. So it
/// gets the bytes in pieces that end where the response may end.
struct ResponseBoundary {
    /// The part of CR LF CR LF that was seen last.
    private var matched = 0
    /// Of a body of known length.
    private var bodyLeft = 0
    private var framing: HTTPClientStateMachine.Framing?

    /// - Returns: the size of the piece that the decoder gets next; nil when no byte may follow.
    mutating func next(_ bytes: some Collection<UInt8>) -> Int? {
        switch framing {
        case nil:
            var count = 0
            for byte in bytes {
                count += 1
                let expected: UInt8 = matched % 2 == 0 ? 13 : 10
                matched = byte == expected ? matched + 1 : byte == 13 ? 1 : 0
                if matched == 4 {
                    matched = 0
                    return count
                }
            }
            return count
        case .noBody: return nil
        case .length:
            guard bodyLeft > 0 else { return nil }
            let count = min(bodyLeft, bytes.count)
            bodyLeft -= count
            return count
        // If the response ends before the last byte, that byte is behind it.
        case .chunked: return max(bytes.count - 1, 1)
        case .untilClose: return bytes.count
        }
    }

    /// The decoder has read the head of the response.
    mutating func headEnded(_ framing: HTTPClientStateMachine.Framing) {
        guard self.framing == nil else { return }
        self.framing = framing
        if case .length(let count) = framing { bodyLeft = count }
    }

    /// The next bytes belong to another exchange.
    mutating func reset() { self = ResponseBoundary() }
}
