import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// Receivers that do what a receiver must not (`Tests/Performance/zoo.py`): none holds a worker past its deadline,
    /// none makes the gateway grow.
    @Suite struct HostileReceiverTests {
        private static let kinds = [
            "hang", "drip", "slow-head", "endless", "huge", "redirect", "redirect-loop", "reset", "half-head",
            "garbage",
            "many-headers", "gzip-bomb", "continue", "early", "truncated", "status/500", "status/204",
        ]

        @Test(.timeLimit(.minutes(3))) func `Hostile receivers hold nothing and nobody`() async throws {
            try await DeliveryPlace.run { place, gateway in
                let hostile = try Program(
                    [Fixture.package.appendingPathComponent("Tests/Performance/zoo.py").path, "--port", "0"],
                    executable: "/usr/bin/python3")
                defer { hostile.kill() }
                let ports = try await place.env.eventually { () -> [String]? in
                    let lines = hostile.output.split(separator: "\n").map(String.init)
                    return lines.count >= 2 ? lines : nil
                }
                let before = try #require(gateway.current).residentPeak()
                var endpoints: [String: String] = [:]
                for kind in Self.kinds {
                    let made = try await place.endpoint(
                        "/\(kind)", ["timeout_seconds": 3], at: "http://127.0.0.1:\(ports[0])")
                    endpoints[try made.text("id")] = kind
                }
                let stall = try await place.endpoint(
                    "/", ["timeout_seconds": 3], at: "https://127.0.0.1:\(ports[1])")
                endpoints[try stall.text("id")] = "tls-stall"
                try await place.endpoint("/healthy")
                for number in 0..<10 { await place.webhook("zoo-\(number)") }
                _ = try await place.receiver.first("the healthy one is not held up", within: 15) {
                    $0.path == "/healthy" && $0.data["mark"] == "zoo-9"
                }
                // Each has had its first attempt and its outcome.
                let known = endpoints
                let attempts = try await place.env.eventually(within: 30) { () -> [String: JSON]? in
                    var first: [String: JSON] = [:]
                    for (id, kind) in known {
                        guard let attempt = try await place.attempts("endpoint_id=\(id)").last else { return nil }
                        first[kind] = attempt
                    }
                    return first
                }
                for (kind, attempt) in attempts {
                    let status = attempt["status_code"]?.intValue
                    let took = attempt["duration_ms"]?.intValue ?? 0
                    // Three seconds are its own, thirty the default.
                    #expect(took < 10_000, "\(kind) held a place for \(took) ms")
                    switch kind {
                    case "redirect": #expect(status == 301)
                    case "redirect-loop": #expect(status == 302)
                    case "status/500": #expect(status == 500)
                    case "status/204", "early", "endless", "huge", "gzip-bomb":
                        // The head has said it; of a body 64 KiB are read.
                        #expect(status == 200 || status == 204 || attempt["error"]?.stringValue != nil, "\(kind)")
                    default:
                        #expect(
                            status == nil && attempt["error"]?.stringValue?.isEmpty == false, "\(kind): \(attempt.text)"
                        )
                    }
                    #expect((attempt["response"]?.stringValue ?? "").utf8.count <= 2_048)
                }
                let metadata = try await place.attempts("status=delivered").filter {
                    $0["response"]?.stringValue?.contains("meta-data") ?? false
                }
                #expect(metadata.isEmpty)
                let grown = try #require(gateway.current).residentPeak() - before
                #expect(grown < 64 << 20, "\(grown >> 20) MiB")
                print("zoo: \(attempts.count) kinds, \(grown >> 20) MiB more at the peak")
            }
        }
    }
}
