import JSONValue
import Testing

@Suite struct JSONTests {
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

    @Test func `Members keep their order through changes, and are equal in any order`() throws {
        var members = try #require(JSON.parse(#"{"c":1,"a":2,"b":3}"#).objectValue)
        members["a"] = .int(4)
        members["d"] = .int(5)
        members["c"] = nil
        members["e"] = nil
        #expect(members.names == ["a", "b", "d"] && members.map(\.name) == members.names && !members.isEmpty)
        #expect(JSON.object(members).text == #"{"a":4,"b":3,"d":5}"#)
        members["c"] = .int(6)
        #expect(members.names == ["a", "b", "d", "c"], "a new member comes last")
        let one = try JSON.parse(#"{"a":1,"b":[{"c":1,"d":2}]}"#)
        #expect(try one == JSON.parse(#"{"b":[{"d":2,"c":1}],"a":1}"#))
        for other in [#"{"a":1}"#, #"{"a":1,"b":[{"c":1,"d":3}]}"#, #"{"a":1,"e":[{"c":1,"d":2}]}"#] {
            #expect(try one != JSON.parse(other))
        }
        #expect(JSON.Members().isEmpty)
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
}
