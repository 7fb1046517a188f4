import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// A Meeting BaaS account whose key is changed or removed: calls under way are refused, and a 404 under another key does
    /// not prove that something is gone.
    @Suite struct AccountChangeTests {
        private static func addAccounts(_ env: TestEnvironment, _ keys: String...) async throws {
            for key in keys {
                try await env.meetingBaaS.call(.put, "/_sandbox/accounts", ["api_key": .string(key)]).expect(200)
            }
        }

        private static func put(_ key: String, _ env: TestEnvironment, _ status: Int = 200) async throws {
            try await env.operator.call(
                .put, "/admin/v1/tenants/tenant-b/meeting-baas", ["api_key": .string(key), "api_version": "v2"]
            ).expect(status)
        }

        /// Changes or removes the account of tenant-b, and then lets the call that waits end.
        private static func change(_ isRemoved: Bool, _ env: TestEnvironment) async throws {
            if isRemoved {
                try await env.operator.call(.delete, "/admin/v1/tenants/tenant-b/meeting-baas").expect(204)
            } else {
                try await put("second-key-of-b", env)
            }
            try await env.meetingBaaS.call(.delete, "/_sandbox/faults").expect(204)
        }

        /// The keys under which a call came.
        private static func keys(_ place: MirrorPlace, _ method: String, _ path: String) async throws -> [String] {
            try await place.sent(method, path).compactMap { $0["headers"]?["x-meeting-baas-api-key"]?.stringValue }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A calendar that the shared account's new key does not know is not gone`() async throws {
            let env = try await TestEnvironment(version: "v2")
            try await Self.addAccounts(env, "another-key")
            @Sendable func upstream() async throws -> [JSON] {
                try await env.meetingBaaS.call(.get, "/_sandbox/calendars").expect(200).items
            }
            let receiver = Receiver()
            try await receiver.run {
                var gateway = try await env.startGateway()
                defer { gateway.kill() }
                let a = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let ann = try await a.session("ann")
                let connection = try await a.connect(ann, "google", email: "ann@example.com")
                let calendar = try await ann.call(
                    .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
                ).expect(201).text("id")
                _ = gateway.stop()
                gateway = try await env.startGateway(["GATEWAY_MEETING_BAAS_API_KEY": "another-key"])
                let reply = try await a.server.call(.delete, "/api/v1/calendars/\(calendar)")
                #expect(reply.status == 202 && reply["status"] == "deleting", "\(reply.text)")
                #expect(try await upstream().count == 1)
                let left = try await a.server.call(.get, "/api/v1/calendars").expect(200).items
                #expect(left.map { $0["id"]?.stringValue } == [calendar])
                _ = gateway.stop()
                // Under the former key it goes.
                gateway = try await env.startGateway()
                try await env.eventually {
                    let status = try await a.server.call(.delete, "/api/v1/calendars/\(calendar)").status
                    return [204, 404].contains(status) ? true : nil
                }
                #expect(try await upstream().isEmpty)
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: [false, true])
        func `A bot that is made while its account is changed or removed is taken down`(isRemoved: Bool) async throws {
            try await MirrorPlace.run { place in
                let (env, api) = (place.env, place.env.meetingBaaS)
                try await Self.addAccounts(env, "key-of-b", "second-key-of-b")
                try await Self.put("key-of-b", env)
                try await place.fault(["method": "POST", "path_prefix": "/v2/bots", "hold": true])
                let eve = place.b.server.with("Gateway-User", "eve")
                async let made = eve.call(
                    .post, "/meeting-baas/v2/bots", ["bot_name": "N", "meeting_url": MirrorPlace.meeting()])
                try await env.eventually { try await place.sent("POST", "/v2/bots").isEmpty ? nil : true }
                try await Self.change(isRemoved, env)
                let reply = try await made
                #expect(![200, 201].contains(reply.status), "\(reply.status) \(reply.text)")
                let bot = try #require(
                    try await api.call(.get, "/_sandbox/bots").expect(200).items.first?["bot_id"]?.stringValue)
                // It leaves under the key that made it.
                try await env.eventually {
                    try await Self.keys(place, "POST", "/v2/bots/\(bot)/leave").contains("key-of-b") ? true : nil
                }
                try await eve.call(.get, "/meeting-baas/v2/bots/\(bot)").expect(404)
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: [false, true])
        func `A Zoom credential that is made while its account is changed or removed is deleted`(isRemoved: Bool)
            async throws
        {
            try await MirrorPlace.run { place in
                let env = place.env
                try await Self.addAccounts(env, "key-of-b", "second-key-of-b")
                try await Self.put("key-of-b", env)
                let path = "/v2/zoom-credentials"
                try await place.fault(["method": "POST", "path_prefix": .string(path), "hold": true])
                let server = place.b.server
                async let made = server.call(
                    .post, "/meeting-baas\(path)", ["name": "Z", "client_id": "z", "client_secret": "z-secret"])
                try await env.eventually { try await place.sent("POST", path).isEmpty ? nil : true }
                try await Self.change(isRemoved, env)
                let reply = try await made
                #expect(![200, 201].contains(reply.status), "\(reply.status) \(reply.text)")
                try await env.eventually {
                    try await env.meetingBaaS.call(.get, "/_sandbox/requests").expect(200).items.contains {
                        $0["method"] == "DELETE" && $0["path"]?.stringValue?.hasPrefix(path) == true
                            && $0["headers"]?["x-meeting-baas-api-key"] == "key-of-b"
                    } ? true : nil
                }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A key that proves itself by a former account's calendar does not replace the account after it`()
            async throws
        {
            try await MirrorPlace.run { place in
                let (env, b) = (place.env, place.b)
                try await Self.addAccounts(env, "key-of-b", "second-key-of-b", "third-key-of-b")
                try await Self.put("key-of-b", env)
                let ann = try await b.session("ann")
                let connection = try await b.connect(ann, "google", email: "ann@example.com")
                let made = try await ann.call(
                    .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
                ).expect(201).text("id")
                let listed = try await b.server.call(.get, "/meeting-baas/v2/calendars").expect(200)["data"]
                let id = try #require(listed?.arrayValue?.first?["calendar_id"]?.stringValue)
                let path = "/v2/calendars/\(id)"
                let presented = try await b.server.call(.get, "/meeting-baas\(path)").expect(200).json
                try await env.meetingBaaS.call(.delete, "/_sandbox/requests").expect(204)
                // The second key is the same account's: it knows the calendar.
                try await place.fault([
                    "method": "GET", "path_prefix": .string(path), "status": 200, "body": presented, "hold": true,
                ])
                async let late = env.operator.call(
                    .put, "/admin/v1/tenants/tenant-b/meeting-baas",
                    ["api_key": "second-key-of-b", "api_version": "v2"])
                try await env.eventually { try await place.sent("GET", path).isEmpty ? nil : true }
                // Meanwhile the tenant gets another account, and a calendar there.
                let gone = try await b.server.call(.delete, "/api/v1/calendars/\(made)").status
                #expect([202, 204].contains(gone))
                try await env.eventually {
                    try await b.server.call(.get, "/api/v1/calendars").expect(200).items.isEmpty ? true : nil
                }
                try await Self.put("third-key-of-b", env)
                try await ann.call(.post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]).expect(201)
                try await env.meetingBaaS.call(.delete, "/_sandbox/faults").expect(204)
                let reply = try await late
                #expect(
                    reply.status == 409 && reply["type"] == "urn:meeting-gateway:problem:conflict",
                    "\(reply.status) \(reply.text)")
                let left = try await b.server.call(.get, "/meeting-baas/v2/calendars").expect(200)["data"]
                #expect(left?.arrayValue?.count == 1)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A deleted user's bot that a changed key does not know leaves once its key is back`() async throws {
            try await MirrorPlace.run { place in
                let env = place.env
                try await Self.addAccounts(env, "key-of-b", "second-key-of-b")
                try await Self.put("key-of-b", env)
                let eve = place.b.server.with("Gateway-User", "eve")
                let bot =
                    try await eve.call(
                        .post, "/meeting-baas/v2/bots", ["bot_name": "N", "meeting_url": MirrorPlace.meeting()]
                    ).expect(201)["data"]?["bot_id"]?.stringValue ?? ""
                try await Self.put("second-key-of-b", env)
                try await place.b.server.call(.delete, "/api/v1/users/eve").expect(202)
                let leave = "/v2/bots/\(bot)/leave"
                try await env.eventually { try await place.sent("POST", leave).isEmpty ? nil : true }
                try await env.meetingBaaS.call(.delete, "/_sandbox/requests").expect(204)
                try await Self.put("key-of-b", env)
                // The first call was answered 404, which proved nothing: it is asked again.
                try await env.eventually(within: 90) {
                    try await Self.keys(place, "POST", leave).contains("key-of-b") ? true : nil
                }
                let message = try await place.receiver.first("the end of the user") { $0.type == "user.deleted" }
                #expect(message.data["user_id"] == "eve" && message.data["remained"]?.arrayValue?.isEmpty == true)
            }
        }
    }
}
