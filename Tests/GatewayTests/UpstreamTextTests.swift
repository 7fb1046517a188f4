import JSONValue
import Testing

@testable import Gateway

/// Texts of others that a reader after us may take for something else than we do.
@Suite struct UpstreamTextTests {
    @Test(arguments: [
        "https://host", "https:/host", #"https:\\host"#, #"https:\host"#, "//host", #"\\host"#, #"/\host"#, #"\/host"#,
        "https:host", "HTTPS:host", "ht\ttps://host", "h\r\nttp:/host", " https:/host", "\u{1}\u{0}//host", "/\n/host",
        "\thttps:host ", "see https://host", "a :/b", #"x:\y"#, "a:b", "javascript:alert(1)", "git+ssh:x", "x-1.y:z",
        "://", ":/", "//",
    ])
    func `Whatever a lenient reader takes for a URL counts as one`(text: String) {
        #expect(URLSearch.isOrHoldsURL(text))
        for json: JSON in [
            .string(text), ["a": .string(text)], ["a": [["b": [1, .string(text)]]]], .object([text: 1]),
            ["a": .object([text: true])],
        ] { #expect(URLSearch.finds(in: json), "\(json.text)") }
    }

    @Test(arguments: [
        "", "de", "a/b", "/a", "a//b", "12:30", "1a:b", "-a:b", "é:b", ":a", "a b: c", "50%", "a\\b", " / / ",
    ])
    func `What no reader takes for a URL is none`(text: String) {
        #expect(!URLSearch.isOrHoldsURL(text))
        #expect(!URLSearch.finds(in: ["k": [.string(text), .null, 1, true]]))
    }

    @Test func `A stream's line stays one line, CR LF included`() {
        #expect(MessageStream.line("bot.a\r\ndata: b\nc\rd") == "bot.a  data: b c d")
    }

    @Test(arguments: [
        "meeting_gateway", "meeting_gateway_tenant", "meeting_gateway\u{301}", "meeting_gateway_user\u{308}",
    ])
    func `A combining character does not hide the gateway's own prefix`(name: String) {
        #expect(AttributionTags.isForged(.object([name: "x"])))
        #expect(AttributionTags.stripped(.object([name: "x", "a": 1])) == ["a": 1])
    }
}
