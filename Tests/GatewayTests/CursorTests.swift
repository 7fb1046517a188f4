import JSONValue
import Sealing
import Testing

@testable import Gateway

/// Cursors are given back after upgrades: the texts here are as earlier versions wrote them.
struct CursorTests {
    private let key = SecretKey.random()

    private func sealer(_ tenant: String = "ten_1") throws -> TenantSealer {
        try TenantSealer(tenant: tenant, key: key)
    }

    /// A sealed cursor of an earlier version.
    private func former(_ json: String, list: String) throws -> String {
        let context = EncryptionContext(tenant: "ten_1", table: "cursor", row: list, column: "cursor")
        return Base64.encodeURL(try Sealer(try Keyring(current: key)).seal(Array(json.utf8), at: context))
    }

    @Test func `A plain cursor is the last attempt's time, delivery and number`() throws {
        let cursor = Cursor(.plain)
        let text = "1764475200123.dlv_06h2la4iedtif0b5mg8ltthsho.2"
        let position = try #require(try cursor.position(AttemptStore.Position.self, from: text))
        #expect(position.at == 1_764_475_200_123 && position.number == 2)
        #expect(position.delivery == "dlv_06h2la4iedtif0b5mg8ltthsho")
        #expect(try cursor.text(at: position) == text)
    }

    @Test func `An event cursor holds upstream's cursor, the offset and the last change`() throws {
        let cursor = Cursor(.sealed(try sealer(), list: "events/c1"))
        let text = try former(#"{"c":"up","o":50,"t":1764475200123,"e":"e1"}"#, list: "events/c1")
        let position = try #require(try cursor.position(EventPosition.self, from: text))
        #expect(position.upstream == "up" && position.offset == 50)
        #expect(position.last?.time == Timestamp(milliseconds: 1_764_475_200_123) && position.last?.event == "e1")
        #expect(position.members.text == #"{"c":"up","o":50,"t":1764475200123,"e":"e1"}"#)
        let again = try #require(try cursor.position(EventPosition.self, from: try cursor.text(at: position)))
        #expect(again.members == position.members)
        #expect(EventPosition().members.text == #"{"c":null,"o":0,"t":null,"e":null}"#)
    }

    @Test func `A cursor of the mirror holds upstream's cursor, or an item`() throws {
        let cursor = Cursor(.sealed(try sealer(), list: "mirror"))
        let position = try #require(
            try cursor.position(MirrorPosition.self, from: try former(#"{"u":null,"a":"x","b":null}"#, list: "mirror")))
        #expect(position.upstream == nil && position.after == "x" && position.before == nil)
        #expect(position.members.text == #"{"u":null,"a":"x","b":null}"#)
    }

    @Test func `No text is the start of the list`() throws {
        for text in [nil, ""] {
            let attempt = try Cursor(.plain).position(AttemptStore.Position.self, from: text)
            let event = try Cursor(.sealed(try sealer(), list: "a")).position(EventPosition.self, from: text)
            #expect(attempt == nil && event == nil)
        }
    }

    @Test(arguments: ["x", "1.d", "x.d.1", "1.d.x", "1.d.1.1", "...", "1"])
    func `A text that is no plain cursor is refused`(text: String) {
        #expect(throws: Cursor.Invalid.self) { try Cursor(.plain).position(AttemptStore.Position.self, from: text) }
    }

    @Test func `A sealed cursor is good for its tenant and its list only`() throws {
        // Long enough that no sealed text holds it by chance.
        let upstream = "cursor-of-meeting-baas"
        let text = try Cursor(.sealed(try sealer(), list: "a")).text(at: EventPosition(upstream: upstream))
        #expect(!text.contains(upstream))
        let others = [Cursor(.sealed(try sealer(), list: "b")), Cursor(.sealed(try sealer("ten_2"), list: "a"))]
        for other in others {
            #expect(throws: Cursor.Invalid.self) { try other.position(EventPosition.self, from: text) }
        }
        for text in ["x", "!", "AAAA", String(text.dropLast(2))] {
            #expect(throws: Cursor.Invalid.self) {
                try Cursor(.sealed(try sealer(), list: "a")).position(EventPosition.self, from: text)
            }
        }
        #expect(Cursor.Invalid().problem.code == .validation)
    }
}
