/// Notices on their way to other processes: the payload of one `NOTIFY`, at most 8 000 bytes.
///
/// The first line names the sender, so that it knows its own messages; each further line is a topic and a payload.
struct PeerMessage: Equatable {
    static let channel = "gateway"
    private static let limit = 7_900
    /// The topic of a message that only its sender hears: it shows that messages arrive.
    static let ping = "ping"

    let sender: String
    let lines: [String]

    init(sender: String, lines: [String]) {
        self.sender = sender
        self.lines = lines
    }

    init?(_ payload: String) {
        let all = payload.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let sender = all.first, !sender.isEmpty else { return nil }
        self.init(sender: sender, lines: Array(all.dropFirst()))
    }

    var payload: String { ([sender] + lines).joined(separator: "\n") }

    /// Notices as lines of as many messages as they need. One that does not fit into a line becomes a gap; one that only
    /// wakes others is left out, for they look by themselves before long.
    static func payloads(_ notices: [ChangeNotice], from sender: String) -> [String] {
        var payloads: [String] = []
        var lines: [String] = []
        var size = sender.utf8.count
        for notice in notices {
            var line = "\(notice.topic.name) \(notice.payload)"
            if line.utf8.count + sender.utf8.count + 1 > limit || line.contains("\n") {
                if notice.topic.delivery == .afterCommit { continue }
                line = "\(ChangeTopic.gap.name) "
            }
            if size + line.utf8.count + 1 > limit {
                payloads.append(PeerMessage(sender: sender, lines: lines).payload)
                (lines, size) = ([], sender.utf8.count)
            }
            lines.append(line)
            size += line.utf8.count + 1
        }
        if !lines.isEmpty { payloads.append(PeerMessage(sender: sender, lines: lines).payload) }
        return payloads
    }

    var notices: [ChangeNotice] {
        lines.compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard let topic = parts.first, !topic.isEmpty, topic != Self.ping[...] else { return nil }
            return ChangeNotice(ChangeTopic(String(topic)), parts.count > 1 ? String(parts[1]) : "")
        }
    }
}
