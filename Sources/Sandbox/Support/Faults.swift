import Synchronization

/// Answers that a test ordered in advance: `POST /_sandbox/faults`.
///
/// `{method?, path | path_prefix, times = 1, status?, body?, headers?, delay_ms?, hold?, drop_reply?, break_body?}`. `path` fits
/// one path, `path_prefix` all that begin with it. With a `status` or `body` the operation is not performed. With `drop_reply` it is performed, and the connection closed in place of the answer.
/// With `break_body` it is performed, and the connection closed in the middle of the answer's body.
/// With a delay only, it is performed and answered late. The delay always comes last, after the operation. With `hold` the
/// answer waits until the faults are cleared.
final class Faults: Sendable {
    struct Fault: Sendable {
        var method: String?
        /// A whole path if `isExact`, else the beginning of one.
        var path: String
        var isExact: Bool
        var times: Int
        var status: Int?
        var body: JSON?
        var headers: [String: String]
        var delayMilliseconds: Int
        var hold: Bool
        var dropReply: Bool
        var breakBody: Bool

        init?(_ json: JSON) {
            let exact = json["path"]?.string
            guard let path = exact ?? json["path_prefix"]?.string else { return nil }
            (self.path, isExact) = (path, exact != nil)
            method = json["method"]?.string?.uppercased()
            times = json["times"]?.integer ?? 1
            status = json["status"]?.integer
            body = json["body"]
            headers = (json["headers"]?.object ?? [:]).compactMapValues { $0.string }
            delayMilliseconds = json["delay_ms"]?.integer ?? 0
            hold = json["hold"]?.bool ?? false
            dropReply = json["drop_reply"]?.bool ?? false
            breakBody = json["break_body"]?.bool ?? false
        }

        /// The ordered answer, or nil when the operation itself answers.
        var reply: Reply? {
            guard !dropReply, status != nil || body != nil else { return nil }
            var fields = headers.map { (name: $0.key.lowercased(), value: $0.value) }
            let hasType = fields.contains { $0.name == "content-type" }
            switch body {
            case nil:
                return Reply(status ?? 200, headers: fields)
            case .string(let text):
                // A string is sent as it is: faults of proxies are often HTML or half a document.
                if !hasType { fields.append(("content-type", "text/plain; charset=utf-8")) }
                return Reply(status ?? 200, headers: fields, body: Array(text.utf8))
            case .some(let value):
                if !hasType { fields.append(("content-type", "application/json; charset=utf-8")) }
                return Reply(status ?? 200, headers: fields, body: value.bytes)
            }
        }
    }

    private let pending = Mutex<[Fault]>([])
    private let clearances = Mutex(0)

    func add(_ fault: Fault) { pending.withLock { $0.append(fault) } }

    func clear() {
        pending.withLock { $0 = [] }
        clearances.withLock { $0 += 1 }
    }

    /// The number of times that they were cleared so far.
    var cleared: Int { clearances.withLock { $0 } }

    /// Waits until they are cleared once more, or the caller goes.
    func waitUntilCleared(after former: Int) async {
        while cleared == former {
            // A poll: the fake has no other way to detect a cancelled caller.
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
        }
    }

    var count: Int { pending.withLock { $0.count } }

    /// The first fault that fits, used up once.
    func take(_ method: String, _ path: String) -> Fault? {
        pending.withLock { pending in
            let index = pending.firstIndex { fault in
                fault.times > 0 && (fault.method ?? method) == method
                    && (fault.isExact ? path == fault.path : path.hasPrefix(fault.path))
            }
            guard let index else { return nil }
            pending[index].times -= 1
            let fault = pending[index]
            if fault.times == 0 { pending.remove(at: index) }
            return fault
        }
    }
}
