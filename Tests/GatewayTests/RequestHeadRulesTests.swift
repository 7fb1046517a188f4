import HTTPTypes
import JSONValue
import Testing

@testable import Gateway

struct RequestHeadRulesTests {
    @Test(arguments: [
        "a", "example.com", "a:8080", "127.0.0.1:1", "[::1]", "[2001:db8::1]:443", "my_host.", "xn--bcher-kva.example",
    ])
    func `What a Host may be`(text: String) { #expect(RequestHeadRules.isHost(text)) }

    @Test(arguments: [
        "", ":80", "a:", "a:0x50", "a:70000", "a b", "a,b", "a/b", "u@a", "a?b", "a#b", "[::1", "[]", "[::1]x",
        "[::1]:", "ä",
        String(repeating: "a", count: 256),
    ])
    func `What it may not`(text: String) { #expect(!RequestHeadRules.isHost(text)) }

    @Test func `A bucket gives its burst, then its rate, and is told in the draft's terms`() {
        let limiter = RateLimiter()
        let rate = RateLimiter.Rate(perSecond: 2, burst: 4)
        let start = Timestamp(milliseconds: 1_800_000_000_000)
        var decisions = (0..<5).map { _ in limiter.take("a", rate, at: start) }
        #expect(decisions.map(\.isAllowed) == [true, true, true, true, false])
        #expect(decisions.map(\.remaining) == [3, 2, 1, 0, 0] && decisions.map(\.reset) == [1, 1, 2, 2, 1])
        #expect(limiter.take("b", rate, at: start).isAllowed, "another's is another")
        var headers = HTTPFields()
        decisions[4].add(to: &headers, "tenant")
        #expect(headers[.rateLimitPolicy] == "\"tenant\";q=4;w=2" && headers[.rateLimit] == "\"tenant\";r=0;t=1")
        let problem = decisions[4].problem("tenant", "x")
        // Retry-After is never before the reset (draft section 4.1).
        #expect(problem.retryAfter == 1 && problem.code == .rateLimited)
        // Half a second gives one back; a clock that is set back gives nothing and takes nothing.
        #expect(limiter.take("a", rate, at: start.adding(seconds: 0.5)).isAllowed)
        #expect(!limiter.take("a", rate, at: start.adding(seconds: -60)).isAllowed)
        decisions = (0..<5).map { _ in limiter.take("a", rate, at: start.adding(seconds: 3600)) }
        #expect(decisions.map(\.isAllowed) == [true, true, true, true, false])
        // Looking takes nothing.
        #expect(!limiter.take("a", rate, cost: 0, at: start.adding(seconds: 3600)).isAllowed)
        #expect(limiter.take("c", rate, cost: 0, at: start).remaining == 4)
    }

    @Test func `A flood of addresses is not kept, and who is limited stays limited`() {
        let limiter = RateLimiter()
        let start = Timestamp(milliseconds: 0)
        let rate = RateLimiter.Rate(perSecond: 1, burst: 1)
        #expect(limiter.take("busy", rate, at: start).isAllowed)
        for number in 0...RateLimiter.capacity {
            _ = limiter.take("\(number)", rate, at: start)
            if number.isMultiple(of: 1000) { #expect(!limiter.take("busy", rate, at: start).isAllowed) }
        }
        #expect(limiter.count <= RateLimiter.capacity)
        #expect(!limiter.take("busy", rate, at: start).isAllowed)
    }

    @Test func `One caller's addresses are one`() {
        #expect(ClientAddress.network(of: "203.0.113.7") == "203.0.113.7")
        #expect(ClientAddress.network(of: "::ffff:203.0.113.7") == "203.0.113.7")
        #expect(ClientAddress.network(of: "2001:db8:1:2::1") == ClientAddress.network(of: "2001:db8:1:2:ffff::2"))
        #expect(ClientAddress.network(of: "2001:db8:1:2::1") != ClientAddress.network(of: "2001:db8:1:3::1"))
    }
}
