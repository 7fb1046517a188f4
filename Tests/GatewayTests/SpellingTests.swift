import Testing

@testable import Gateway

@Suite struct SpellingTests {
    @Test func `The nearest of the known names is suggested, and none that is far away`() {
        let known = ["user_id", "expires_at", "scopes", "name", "url", "event_types"]
        for (given, nearest) in [
            ("userId", "user_id"), ("user-id", "user_id"), ("USER_ID", "user_id"), ("usr_id", "user_id"),
            ("scope", "scopes"), ("event_type", "event_types"), ("expiresat", "expires_at"), ("nmae", nil),
            ("nam", "name"), ("ur", "url"), ("uri", "url"), ("colour", nil), ("x", nil), ("", nil),
            (String(repeating: "a", count: 10_000), nil),
        ] as [(String, String?)] {
            #expect(Spelling.nearest(to: given, in: known) == nearest, "\(given)")
        }
        // Of two that are as near, the first by the alphabet: the same in every process.
        #expect(Spelling.nearest(to: "cat", in: ["car", "cab"]) == "cab")
        #expect(Spelling.nearest(to: "name", in: []) == nil)
    }
}
