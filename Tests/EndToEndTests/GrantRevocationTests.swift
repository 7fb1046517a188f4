import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Revoking at Google kills every token of the project and account: none that is needed dies, none stays that is not
    /// kept.
    @Suite struct GrantRevocationTests {
        @Test(.timeLimit(.minutes(2))) func `What a refused consent was given is revoked, unless somebody needs it`()
            async throws
        {
            try await GrantPlace.run { place in
                let ann = try await place.a.session("ann")
                let id = try #require(
                    try await place.a.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue)
                func mismatch(_ email: String) async throws {
                    let ticket = try await place.reconsent(place.a, ann, id, email: email)
                    #expect(try await place.complete(ann, id, ticket).expect(409).code == "account_mismatch")
                }
                try await mismatch("other@example.com")
                try await place.env.eventually {
                    try await place.liveAtGoogle() == ["ann@example.com"] ? true : nil
                }
                // A sibling: a nonce that does not fit.
                func code(_ email: String) async throws -> JSON {
                    let code = try await place.env.google.call(
                        .post, "/_sandbox/codes",
                        [
                            "client_id": "100000000001-app.apps.googleusercontent.com", "email": .string(email),
                            "nonce": "n-1",
                        ]
                    ).text("code")
                    return ["provider": "google", "code": .string(code), "redirect_uri": "", "nonce": "n-2"]
                }
                let refused = try await ann.call(
                    .post, "/api/v1/connections/exchange", try await code("nonce@example.com")
                ).expect(422)
                #expect(refused.code == "ticket_invalid")
                try await place.env.eventually {
                    try await place.liveAtGoogle() == ["ann@example.com"] ? true : nil
                }
                // Another tenant's connection needs the grant: it stays, and so does the refused one of the same
                // account.
                let bob = try await place.b.session("bob")
                let needed = try #require(
                    try await place.b.connect(bob, "google", email: "bob@example.com")["id"]?.stringValue)
                try await mismatch("bob@example.com")
                // The setting allows no revocation.
                let settings = "/admin/v1/tenants/tenant-a/settings"
                var members = try await place.env.operator.call(.get, settings).expect(200).json.objectValue ?? [:]
                members["revoke_on_disconnect"] = false
                try await place.env.operator.call(.put, settings, .object(members)).expect(200)
                try await mismatch("kept@example.com")
                // Both were decided when a later refusal, with the setting back, has been revoked.
                members["revoke_on_disconnect"] = true
                try await place.env.eventually {
                    try await Self.pendingJobs(place) == 0 ? true : nil
                }
                try await place.env.operator.call(.put, settings, .object(members)).expect(200)
                try await mismatch("last@example.com")
                try await place.env.eventually {
                    try await place.liveAtGoogle().contains("last@example.com") ? nil : true
                }
                #expect(
                    try await place.liveAtGoogle() == [
                        "ann@example.com", "bob@example.com", "bob@example.com", "kept@example.com",
                    ])
                for (app, connection) in [(ann, id), (bob, needed)] { try await place.raw(app, connection).expect(200) }
                #expect(try await place.calls(place.env.google, "/revoke") == 3)
            }
        }

        /// The number of jobs that wait, by the operator's metrics.
        private static func pendingJobs(_ place: GrantPlace) async throws -> Int {
            let metrics = try await place.env.anonymous.send(.get, "/metrics").expect(200).text
            let line = metrics.split(separator: "\n").first { $0.hasPrefix("gateway_jobs_pending ") }
            return line.flatMap { Int($0.dropFirst(21)) } ?? -1
        }

        @Test(.timeLimit(.minutes(2)))
        func `A grant whose exchange overlapped with another tenant's revocation is refused`() async throws {
            try await GrantPlace.run { place in
                let (google, ann) = (place.env.google, try await place.a.session("ann"))
                let acme = try #require(
                    try await place.a.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue)
                let bolt = try await place.b.session("ann")
                let consent = try await place.b.consent(bolt, "google", email: "ann@example.com")
                // Google has given the grant, and its answer is on its way.
                try await place.hold(google, "/token")
                let completing = Task { try await place.complete(bolt, consent.connection, consent.ticket) }
                try await place.env.eventually {
                    try await place.calls(google, "/token", containing: "authorization_code") == 2 ? true : nil
                }
                let disconnecting = try await ann.call(.delete, "/api/v1/connections/\(acme)").expect(202)
                #expect(disconnecting["provider_revocation"] == "pending")
                _ = try await place.receiver.first("the end of acme's") {
                    $0.type == "connection.deleted" && $0.data["id"] == .string(acme)
                }
                #expect(try await place.liveAtGoogle().isEmpty, "bolt's grant was killed with acme's")
                try await place.release(google)
                let refused = try await completing.value.expect(409)
                #expect(refused.code == "conflict" && refused["action"] == "user")
                #expect(try await bolt.call(.get, "/api/v1/connections").items.isEmpty)
                // A consent that begins afterwards is as good as any.
                try await place.env.eventually { () async throws -> Bool? in
                    let again = try await place.b.consent(bolt, "google", email: "ann@example.com")
                    let reply = try await place.complete(bolt, again.connection, again.ticket)
                    guard reply.status == 200 else { return nil }
                    try await place.raw(bolt, again.connection).expect(200)
                    return true
                }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A consent under way for a known account keeps others from revoking it`() async throws {
            try await GrantPlace.run { place in
                let (google, ann) = (place.env.google, try await place.a.session("ann"))
                let bolt = try await place.b.session("ann")
                let renewed = try #require(
                    try await place.b.connect(bolt, "google", email: "ann@example.com")["id"]?.stringValue)
                try await google.call(.post, "/_sandbox/revoke", ["email": "ann@example.com"]).expect(200)
                try await place.raw(bolt, renewed).expect(409)
                let acme = try #require(
                    try await place.a.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue)
                let ticket = try await place.reconsent(place.b, bolt, renewed, email: "ann@example.com")
                try await place.hold(google, "/token")
                let completing = Task { try await place.complete(bolt, renewed, ticket) }
                try await place.env.eventually {
                    try await place.calls(google, "/token", containing: "authorization_code") == 3 ? true : nil
                }
                let disconnecting = try await ann.call(.delete, "/api/v1/connections/\(acme)").expect(202)
                #expect(disconnecting["provider_revocation"] == "kept_other_grants")
                try await place.release(google)
                #expect(try await completing.value.expect(200)["status"] == "active")
                _ = try await place.receiver.first("the end of acme's") {
                    $0.type == "connection.deleted" && $0.data["id"] == .string(acme)
                }
                try await place.raw(bolt, renewed).expect(200)
                #expect(try await place.calls(google, "/revoke") == 0)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A revocation whose process died is taken up at once`() async throws {
            try await GrantPlace.run { place in
                let (google, ann) = (place.env.google, try await place.a.session("ann"))
                let id = try #require(
                    try await place.a.connect(ann, "google", email: "ann@example.com")["id"]?.stringValue)
                try await place.hold(google, "/revoke")
                try await ann.call(.delete, "/api/v1/connections/\(id)").expect(202)
                try await place.env.eventually { try await place.calls(google, "/revoke") == 1 ? true : nil }
                try await place.restart()
                _ = try await place.receiver.first("the end of the connection") { $0.type == "connection.deleted" }
                #expect(!place.env.gatewayOutput.contains("job failed"), "nobody waited for the dead one")
                #expect(try await place.calls(google, "/revoke") == 2)
            }
        }
    }
}
