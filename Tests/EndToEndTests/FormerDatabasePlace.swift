import Foundation
import HTTPTypes
import JSONValue
import Sealing
import SQL
import Support
import Testing
import Webhooks

/// A gateway on a copy of the database that the program of commit 50846fc made, and the vendors as that program left them.
///
/// All times of the copy are moved to the present first. Tests/Fixtures/database-50846fc/SOURCE.md describes the content.
struct FormerDatabasePlace: Sendable {
    let env: TestEnvironment
    let receiver: Receiver
    /// The contents of the database, by name: `secrets.json`.
    let known: JSON
    /// Milliseconds by which the times were moved.
    let shift: Int64
    /// The latest time in the database, after it was moved; in milliseconds.
    var movedTo: Int64 { Int64(known["made_at"]?.intValue ?? 0) + shift }
    /// The jobs that the database held: kinds by id.
    let jobs: [String: String]

    static let fixture = "database-50846fc"
    private static let metricsToken = "former-metrics-token"

    static func run(_ body: @escaping @Sendable (FormerDatabasePlace) async throws -> Void) async throws {
        let known = try Fixture.json("\(fixture)/secrets.json")
        let env = try await TestEnvironment(
            version: "v2",
            extra: [
                "GATEWAY_MASTER_KEY": try known.text("master_key"),
                "GATEWAY_ADMIN_TOKEN": try known.text("admin_token"),
                "GATEWAY_METRICS_TOKEN": metricsToken,
            ])
        let receiver = Receiver()
        try await receiver.run {
            let madeAt = Int64(known["made_at"]?.intValue ?? 0)
            let shift = Timestamp(Date()).milliseconds - madeAt
            try Fixture.data("\(fixture)/gateway.sqlite").write(to: env.folder.appendingPathComponent("gateway.db"))
            let jobs = try await move(env, by: shift, from: try known.text("receiver"), to: receiver.url)
            try await restore(env, known, shift)
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            try await body(
                FormerDatabasePlace(env: env, receiver: receiver, known: known, shift: shift, jobs: jobs))
            #expect(!env.gatewayOutput.contains("unexpected error"), "\(env.gatewayOutput.suffix(2000))")
        }
        try Contracts.checkReplies(env, atLeast: 0)
    }

    /// Adds `shift` to every time, makes every job due, and sends deliveries to `receiver` instead of to `former`.
    /// - Returns: the jobs.
    private static func move(
        _ env: TestEnvironment, by shift: Int64, from former: String, to receiver: String
    ) async throws -> [String: String] {
        let database = try await SQLiteDatabase.open(path: path(env))
        let jobs = try await database.write { tx in
            let columns = try tx.run(
                """
                SELECT tables.name AS owner, columns.name AS name
                FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
                WHERE tables.type = 'table' AND columns.type = 'INTEGER'
                    AND (columns.name IN ('at', 'until', 'since') OR columns.name LIKE '%\\_at' ESCAPE '\\'
                        OR columns.name LIKE '%\\_until' ESCAPE '\\' OR columns.name LIKE '%\\_since' ESCAPE '\\')
                """)
            for column in columns {
                let (table, name) = (try column.text("owner"), try column.text("name"))
                // The end of time stays where it is.
                try tx.run(
                    Query(
                        stringLiteral:
                            "UPDATE \(table) SET \(name) = \(name) + \(shift) WHERE \(name) < \(1 << 53)"))
            }
            try tx.run("UPDATE jobs SET due_at = MIN(due_at, \(Timestamp(Date()).milliseconds))")
            try tx.run("UPDATE webhook_endpoints SET url = REPLACE(url, \(former), \(receiver))")
            return Dictionary(
                try tx.run("SELECT id, kind FROM jobs").map { (try $0.text("id"), try $0.text("kind")) }
            ) { $1 }
        }
        await database.close()
        return jobs
    }

    /// Gives the fakes what their predecessors held: grants, calendars, events and bots.
    private static func restore(_ env: TestEnvironment, _ known: JSON, _ shift: Int64) async throws {
        let vendors = try Fixture.json("\(fixture)/vendors.json")
        for (provider, name) in [(env.google, "google"), (env.microsoft, "microsoft")] {
            let client = known["\(name)_client"]?.arrayValue?.first ?? .null
            for (token, email) in vendors[name]?.objectValue ?? [:] {
                try await provider.call(
                    .post, "/_sandbox/grants", ["refresh_token": .string(token), "client_id": client, "email": email]
                ).expect(201)
            }
        }
        try await env.meetingBaaS.call(
            .put, "/_sandbox/accounts",
            [
                "api_key": known["own"]?["api_key"] ?? .null,
                "webhook_secret": known["own"]?["webhook_secret"] ?? .null,
                "webhook_url": .string("\(env.gatewayURL)/webhooks/meeting-baas/own"),
            ]
        ).expect(200)
        // Creations are found by their time. Events and bots keep theirs: cursors hold them.
        let calendars = try (vendors["calendars"]?.arrayValue ?? []).map { calendar -> JSON in
            guard var members = calendar.objectValue,
                let created = Timestamp(rfc3339: try calendar.text("created_at"))
            else { return calendar }
            members["created_at"] = .string("\(Timestamp(milliseconds: created.milliseconds + shift))")
            return .object(members)
        }
        try await env.meetingBaaS.call(
            .post, "/_sandbox/restore", ["calendars": .array(calendars), "bots": vendors["bots"] ?? .null]
        ).expect(200)
    }

    private static func path(_ env: TestEnvironment) -> String {
        env.folder.appendingPathComponent("gateway.db").path
    }

    // MARK: - callers

    var admin: API { API(env.gatewayURL, token: known["admin_token"]?.stringValue) }
    var acme: API { server("acme") }
    var own: API { server("own") }

    func server(_ tenant: String) -> API { API(env.gatewayURL, token: known[tenant]?["key"]?.stringValue) }

    /// A value of `secrets.json`, by its path.
    func text(_ names: String...) throws -> String {
        let parent = names.dropLast().reduce(known) { $0[$1] ?? .null }
        return try parent.text(names.last ?? "")
    }

    /// A member of one of the people of the tenant `acme`.
    func person(_ name: String, _ member: String) throws -> String {
        try (known["people"]?[name] ?? .null).text(member)
    }

    // MARK: - looking

    /// Runs a query on the database beside the gateway.
    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let database = try await SQLiteDatabase.openForReading(path: Self.path(env))
        do {
            let result = try await database.read(body)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    func count(_ query: Query) async throws -> Int64 { try await read { try $0.run(query).first?.integer("n") ?? 0 } }

    /// The requests that a fake got.
    func requests(_ api: API, _ method: String, _ path: String) async throws -> [JSON] {
        try await api.call(.get, "/_sandbox/requests").expect(200).items.filter {
            $0["method"]?.stringValue == method && $0["path"]?.stringValue == path
        }
    }

    /// Waits until none of the former jobs of this kind is left.
    func ended(_ kind: String) async throws {
        let ids = jobs.filter { $0.value == kind }.map(\.key)
        #expect(!ids.isEmpty, "the database holds no job \(kind)")
        try await env.eventually {
            try await self.count("SELECT COUNT(*) AS n FROM jobs WHERE id IN \(list: ids)") == 0 ? true : nil
        }
    }

    func metric(_ name: String) async throws -> Double? {
        let text = try await API(env.gatewayURL, token: Self.metricsToken).call(.get, "/metrics").expect(200).text
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.split(separator: " ").last ?? "") }
    }

    // MARK: - webhooks

    /// Sends a webhook as an account of version 2 does.
    func webhook(
        _ body: JSON, to path: String = "/webhooks/meeting-baas", secret: String = TestEnvironment.webhookSecret
    ) async throws -> API.Reply {
        let key = try #require(WebhookSecret.decode(secret))
        let (id, time) = ("msg_\(UInt64.random(in: 0...UInt64.max))", Int64(Date().timeIntervalSince1970))
        let signature = Signature.sign(id: id, timestamp: time, body: body.bytes, secret: key)
        return try await env.anonymous.send(
            .post, path, body: body.bytes,
            headers: [("svix-id", id), ("svix-timestamp", "\(time)"), ("svix-signature", signature)])
    }

    /// A webhook about a calendar; `mark` finds its delivery.
    func webhook(calendar: String, mark: String) async throws {
        try await webhook([
            "event": "calendar.test", "data": ["calendar_id": .string(calendar), "mark": .string(mark)],
        ]).expect(200)
    }

    func delivery(_ path: String, mark: String) async throws -> Receiver.Delivery {
        try await receiver.first("\(mark) at \(path)") { $0.path == path && $0.data["mark"]?.stringValue == mark }
    }
}
