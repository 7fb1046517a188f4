import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import SQL
import Support
import Testing

extension EndToEnd {
    /// Requests of a tenant that have not reached Meeting BaaS when the tenant is suspended.
    @Suite struct SuspensionTests {
        private static let metricsToken = "suspension-metrics-token"

        private func waiting(_ env: TestEnvironment) async throws -> Int {
            let text = try await API(env.gatewayURL, token: Self.metricsToken).call(.get, "/metrics").expect(200).text
            let line = text.split(separator: "\n").first { $0.hasPrefix("gateway_upstream_writes_waiting ") }
            return line?.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) } ?? 0
        }

        private func bot() -> JSON { ["bot_name": "N", "meeting_url": MirrorPlace.meeting()] }

        /// The account says that it takes no write for four seconds.
        private func holdWrites(_ place: MirrorPlace) async throws {
            try await place.fault([
                "path_prefix": "/v2/bots", "method": "POST", "status": 409, "body": ["code": "X"],
                "headers": ["x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4"],
            ])
            try await place.b.server.call(.post, "/meeting-baas/v2/bots", bot()).expect(409)
        }

        /// Suspends tenant-a while twelve of its writes and one of tenant-b's wait for their turn.
        /// - Returns: how each was answered; nil when this machine was too slow, and some had their turn before.
        private func suspendWhileWaiting(_ place: MirrorPlace, _ things: MirrorThings) async throws
            -> [(who: String, reply: API.Reply)]?
        {
            let (a, b) = (place.a.server, place.b.server)
            try await holdWrites(place)
            try await place.env.meetingBaaS.call(.delete, "/_sandbox/requests").expect(204)
            return try await withThrowingTaskGroup(of: (String, API.Reply).self) { group in
                for _ in 0..<10 {
                    group.addTask { ("a", try await a.call(.post, "/meeting-baas/v2/bots", self.bot())) }
                }
                group.addTask {
                    ("api", try await a.call(.put, "/api/v1/events/\(things.event)/recording", ["bot_name": "N"]))
                }
                group.addTask {
                    ("a", try await a.call(.delete, "/meeting-baas/v2/bots/scheduled/\(things.scheduled)"))
                }
                group.addTask { ("b", try await b.call(.post, "/meeting-baas/v2/bots", self.bot())) }
                _ = try? await place.env.eventually(within: 3) {
                    try await self.waiting(place.env) == 13 ? true : nil
                }
                try await place.env.operator.call(.patch, Self.tenant, ["status": "suspended"]).expect(200)
                let isValid = try await self.waiting(place.env) == 13
                let replies = try await group.reduce(into: [(who: String, reply: API.Reply)]()) { $0.append($1) }
                return isValid ? replies : nil
            }
        }

        private static let tenant = "/admin/v1/tenants/tenant-a"

        @Test(.timeLimit(.minutes(2))) func `A write that waits for its turn is not sent once its tenant is suspended`()
            async throws
        {
            try await MirrorPlace.run(extra: ["GATEWAY_METRICS_TOKEN": Self.metricsToken]) { place in
                let things = try #require(try await place.ann()[.v2])
                func activate() async throws {
                    try await place.env.operator.call(.patch, Self.tenant, ["status": "active"]).expect(200)
                }
                var answered: [(who: String, reply: API.Reply)]?
                for _ in 0..<5 where answered == nil {
                    try await activate()
                    answered = try await suspendWhileWaiting(place, things)
                }
                for (who, reply) in try #require(answered, "the machine is too slow for four seconds") {
                    switch who {
                    case "b": #expect(reply.status == 201, "\(reply.text)")
                    case "api": #expect(reply.status == 403 && reply.code == "tenant_suspended", "\(reply.text)")
                    default:
                        #expect(reply.status == 403 && reply["code"] == "FST_ERR_TENANT_SUSPENDED", "\(reply.text)")
                    }
                }
                let sent = try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items.filter {
                    $0["method"] != "GET"
                }
                #expect(sent.count == 1, "the other tenant's alone: \(sent.map(\.text))")
                // Refused requests were taken back here too.
                try await activate()
                try await place.a.server.call(.get, "/api/v1/events/\(things.event)/recording").expect(404)
                try await place.a.server.call(.post, "/meeting-baas/v2/bots", bot()).expect(201)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Jobs of a suspended tenant wait for it, and deletions do not`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                let tenant = "/admin/v1/tenants/\(place.tenant.slug)"
                let admin = place.env.operator
                let calendar = "/v2/calendars/\(place.calendar)"
                func sent(_ method: String) async throws -> Int {
                    try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items.filter {
                        $0["method"]?.stringValue == method && $0["path"]?.stringValue == calendar
                    }.count
                }
                try await admin.call(.patch, tenant, ["status": "suspended"]).expect(200)
                // A consent was renewed just before, and the job's seven days are over.
                try await gateway.edit([
                    """
                    INSERT INTO jobs (id, tenant_id, kind, subject_id, version, attempts, due_at, deadline_at, created_at)
                    SELECT 'job_1', tenant_id, 'renewCalendars', connection_id, 0, 0, 0, 0, 0 FROM calendars
                    """
                ])
                try await place.env.eventually {
                    place.env.gatewayOutput.contains(#""error":"tenant_suspended""#) ? true : nil
                }
                #expect(try await sent("PATCH") == 0)
                // At once, and not when the job would have been tried again.
                try await gateway.edit(["UPDATE jobs SET due_at = 9000000000000 WHERE kind = 'renewCalendars'"])
                try await admin.call(.patch, tenant, ["status": "active"]).expect(200)
                try await place.env.eventually { try await sent("PATCH") == 1 ? true : nil }
                // A tenant that is suspended and deleted is taken down.
                try await admin.call(.patch, tenant, ["status": "suspended"]).expect(200)
                try await admin.call(.delete, tenant).expect(202)
                try await place.env.eventually(within: 20) {
                    try await admin.call(.get, tenant).status == 404 ? true : nil
                }
                #expect(try await sent("DELETE") == 1)
                #expect(try await place.env.meetingBaaS.call(.get, "/_sandbox/calendars").items.isEmpty)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A tenant goes after the deletions that it waits for, however long`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                let tenant = "/admin/v1/tenants/\(place.tenant.slug)"
                let admin = place.env.operator
                try await place.env.google.call(
                    .post, "/_sandbox/faults", ["path_prefix": "/revoke", "status": 503, "times": 1000]
                ).expect(201)
                try await admin.call(.delete, tenant).expect(202)
                // Its own seven days are over, and the revocation has still to be tried.
                try await gateway.edit([
                    "UPDATE jobs SET deadline_at = 0, due_at = 0 WHERE kind = 'deleteTenant'",
                    "UPDATE jobs SET due_at = 9000000000000 WHERE kind = 'deleteConnection'",
                ])
                try await place.env.eventually {
                    place.env.gatewayOutput.contains(#""job.kind":"deleteTenant""#) ? true : nil
                }
                let left = try await admin.call(.get, tenant).expect(200)
                #expect(left["status"] == "deleting")
                try await place.env.google.call(.delete, "/_sandbox/faults").expect(204)
                try await place.env.google.call(.delete, "/_sandbox/requests").expect(204)
                try await gateway.edit(["UPDATE jobs SET due_at = 0 WHERE kind = 'deleteConnection'"])
                try await place.env.eventually(within: 30) {
                    try await admin.call(.get, tenant).status == 404 ? true : nil
                }
                let revoked = try await place.env.google.call(.get, "/_sandbox/requests").items.filter {
                    $0["path"] == "/revoke"
                }
                #expect(revoked.count == 1)
            }
        }

        @Test(.timeLimit(.minutes(2))) func `A calendar in the making waits for its account to be entered again`()
            async throws
        {
            try await DeliveryPlace.run { place, gateway in
                let base = "/admin/v1/tenants/tenant-own"
                let own = try await TenantFixture(place.env, slug: "tenant-own", receiver: place.receiver.url)
                let account: JSON = [
                    "api_key": "own-account-key", "api_version": "v2",
                    "webhook_secrets": [.string(TestEnvironment.webhookSecret)],
                ]
                try await place.env.meetingBaaS.call(
                    .put, "/_sandbox/accounts", ["api_key": "own-account-key", "webhook_url": .null]
                ).expect(200)
                try await place.env.operator.call(.put, "\(base)/meeting-baas", account).expect(200)
                let ann = try await own.session("ann")
                let connection = try await own.connect(ann, "google", email: "own@example.com")
                // Its outcome is lost: the reply, and what could be listed afterwards.
                try await place.env.loseCreateReply("v2")
                try await place.env.meetingBaaS.call(
                    .post, "/_sandbox/faults",
                    ["method": "GET", "path_prefix": "/v2/calendars", "status": 500, "times": 50]
                ).expect(201)
                let lost = try await ann.call(.post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null])
                #expect(lost.status >= 500, "\(lost.text)")
                // The account is not there while the job looks.
                try await gateway.edit([
                    "DELETE FROM accounts", "UPDATE jobs SET due_at = 0 WHERE kind = 'recoverCalendar'",
                ])
                try await place.env.eventually {
                    place.env.gatewayOutput.contains(#""job.kind":"recoverCalendar""#) ? true : nil
                }
                try await place.env.logs(#""error":"not_configured""#)
                #expect(try await ann.call(.get, "/api/v1/calendars").items.map { $0["status"] } == ["creating"])
            }
        }
    }
}
