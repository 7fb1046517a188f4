import Testing
import Wire

struct WireTests {
    @Test(arguments: [
        #"{"b":1,"a":[1.10,-0,1e400,12345678901234567890,"\u0000é😀\n",null,true,false,{}]}"#, "[]", "\"\"", "0",
    ])
    func `JSON comes out as it went in`(text: String) throws {
        #expect(try JSON.parse(JSON.parse(text).text) == JSON.parse(text))
        #expect(
            try JSON.parse(#"{"b":1,"a":1.10,"c":12345678901234567890}"#).text
                == #"{"b":1,"a":1.10,"c":12345678901234567890}"#)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "01", "+1", ".5", "1.", "1e", "nul",
        "\"\u{1}\"", #""\ud800""#, #""\ud800A""#, #""\x""#, "[] []", "{a:1}", "'a'", "NaN",
        String(repeating: "[", count: 10_000),
    ])
    func `What is no JSON is refused`(text: String) { #expect(throws: JSONError.self) { try JSON.parse(text) } }

    @Test func `Names and texts are compared by their code units`() throws {
        // Canonically equivalent, and not the same (RFC 8259 section 8.3): composed, decomposed, in another order.
        let pairs = [("\u{E9}", "e\u{301}"), ("a\u{323}\u{307}", "a\u{307}\u{323}"), ("K", "\u{212A}")]
        for (one, other) in pairs {
            let text = "{\"\(one)\":1,\"\(other)\":2}"
            let json = try JSON.parse(text)
            #expect(json[one] == 1 && json[other] == 2)
            #expect(json.bytes == Array(text.utf8))
            #expect(JSON.string(one) != .string(other) && JSON.object([one: 1]) != .object([other: 1]))
            var members = try #require(json.objectValue)
            members[one] = nil
            #expect(members.names.count == 1 && members[other] == 2)
        }
        #expect(throws: JSONError.self) { try JSON.parse(#"{"\u00e9":1,"é":2}"#) }
        #expect(try JSON.parse(#"{"a":1,"b":2}"#) == JSON.parse(#"{"b":2,"a":1}"#))
    }

    @Test func `What others send is read leniently: the last of a repeated member, U+FFFD for what is no text`() throws
    {
        func lenient(_ bytes: [UInt8]) throws -> JSON { try JSON.parse(bytes, lenient: true) }
        let twice = try lenient(Array(#"{"a":1,"b":2,"\u0061":3}"#.utf8))
        #expect(twice == ["a": 3, "b": 2] && twice.text == #"{"a":3,"b":2}"#)
        #expect(try lenient([0x22, 0x61, 0xFF, 0x22]) == "a\u{FFFD}")
        #expect(try lenient(Array(#""\ud800\u0000""#.utf8)) == "\u{FFFD}\0")
        #expect(throws: JSONError.self) { try lenient(Array(#"{"a":1,}"#.utf8)) }
    }

    @Test func `Invalid UTF-8 is refused`() {
        #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xFF, 0x22] as [UInt8]) }
        #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xC0, 0xAF, 0x22] as [UInt8]) }
    }

    @Test func `Whole numbers beyond 2^53 are none that a reader may count on`() throws {
        #expect(JSON.number("9007199254740991").intValue == 9_007_199_254_740_991)
        #expect(JSON.number("9007199254740993").intValue == nil)
        // The one number whose absolute value is none: it ended the process.
        for number in ["-9223372036854775808", "9223372036854775807", "-9223372036854775809", "1e999", "-1e999"] {
            #expect(JSON.number(number).intValue == nil)
        }
        #expect(JSON.number("-0").intValue == 0 && JSON.number("2.0").intValue == 2)
        #expect(JSON.number("1.5").intValue == nil && JSON.number("1e3").intValue == 1000)
    }

    @Test(arguments: [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T12:00:00.123456Z", "2026-01-31T12:00:00.123Z"),
        ("2026-01-31T12:00:00.5+02:00", "2026-01-31T10:00:00.500Z"),
        ("2026-01-31t12:00:00-01:30", "2026-01-31T13:30:00.000Z"),
        ("0369-11-02T14:17:20.247442-19:46", "0369-11-03T10:03:20.247Z"),
        ("2024-02-29T23:59:59.9z", "2024-02-29T23:59:59.900Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("2017-01-01T01:59:60+02:00", "2017-01-01T00:00:00.000Z"),
        ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
    ])
    func `Times are read with any offset and written in UTC`(given: String, written: String) throws {
        #expect(try #require(Timestamp(rfc3339: given)).description == written)
    }

    @Test(arguments: [
        "", "2026-01-31", "yesterday", "2026-13-01T00:00:00Z", "2026-01-31T12:00:00", "1769860800",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:60Z", "2026-01-31 12:00:00Z", "2026-01-31T12:00:00+0200", "2026-01-31T12:00:00+24:00",
        "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00ZZ", "2026-01-31T12:00:00.5", "2026-01-31T12:00:00.5+02",
        "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01", "+026-01-31T12:00:00Z", "２026-01-31T12:00:00Z",
    ])
    func `What is no time is refused`(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func `Forms go both ways`() {
        let fields = [("code", "4/0A+b c"), ("é", "&=%"), ("empty", "")]
        let text = Form.encode(fields)
        #expect(text == "code=4%2F0A%2Bb%20c&%C3%A9=%26%3D%25&empty=")
        #expect(Form.decode(text)?.map(\.value) == fields.map(\.1))
        #expect(Form.decode("a=%zz") == nil && Form.decode("a=%ff") == nil)
    }
}
