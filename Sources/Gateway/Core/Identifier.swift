import Foundation
import Sealing
import Synchronization

/// Ids of our own: a prefix and a UUIDv7 (RFC 9562) in lower-case base32hex without padding, 26 characters, so that
/// they sort by the time they were made.
enum Identifier {
    enum Kind: String {
        case tenant = "ten_"
        case key = "key_"
        case connection = "con_"
        case grant = "grt_"
        case session = "ses_"
        case endpoint = "ep_"
        case message = "msg_"
        case delivery = "dlv_"
        case calendar = "cal_"
        case replay = "rpl_"
        case job = "job_"
        case request = "req_"
        /// A former secret of an endpoint; never shown.
        case formerSecret = "fsc_"
    }

    static func make(_ kind: Kind, at date: Date = Date()) -> String {
        var bytes = random()
        let milliseconds = UInt64(max(date.timeIntervalSince1970 * 1000, 0))
        for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * index)) }
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        return kind.rawValue + base32hex(bytes)
    }

    /// Drawn from the generator a page at a time: for sixteen bytes asking costs more than they do.
    private static let pool = Mutex<[UInt8]>([])

    private static func random() -> [UInt8] {
        pool.withLock { pool in
            if pool.count < 16 { pool = Digests.random(4096) }
            defer { pool.removeLast(16) }
            return Array(pool.suffix(16))
        }
    }

    private static let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)

    private static func base32hex(_ bytes: [UInt8]) -> String {
        var out = [UInt8]()
        out.reserveCapacity((bytes.count * 8 + 4) / 5)
        var bits: UInt32 = 0
        var held = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 5 {
                held -= 5
                out.append(digits[Int(bits >> UInt32(held) & 31)])
            }
        }
        if held > 0 { out.append(digits[Int(bits << UInt32(5 - held) & 31)]) }
        return String(decoding: out, as: UTF8.self)
    }
}
