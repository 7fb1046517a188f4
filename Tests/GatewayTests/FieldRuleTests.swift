import JSONValue
import Testing

@testable import Gateway

/// Bodies, query strings and settings check with the same rules.
struct FieldRuleTests {
    private enum Color: String, CaseIterable { case red, blue }

    @Test func `A whole number lies in its range, as JSON and as text`() {
        let rule = WholeNumberRule(1...10)
        #expect(rule.value(of: .number("1")) == 1 && rule.value(of: .number("1e1")) == 10)
        #expect(rule.value(of: "1") == 1 && rule.value(of: "10") == 10)
        for json: JSON in [.number("0"), .number("11"), .number("1.5"), .string("1"), true, .null] {
            #expect(rule.value(of: json) == nil, "\(json.text)")
        }
        for text in ["0", "11", "1.5", "", " 1", "1e1", "one"] { #expect(rule.value(of: text) == nil, "\(text)") }
    }

    @Test func `A flag is true or false in lower case`() {
        #expect(FlagRule().value(of: JSON.bool(true)) == true && FlagRule().value(of: "false") == false)
        for text in ["", "TRUE", "yes", "1"] { #expect(FlagRule().value(of: text) == nil, "\(text)") }
        for json: JSON in [.string("true"), .number("1")] { #expect(FlagRule().value(of: json) == nil) }
    }

    @Test func `A time is RFC 3339's, with a plus sign that a query string lost`() {
        let time = Timestamp(rfc3339: "2026-01-31T12:00:00+01:00")
        #expect(TimeRule().value(of: JSON.string("2026-01-31T12:00:00+01:00")) == time && time != nil)
        #expect(TimeRule().value(of: "2026-01-31T12:00:00 01:00") == time)
        #expect(TimeRule().value(of: JSON.string("2026-01-31T12:00:00 01:00")) == nil)
        #expect(TimeRule().value(of: "2026-01-31") == nil && TimeRule().value(of: JSON.number("1")) == nil)
    }

    @Test func `A choice is one of the names`() {
        #expect(
            ChoiceRule<Color>().value(of: "red") == .red && ChoiceRule<Color>().value(of: JSON.string("blue")) == .blue)
        #expect(ChoiceRule<Color>().value(of: "Red") == nil && ChoiceRule<Color>().value(of: JSON.null) == nil)
        #expect(ChoiceRule<Color>().message == "must be one of red, blue")
        let rule = ValidationRule.choice(Color.self)
        #expect(rule.isValid("blue") && !rule.isValid("green") && rule.message == ChoiceRule<Color>().message)
    }

    @Test func `A violation has the same words in a body and in a setting`() async throws {
        var body = BodyValidator(["number": 0, "flag": "x", "time": 1, "choice": "green"])
        _ = (body.int("number", in: 1...2), body.bool("flag"), body.time("time"), body.choice("choice", Color.self))
        let words = Dictionary(uniqueKeysWithValues: body.errors.map { ($0.pointer, $0.detail) })
        #expect(
            words == [
                "/number": "must be a whole number from 1 to 2", "/flag": "must be true or false",
                "/time": "must be a time as RFC 3339 has it, like 2026-01-31T12:00:00Z",
                "/choice": "must be one of red, blue",
            ])
        let reading = await #expect(throws: ConfigurationError.self) {
            try await GatewayConfiguration.read(environment: ["GATEWAY_PORT": "none"])
        }
        #expect("\(try #require(reading))".contains("must be a whole number from 0 to 65535, not \"none\""))
    }

    @Test func `Characters from ! to ~ are visible`() {
        #expect("!azAZ09~".isVisibleASCII && "".isVisibleASCII)
        for text in [" ", "a b", "\u{7F}", "é", "a\u{301}", "\n"] { #expect(!text.isVisibleASCII) }
    }
}
