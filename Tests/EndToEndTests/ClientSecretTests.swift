import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// A provider app's new secret reaches every calendar at Meeting BaaS, and the operator sees how far it has come.
    @Suite struct ClientSecretTests {
        private struct App {
            let provider: String
            let path: String
            let id: String
            let api: API

            init(_ place: GrantPlace, _ provider: String) {
                self.provider = provider
                path = "/admin/v1/tenants/tenant-a/providers/\(provider)"
                let isGoogle = provider == "google"
                id = isGoogle ? "100000000001-app.apps.googleusercontent.com" : "00000000-0000-4000-8000-000000000001"
                api = isGoogle ? place.env.google : place.env.microsoft
            }

            /// At the provider.
            func setSecret(_ secret: String, overlap: Bool) async throws {
                try await api.call(
                    .post, "/_sandbox/clients",
                    ["client_id": .string(id), "client_secret": .string(secret), "overlap": .bool(overlap)]
                ).expect(200)
            }

            /// At the gateway.
            func enter(_ secret: String, _ place: GrantPlace) async throws -> JSON {
                try await place.env.operator.call(
                    .put, path, ["client_id": .string(id), "client_secret": .string(secret)]
                ).expect(200)["calendar_renewal"] ?? .null
            }

            func presented(_ place: GrantPlace) async throws -> JSON {
                try await place.env.operator.call(.get, path).expect(200)["calendar_renewal"] ?? .null
            }
        }

        /// Calendars that were given this secret since, by PATCH.
        private func renewed(_ place: GrantPlace, _ secret: String) async throws -> Set<String> {
            let requests = try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items
            return Set(
                requests.filter {
                    $0["method"] == "PATCH"
                        && (try? JSON.parse($0["body"]?.stringValue ?? ""))?["oauth_client_secret"] == .string(secret)
                }.compactMap { $0["path"]?.stringValue?.split(separator: "/").last.map(String.init) })
        }

        private func calendar(_ app: API, _ connection: JSON) async throws -> String {
            try await app.call(
                .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
            ).expect(201).text("id")
        }

        @Test(.timeLimit(.minutes(2)), arguments: [("v1", "google"), ("v2", "google"), ("v2", "microsoft")])
        func `A new client secret reaches every calendar`(version: String, provider: String) async throws {
            try await GrantPlace.run(version) { place in
                let app = App(place, provider)
                let ann = try await place.a.session("ann")
                var calendars: Set<String> = []
                for email in ["ann@example.com", "ann2@example.com"] {
                    calendars.insert(
                        try await calendar(ann, try await place.a.connect(ann, provider, email: email)))
                }
                // Another tenant's has the same client id and is none of this one's.
                let bob = try await place.b.session("bob")
                _ = try await calendar(bob, try await place.b.connect(bob, provider, email: "bob@example.com"))
                #expect(try await app.presented(place) == ["remaining": 0, "advice": .null])
                // Renewals fail, so that the progress can be looked at.
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    [
                        "method": "PATCH", "path_prefix": version == "v1" ? "/calendars/" : "/v2/calendars/",
                        "times": 1000, "status": 422,
                        "body": ["success": false, "error": "No", "code": "FST_ERR_NO", "statusCode": 422],
                    ]
                ).expect(201)
                try await app.setSecret("new-secret", overlap: true)
                let entered = try await app.enter("new-secret", place)
                #expect(entered["remaining"] == 2)
                #expect(entered["advice"]?.stringValue?.contains("Do not disable") == true)
                #expect(try await app.presented(place) == entered)
                let other = try await place.env.operator.call(
                    .get, "/admin/v1/tenants/tenant-b/providers/\(provider)")
                #expect(other["calendar_renewal"]?["remaining"] == 0)
                let doctor = try Program(["doctor"], environment: place.env.variables)
                _ = doctor.exitCode()
                #expect(
                    doctor.finalOutput.contains(
                        "tenant-a: 2 calendars at Meeting BaaS still have a former \(provider)"),
                    "\(doctor.finalOutput)")
                // The same secret again makes what is left over due now.
                try await place.release(place.env.meetingBaaS)
                #expect(try await app.enter("new-secret", place)["remaining"] == 2)
                try await place.env.eventually { try await app.presented(place)["remaining"] == 0 ? true : nil }
                #expect(try await renewed(place, "new-secret") == calendars)
                try await app.setSecret("new-secret", overlap: false)
                for calendar in calendars where version == "v2" {
                    try await ann.call(.post, "/api/v1/calendars/\(calendar)/sync").expect(202)
                }
                // Once all have it, entering it again asks nothing of Meeting BaaS.
                #expect(try await app.enter("new-secret", place) == ["remaining": 0, "advice": .null])
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A calendar that was being made, and a grant that was blocked, are given the new secret later`()
            async throws
        {
            try await GrantPlace.run { place in
                let app = App(place, "google")
                let ann = try await place.a.session("ann")
                let blocked = try await place.a.connect(ann, "google", email: "ann@example.com")
                let id = try #require(blocked["id"]?.stringValue)
                let first = try await calendar(ann, blocked)
                let fresh = try await place.a.connect(ann, "google", email: "ann2@example.com")
                try await place.env.google.call(
                    .post, "/_sandbox/blocks", ["email": "ann@example.com", "blocked": true]
                ).expect(200)
                try await place.raw(ann, id).expect(409)
                // The calendar is made at Meeting BaaS with the former secret; the answer waits. The first fault lets
                // list-raw pass.
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    ["method": "POST", "path_prefix": "/v2/calendars/list-raw", "times": 1, "delay_ms": 1]
                ).expect(201)
                try await place.hold(place.env.meetingBaaS, "/v2/calendars")
                let making = Task { try await calendar(ann, fresh) }
                try await place.env.eventually {
                    try await place.calls(place.env.meetingBaaS, "/v2/calendars", containing: "ann2") == 1
                        ? true : nil
                }
                try await app.setSecret("new-secret", overlap: true)
                #expect(try await app.enter("new-secret", place)["remaining"] == 0, "neither can be renewed now")
                try await place.release(place.env.meetingBaaS)
                let second = try await making.value
                try await place.env.eventually {
                    try await renewed(place, "new-secret").contains(second) ? true : nil
                }
                #expect(try await !renewed(place, "new-secret").contains(first))
                try await place.env.google.call(
                    .post, "/_sandbox/blocks", ["email": "ann@example.com", "blocked": false]
                ).expect(200)
                try await place.raw(ann, id).expect(200)
                try await place.env.eventually {
                    try await renewed(place, "new-secret").contains(first) ? true : nil
                }
                try await place.env.eventually { try await app.presented(place)["remaining"] == 0 ? true : nil }
            }
        }
    }
}
