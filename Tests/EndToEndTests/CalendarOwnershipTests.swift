import Foundation
import HTTPTypes
import JSONValue
import Sealing
import Support
import Testing

extension EndToEnd {
    /// A calendar belongs to the call that made it, whatever replies are slow, lost or failing meanwhile.
    @Suite struct CalendarOwnershipTests {
        struct Scenario: Sendable {
            let env: TestEnvironment
            let a: TenantFixture
            let b: TenantFixture
            let ann: API
            let eve: API

            /// Connections of one person, one in each tenant.
            let owners: JSON
            let others: JSON

            static func run(
                _ version: String, email: String = "ann@example.com", provider: String = "google",
                _ body: @escaping @Sendable (Scenario) async throws -> Void
            ) async throws {
                let env = try await TestEnvironment.run(version: version) { env, receiver in
                    let a = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                    let b = try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url)
                    let ann = try await a.session("ann")
                    let eve = try await b.session("eve")
                    let owners = try await a.connect(ann, provider, email: email)
                    let others = try await b.connect(eve, provider, email: email)
                    try await body(
                        Scenario(env: env, a: a, b: b, ann: ann, eve: eve, owners: owners, others: others))
                }
                try Contracts.checkReplies(env)
            }

            var wish: JSON { ["connection_id": owners["id"] ?? .null] }

            /// The other tenant's wish: another calendar of the same person.
            func otherWish() async throws -> JSON {
                let path = "/api/v1/connections/\(others["id"]?.stringValue ?? "")/raw-calendars"
                let raw = try await eve.call(.get, path).expect(200).items.first { $0["is_primary"] == false }
                return ["connection_id": others["id"] ?? .null, "raw_calendar_id": raw?["id"] ?? .null]
            }

            func upstream() async throws -> [JSON] {
                try await env.meetingBaaS.call(.get, "/_sandbox/calendars").expect(200).items
            }

            /// The one upstream calendar, once it is there.
            func made() async throws -> String {
                try await env.eventually {
                    try await self.upstream().first?["calendar_id"]?.stringValue
                }
            }

            /// The operator's list of calendars without an owner.
            func unclaimed() async throws -> [JSON] {
                try await env.operator.call(.get, "/admin/v1/unclaimed-calendars").expect(200).items
            }

            func calendars(_ caller: API) async throws -> [JSON] {
                try await caller.call(.get, "/api/v1/calendars").expect(200).items
            }

            /// The owner's create is lost and cannot be looked up at once; the other tenant's fails.
            func loseBoth() async throws -> (upstream: String, owners: String, others: String) {
                let path = env.version == "v1" ? "/calendars/" : "/v2/calendars"
                let otherWish = try await otherWish()
                // Version 1 lists once before the call.
                if env.version == "v1" {
                    try await fault(["method": "GET", "path_prefix": .string(path), "times": 1, "delay_ms": 1])
                }
                try await env.createFault(["drop_reply": true])
                try await fault(["method": "GET", "path_prefix": .string(path), "times": 2, "status": 503])
                try await ann.call(.post, "/api/v1/calendars", wish).expect(503)
                try await env.meetingBaaS.call(.delete, "/_sandbox/faults").expect(204)
                let id = try await made()
                try await env.createFault(["status": 500, "body": ["code": "X"]])
                try await eve.call(.post, "/api/v1/calendars", otherWish).expect(503)
                let mine = try #require(try await calendars(ann).first)
                let theirs = try #require(try await calendars(eve).first)
                #expect(mine["status"] == "creating" && theirs["status"] == "creating")
                return (id, mine["id"]?.stringValue ?? "", theirs["id"]?.stringValue ?? "")
            }

            func fault(_ order: JSON) async throws {
                try await env.meetingBaaS.call(.post, "/_sandbox/faults", order).expect(201)
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: ["v2", "v1"])
        func `A slow creation's calendar is not given to another tenant whose own creation fails`(version: String)
            async throws
        {
            try await Scenario.run(version) { place in
                let otherWish = try await place.otherWish()
                try await place.env.createFault(["delay_ms": 2500])
                async let owner = place.ann.call(.post, "/api/v1/calendars", place.wish)
                let id = try await place.made()
                try await place.env.createFault(["status": 500, "body": ["code": "X"]])
                let other = try await place.eve.call(.post, "/api/v1/calendars", otherWish)
                #expect(other.status == 503, "\(other.text)")
                let made = try await owner
                #expect(made.status == 201 && made["id"]?.stringValue == id, "\(made.text)")
                #expect(try await place.calendars(place.eve).allSatisfy { $0["status"] == "creating" })
                try await place.eve.call(.get, "/api/v1/calendars/\(id)").expect(404)
                try await place.ann.call(.get, "/api/v1/calendars/\(id)").expect(200)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `What nobody can know the operator resolves; until then the owner's create answers 409`() async throws {
            try await Scenario.run("v2") { place in
                let lost = try await place.loseBoth()
                for (caller, wish) in [(place.ann, place.wish), (place.eve, try await place.otherWish())] {
                    let again = try await caller.call(.post, "/api/v1/calendars", wish).expect(409)
                    #expect(again.code == "conflict" && again["action"] == "operator", "\(again.text)")
                }
                let open = try #require(try await place.unclaimed().first)
                #expect(open["id"]?.stringValue == lost.upstream && open["account"] == "shared")
                let candidates = open["creating"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
                #expect(Set(candidates) == [lost.owners, lost.others])
                let metrics = try await place.env.anonymous.call(.get, "/metrics").expect(200).text
                #expect(metrics.contains("gateway_calendars_creating 2"))
                #expect(metrics.contains("gateway_calendars_unclaimed 1"))
                let path = "/admin/v1/unclaimed-calendars/\(lost.upstream)/resolve"
                let admin = place.env.operator
                for body: JSON in [[:], ["delete": false], ["delete": true, "calendar_id": .string(lost.owners)]] {
                    try await admin.call(.post, path, body).expect(422)
                }
                try await admin.call(.post, path, ["calendar_id": "cal_00000000000000000000000000"]).expect(422)
                let unknown = "/admin/v1/unclaimed-calendars/00000000-0000-4000-8000-000000000000/resolve"
                try await admin.call(.post, unknown, ["delete": true]).expect(404)
                let resolved = try await admin.call(.post, path, ["calendar_id": .string(lost.owners)]).expect(200)
                #expect(resolved["resolution"] == "assigned" && resolved["calendar"]?["status"] == "active")
                let mine = try await place.ann.call(.post, "/api/v1/calendars", place.wish).expect(200)
                #expect(mine["id"]?.stringValue == lost.upstream)
                #expect(try await place.unclaimed().isEmpty)
                try await admin.call(.post, path, ["delete": true]).expect(404)
                #expect(try await place.upstream().count == 1)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A creation of unknown outcome that its owner deletes goes on to block its calendar`() async throws {
            try await Scenario.run("v2") { place in
                let lost = try await place.loseBoth()
                let deleted = try await place.ann.call(.delete, "/api/v1/calendars/\(lost.owners)").expect(202)
                #expect(deleted["status"] == "deleting" && deleted["id"]?.stringValue == lost.owners)
                let again = try await place.ann.call(.post, "/api/v1/calendars", place.wish).expect(409)
                #expect(again.code == "conflict" && again["action"] == "operator", "\(again.text)")
                // The whole connection too.
                let connection = place.owners["id"]?.stringValue ?? ""
                try await place.ann.call(.delete, "/api/v1/connections/\(connection)").expect(202)
                try await place.env.eventually {
                    try await place.ann.call(.get, "/api/v1/connections/\(connection)").status == 404 ? true : nil
                }
                let wish: JSON = ["connection_id": place.others["id"] ?? .null]
                #expect(
                    try await place.eve.call(.post, "/api/v1/calendars", wish).expect(409).code
                        == "calendar_already_connected")
                #expect(try await place.upstream().count == 1, "nobody knows yet whose it is")
                let path = "/admin/v1/unclaimed-calendars/\(lost.upstream)/resolve"
                let resolved = try await place.env.operator.call(.post, path, ["calendar_id": .string(lost.owners)])
                    .expect(200)
                #expect(resolved["resolution"] == "deleted" && resolved["calendar"]?.isNull == true)
                #expect(try await place.upstream().isEmpty)
                try await place.eve.call(.post, "/api/v1/calendars", wish).expect(201)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `The owner's own address at another provider, and a calendar from before, are not adopted`() async throws {
            try await Scenario.run("v2") { place in
                // Made outside this gateway, with the account's key.
                try await place.env.createFault(["drop_reply": true])
                try await place.fault(["method": "GET", "path_prefix": "/v2/calendars", "times": 2, "status": 503])
                try await place.ann.call(.post, "/api/v1/calendars", place.wish).expect(503)
                let lost = try #require(try await place.calendars(place.ann).first?["id"]?.stringValue)
                let id = try await place.made()
                // The same person's label at Microsoft says nothing of a Google calendar.
                let spoof = try await place.b.connect(place.eve, "microsoft", email: "ann@example.com")
                try await place.env.meetingBaaS.call(.delete, "/_sandbox/faults").expect(204)
                try await place.env.createFault(["status": 500, "body": ["code": "X"]])
                let wish: JSON = ["connection_id": spoof["id"] ?? .null]
                try await place.eve.call(.post, "/api/v1/calendars", wish).expect(503)
                // Seen unclaimed before the next call begins: never that call's.
                #expect(try await place.unclaimed().map { $0["id"]?.stringValue } == [id])
                try await place.env.createFault(["status": 500, "body": ["code": "X"]])
                try await place.eve.call(.post, "/api/v1/calendars", try await place.otherWish()).expect(503)
                #expect(try await place.calendars(place.eve).allSatisfy { $0["status"] == "creating" })
                // It can only be the first one's.
                let mine = try await place.ann.call(.post, "/api/v1/calendars", place.wish).expect(200)
                #expect(mine["id"]?.stringValue == id && mine["id"]?.stringValue != lost)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `One Meeting BaaS account has one owner, whatever keys it has`() async throws {
            try await Scenario.run("v2") { place in
                let admin = place.env.operator
                func put(_ slug: String, _ key: String, _ status: Int) async throws -> API.Reply {
                    try await admin.call(
                        .put, "/admin/v1/tenants/\(slug)/meeting-baas", ["api_key": .string(key), "api_version": "v2"]
                    ).expect(status)
                }
                let shared = try await put("tenant-b", TestEnvironment.apiKey, 409)
                #expect(shared.code == "conflict" && shared["action"] == "operator", "\(shared.text)")
                for key in ["key-of-b", "second-key-of-b"] {
                    try await place.env.meetingBaaS.call(.put, "/_sandbox/accounts", ["api_key": .string(key)])
                        .expect(200)
                }
                _ = try await put("tenant-b", "key-of-b", 200)
                _ = try await put("tenant-b", "key-of-b", 200)
                #expect(try await put("tenant-a", "key-of-b", 409).code == "conflict")
                // Two keys of one team: a known calendar shows that they belong to one account.
                try await place.env.meetingBaaS.call(
                    .put, "/_sandbox/accounts", ["api_key": "alias", "team_of": "key-of-b"]
                ).expect(200)
                try await place.eve.call(.post, "/api/v1/calendars", ["connection_id": place.others["id"] ?? .null])
                    .expect(201)
                #expect(try await put("tenant-a", "alias", 409).code == "conflict")
                // Its own second key is welcome.
                _ = try await put("tenant-b", "alias", 200)
                _ = try await put("tenant-a", "second-key-of-b", 200)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Two keys of one team do not hand a calendar from one tenant to the other`() async throws {
            try await Scenario.run("v2") { place in
                // Nothing is known of this account yet, so its second key cannot be distinguished from another
                // account's.
                try await place.env.meetingBaaS.call(
                    .put, "/_sandbox/accounts", ["api_key": "alias", "team_of": .string(TestEnvironment.apiKey)]
                ).expect(200)
                try await place.env.operator.call(
                    .put, "/admin/v1/tenants/tenant-b/meeting-baas", ["api_key": "alias", "api_version": "v2"]
                ).expect(200)
                let lost = try await place.loseBoth()
                for (caller, wish) in [(place.eve, try await place.otherWish()), (place.ann, place.wish)] {
                    try await caller.call(.post, "/api/v1/calendars", wish).expect(409)
                }
                try await place.eve.call(.get, "/api/v1/calendars/\(lost.upstream)").expect(404)
            }
        }
    }
}

extension TestEnvironment {
    /// The next calendar creation goes so; the list of raw calendars before it is left alone.
    func createFault(_ what: JSON) async throws {
        let raw = version == "v1" ? "/calendars/raw" : "/v2/calendars/list-raw"
        let create = version == "v1" ? "/calendars/" : "/v2/calendars"
        try await meetingBaaS.call(
            .post, "/_sandbox/faults", ["method": "POST", "path_prefix": .string(raw), "times": 1, "delay_ms": 1]
        ).expect(201)
        var members = what.objectValue ?? [:]
        members["method"] = "POST"
        members["path_prefix"] = .string(create)
        members["times"] = 1
        try await meetingBaaS.call(.post, "/_sandbox/faults", .object(members)).expect(201)
    }
}
