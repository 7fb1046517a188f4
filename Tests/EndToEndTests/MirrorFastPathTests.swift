import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Synchronization
import Testing

extension EndToEnd {
    /// Mirrored reads through the fast path and through the router: the same in everything but their cost.
    @Suite struct MirrorFastPathTests {
        @Test(.timeLimit(.minutes(10))) func `Both ways answer, call, log and count alike`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let place: (corpus: [MirrorReadCase], tenant: String)
            do {
                let gateway = try await env.startGateway()
                defer { gateway.kill() }
                place = try await MirrorReadCorpus.make(env)
            }
            let seen = Mutex<Set<String>>([])
            let upstream = try RawServer { MirrorReadUpstream.answer($0, seen) }
            defer { upstream.stop() }
            let fast = try await MirrorReadRun.run(place.corpus, env, upstream, isFast: true)
            let slow = try await MirrorReadRun.run(place.corpus, env, upstream, isFast: false)
            for (index, read) in place.corpus.enumerated() {
                #expect(fast.replies[index] == slow.replies[index], "\(read.name)")
                #expect(fast.calls[index] == slow.calls[index], "what reached Meeting BaaS: \(read.name)")
            }
            let (ofFast, ofSlow) = (Self.differences(fast.log, slow.log), Self.differences(slow.log, fast.log))
            #expect(ofFast == [])
            #expect(ofSlow == [])
            let (counts, others) = (
                Self.differences(fast.metrics.map { "\($0)" }, slow.metrics.map { "\($0)" }),
                Self.differences(slow.metrics.map { "\($0)" }, fast.metrics.map { "\($0)" })
            )
            #expect(counts == [])
            #expect(others == [])
            let taken = place.corpus.count { $0.isTaken }
            #expect(taken > place.corpus.count / 2)
            #expect(fast.taken == Double(taken))
            #expect(slow.taken == 0)
        }

        @Test(.timeLimit(.minutes(2))) func `A key that is revoked while a request is on its way is not used`()
            async throws
        {
            try await MirrorPlace.run { place in
                let things = try #require(try await place.ann()[.v2])
                let made = try await place.env.operator.call(
                    .post, "/admin/v1/tenants/tenant-a/keys", ["name": "k", "scopes": ["mirror:read"]]
                ).expect(201)
                let (id, key) = (try made.text("id"), try made.text("key"))
                let path = "/meeting-baas/v2/calendars/\(things.calendar)/events/\(things.event)"
                let reader = API(place.env.gatewayURL, token: key)
                for _ in 0..<2 { try await reader.call(.get, path).expect(200) }
                let taken = try await place.env.fastPathReads()
                let port = try #require(place.env.gatewayURL.split(separator: ":").last.flatMap { Int($0) })
                let head =
                    "GET \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(key)\r\nContent-Length: 1\r\n"
                let (late, revoked) = (try RawConnection(port: port), try RawConnection(port: port))
                for connection in [late, revoked] { connection.send(head + "Connection: keep-alive\r\n\r\n") }
                // A decision holds for a second.
                try await Task.sleep(for: .milliseconds(1_200))
                late.send("x")
                #expect(await late.receive(quietFor: 1).status == 200)
                try await place.env.operator.call(.delete, "/admin/v1/tenants/tenant-a/keys/\(id)").expect(204)
                let before = try await place.sent("GET", String(path.dropFirst("/meeting-baas".count))).count
                revoked.send("x")
                #expect(await revoked.receive(quietFor: 1).status == 401)
                #expect(try await place.sent("GET", String(path.dropFirst("/meeting-baas".count))).count == before)
                #expect(try await place.env.fastPathReads() == taken + 2)
            }
        }

        /// The lines that the other does not have as often.
        private static func differences(_ lines: [String], _ other: [String]) -> [String] {
            var left: [String: Int] = [:]
            for line in other { left[line, default: 0] += 1 }
            return lines.filter { line in
                left[line, default: 0] -= 1
                return left[line, default: 0] < 0
            }
        }
    }
}

/// The corpus sent to one gateway.
struct MirrorReadRun: Sendable {
    /// Of each case: the reply without its id and date.
    private(set) var replies: [String] = []
    /// Of each case: the heads that reached Meeting BaaS.
    private(set) var calls: [[String]] = []
    /// The lines of the log in no order, without ids and times.
    private(set) var log: [String] = []
    /// The counts of the streamed reads.
    private(set) var metrics: [String: Double] = [:]
    /// The requests that the fast path took.
    private(set) var taken = 0.0

    static func run(
        _ corpus: [MirrorReadCase], _ env: TestEnvironment, _ upstream: RawServer, isFast: Bool
    ) async throws -> MirrorReadRun {
        let gateway = try await env.startGateway([
            "GATEWAY_MEETING_BAAS_URL": upstream.url, "GATEWAY_MIRROR_FAST_PATH": isFast ? "on" : "off",
        ])
        defer { gateway.kill() }
        let port = try #require(env.gatewayURL.split(separator: ":").last.flatMap { Int($0) })
        // Owners and credentials are in memory before the corpus is sent.
        for read in corpus { _ = try await send(read, trace: "warm", port) }
        let called = upstream.requests.count
        let before = try await measured(env)
        let printed = gateway.output.count
        var run = MirrorReadRun()
        for (index, read) in corpus.enumerated() {
            run.replies.append(try await send(read, trace: "case-\(index)-\(isFast)", port))
        }
        let heads = upstream.requests.dropFirst(called)
        run.calls = corpus.indices.map { index in
            heads.filter { $0.contains("traceparent: case-\(index)-") }.map { $0.replacing("-\(isFast)", with: "") }
        }
        let after = try await env.eventually {
            let now = try await measured(env)
            return now.total == before.total + Double(corpus.count) ? now : nil
        }
        run.metrics = after.counts.merging(before.counts) { $0 - $1 }.filter { $0.value != 0 }
        run.taken = after.taken - before.taken
        run.log = Self.lines(String(gateway.output.dropFirst(printed)))
        return run
    }

    private static func send(_ read: MirrorReadCase, trace: String, _ port: Int) async throws -> String {
        let request = """
            \(read.head)\r
            Accept-Language: \(read.upstream)\r
            traceparent: \(trace)\r
            \r
            \(read.body)GET /healthz HTTP/1.1\r
            Host: gateway.example\r
            Connection: close\r
            \r

            """
        let received = try await RawConnection.ask(port, Array(request.utf8), quietFor: 20)
        let lines = received.text.components(separatedBy: "\r\n").map { line in
            for name in ["x-request-id", "date", "ratelimit", "traceparent"]
            where line.lowercased().hasPrefix(name + ":") { return name }
            return line
        }
        // Fields have no order.
        var (blocks, block): ([[String]], [String]) = ([], [])
        for line in lines {
            if line.isEmpty {
                blocks.append(block.sorted())
                block = []
            } else {
                block.append(line)
            }
        }
        blocks.append(block)
        return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + (received.reset ? " reset" : "")
    }

    private struct Measured: Sendable {
        var counts: [String: Double] = [:]
        var total = 0.0
        var taken = 0.0
    }

    private static func measured(_ env: TestEnvironment) async throws -> Measured {
        let families = try Exposition(try await env.anonymous.call(.get, "/metrics").expect(200).text)
        var measured = Measured()
        for name in [
            "gateway_http_requests_total", "gateway_http_replies_broken_total", "gateway_upstream_requests_total",
            "gateway_http_request_duration_seconds", "gateway_upstream_request_duration_seconds",
        ] {
            for sample in families[name]?.samples ?? []
            where sample.name.hasSuffix("_total") || sample.name.hasSuffix("_count") {
                let place = sample.labels["route"] ?? sample.labels["operation"] ?? ""
                let isRead =
                    place.hasPrefix("/meeting-baas") || place.contains("/events/{") || place.contains("/status")
                    || place.contains("/screenshots")
                guard isRead || place == "NotFound" else { continue }
                let labels = sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                measured.counts["\(sample.name) \(labels)"] = sample.value
                if sample.name == "gateway_http_requests_total" { measured.total += sample.value }
            }
        }
        measured.taken =
            families["gateway_http_fast_path_requests_total"]?.samples.first { $0.labels["path"] == "mirror" }?.value
            ?? 0
        return measured
    }

    private static func lines(_ output: String) -> [String] {
        output.split(separator: "\n").compactMap { line -> String? in
            guard var json = (try? JSON.parse(Array(line.utf8)))?.objectValue,
                json["http.route"]?.stringValue?.hasPrefix("/meeting-baas") ?? false
            else { return nil }
            for name in ["request.id", "duration_ms", "timestamp", "time", "ts"] { json[name] = nil }
            return String(decoding: JSON.object(json).bytes, as: UTF8.self)
        }.sorted()
    }
}
