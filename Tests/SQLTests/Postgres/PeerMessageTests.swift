import Testing

@testable import SQL

struct PeerMessageTests {
    private static let sender = "00000000-0000-0000-0000-000000000001"

    private func messages(_ notices: [ChangeNotice]) throws -> [PeerMessage] {
        try PeerMessage.payloads(notices, from: Self.sender).map { payload in
            #expect(payload.utf8.count <= 7_900)
            return try #require(PeerMessage(payload))
        }
    }

    @Test(arguments: ["", "x", "two words", " x ", "é\u{1F600}\t", String(repeating: "x", count: 3_000)])
    func `A notice is read as it was written`(payload: String) throws {
        let messages = try messages([ChangeNotice(ChangeTopic("topic"), payload)])
        #expect(messages.count == 1 && messages[0].sender == Self.sender)
        #expect(messages[0].notices.map(\.topic.name) == ["topic"] && messages[0].notices.map(\.payload) == [payload])
    }

    @Test func `No notices are no message`() throws { #expect(try messages([]).isEmpty) }

    @Test(arguments: [1, 50, 99, 1_000, 3_900, 7_000])
    func `Many notices are split below the server's limit, in order`(size: Int) throws {
        let payloads = (0..<50).map { "\($0) " + String(repeating: "é", count: size / 2) }
        let messages = try messages(payloads.map { ChangeNotice(ChangeTopic("topic"), $0) })
        #expect(messages.flatMap(\.notices).map(\.payload) == payloads)
        let bytes = payloads.map { $0.utf8.count + 7 }.reduce(0, +)
        #expect(messages.count >= bytes / 7_900 && messages.count <= max(bytes / 3_900 + 1, 1))
    }

    @Test func `A notice that fits no message, or not on a line, is a gap`() throws {
        for payload in [String(repeating: "x", count: 7_900), "two\nlines", "é" + String(repeating: "é", count: 3_940)]
        {
            let notices = try messages([
                ChangeNotice(ChangeTopic("before"), "1"), ChangeNotice(ChangeTopic("topic"), payload),
                ChangeNotice(ChangeTopic("after"), "2"),
            ]).flatMap(\.notices)
            #expect(notices.map(\.topic.name) == ["before", "gap", "after"])
        }
    }

    /// A caller may choose a name that wakes others: it must not make all caches of all replicas read anew.
    @Test func `A notice that only wakes is left out when it does not fit`() throws {
        for payload in [String(repeating: "x", count: 7_900), "two\nlines"] {
            let notices = try messages([
                ChangeNotice(ChangeTopic("wake", delivery: .afterCommit), payload),
                ChangeNotice(ChangeTopic("wake", delivery: .afterCommit), "fits"),
            ]).flatMap(\.notices)
            #expect(notices.map(\.payload) == ["fits"])
        }
    }

    /// The largest line that fits a message beside the sender.
    @Test func `A message may be as large as the limit, and no larger`() throws {
        let room = 7_900 - Self.sender.utf8.count - 1 - "topic ".utf8.count
        let fits = try messages([ChangeNotice(ChangeTopic("topic"), String(repeating: "x", count: room))])
        #expect(fits.count == 1 && fits[0].payload.utf8.count == 7_900 && fits[0].notices[0].topic.name == "topic")
        let large = try messages([ChangeNotice(ChangeTopic("topic"), String(repeating: "x", count: room + 1))])
        #expect(large[0].notices[0].topic == .gap)
    }

    @Test func `A message to itself is no notice, and a strange one none either`() throws {
        let own = try #require(PeerMessage(PeerMessage(sender: "a", lines: ["ping 1", "topic x"]).payload))
        #expect(own.lines.first == "ping 1" && own.notices.map(\.payload) == ["x"])
        #expect(PeerMessage("") == nil && PeerMessage("\nping 1") == nil)
        #expect(PeerMessage("a")?.notices.isEmpty == true && PeerMessage("a\n\n")?.notices.isEmpty == true)
    }
}
