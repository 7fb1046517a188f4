import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Requests that HTTP clients send and people type: each is served, or refused by the name of its fault.
    @Suite struct ClientMistakeTests {
        @Test(.timeLimit(.minutes(2))) func `Mistakes of clients are served or named`() async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: "https://receiver.example.com")
            let (server, anonymous) = (tenant.server, env.anonymous)
            let body = Array(#"{"user_id": "ann"}"#.utf8)

            // Blanks after the scheme (RFC 9110 section 11.4), and no scheme.
            try await anonymous.with("Authorization", "Bearer  \(tenant.key)").call(.get, "/api/v1/calendars").expect(
                200)
            let bare = try await anonymous.with("Authorization", tenant.key).call(.get, "/api/v1/calendars").expect(401)
            #expect(bare["detail"]?.stringValue?.contains("Authorization: Bearer") == true, "\(bare.text)")
            // A wrong key without a scheme gets the same: only the form is looked at.
            let wrong = try await anonymous.with("Authorization", "mgk_x").call(.get, "/api/v1/calendars").expect(401)
            #expect(wrong["detail"] == bare["detail"])

            for type in ["application/json; charset=utf8", "application/json;charset=\"UTF-8\""] {
                #expect(try await server.send(.post, "/api/v1/sessions", body: body, type: type).status == 201)
            }
            let latin = try await server.send(
                .post, "/api/v1/sessions", body: body, type: "application/json; charset=latin1")
            #expect(latin.status == 400)

            let marked = try await server.send(.post, "/api/v1/sessions", body: [0xEF, 0xBB, 0xBF] + body)
            #expect(marked.status == 400 && marked.text.contains("byte order mark"), "\(marked.text)")

            // Every surface that takes a body.
            for path in ["/api/v1/sessions", "/meeting-baas/v2/bots"] {
                let zipped = try await server.send(
                    .post, path, body: [0x1F, 0x8B, 0x08], headers: [("Content-Encoding", "gzip")])
                #expect(zipped.status == 415 && zipped.text.contains("Content-Encoding"), "\(path): \(zipped.text)")
                #expect(zipped.header("Accept-Encoding") == "identity", "\(path)")
            }
            let plain = try await server.send(
                .post, "/api/v1/sessions", body: body, headers: [("Content-Encoding", "identity")])
            #expect(plain.status == 201)

            let misnamed = try await server.call(.post, "/api/v1/sessions", ["userId": "ann"]).expect(422)
            #expect(misnamed.text.contains("did you mean user_id?"), "\(misnamed.text)")

            // The hint depends on the spelling of the path, and not on what exists.
            for path in ["/api/v1/calendars/", "/api/v1/calendars/none/", "/api/v1/nothing/"] {
                let reply = try await server.call(.get, path).expect(404)
                #expect(reply["detail"]?.stringValue?.contains("ends in a slash") == true, "\(path): \(reply.text)")
            }

            let preflight = anonymous.with("Origin", "https://tenant-a.example.com")
                .with("Access-Control-Request-Method", "POST")
                .with("Access-Control-Request-Headers", "baggage, sentry-trace, tracestate")
            let allowed = try await preflight.call(.options, "/api/v1/sessions").header("Access-Control-Allow-Headers")
            for name in ["baggage", "sentry-trace", "tracestate", "traceparent"] {
                #expect(allowed?.contains(name) == true, "\(name): \(allowed ?? "")")
            }
        }
    }
}
