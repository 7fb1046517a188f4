import Foundation
import HTTPTypes
import JSONValue
import Sealing
import Support
import Testing
import Webhooks

extension EndToEnd {
    /// README.md's servers as they stand there, in front of a real gateway.
    @Suite struct ReadmeTests {
        @Test(.timeLimit(.minutes(2)), arguments: SampleServer.Language.allCases)
        func `The README's server acts once on what the gateway delivers, and takes nothing else`(
            language: SampleServer.Language
        ) async throws {
            try await TestEnvironment.run { env, receiver in
                let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let port = try TestEnvironment.freePort()
                let made = try await tenant.server.call(
                    .post, "/api/v1/webhook-endpoints", ["url": .string("http://127.0.0.1:\(port)/webhooks")]
                ).expect(201)
                let secret = try made.text("secret")
                let server = try await SampleServer.start(
                    language, in: env, port: port,
                    [
                        "GATEWAY": env.gatewayURL, "KEY": tenant.key, "WEBHOOK_SECRET": secret, "DEMO_USER": "ann",
                    ])
                defer { server.program.kill() }
                let bench = ServerBench(
                    env: env, tenant: tenant, receiver: receiver, server: server, endpoint: try made.text("id"),
                    secret: secret)
                try await bench.actsOnEvents()
                try await bench.actsOnce()
                let recorded = try await bench.recordedWhileRotating()
                try await bench.refusesForgeries(recorded[0])
                try bench.agreesWithOthers(recorded)
                try await bench.refusesAnotherSecret()
                #expect(!server.program.output.contains("Traceback"), "\(server.program.output)")
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: SampleServer.Language.allCases)
        func `The README's server mints sessions for its signed-in user alone, and starts with a secret alone`(
            language: SampleServer.Language
        ) async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: "http://127.0.0.1:1")
            var variables = [
                "GATEWAY": env.gatewayURL, "KEY": tenant.key, "WEBHOOK_SECRET": tenant.secret, "DEMO_USER": "ann",
            ]
            func session() async throws -> API.Reply {
                let server = try await SampleServer.start(
                    language, in: env, port: TestEnvironment.freePort(), variables)
                defer { server.program.kill() }
                try await API(server.url).call(.post, "/").expect(404)
                return try await API(server.url).call(.post, "/session")
            }
            let minted = try await session().expect(201)
            #expect(minted["user_id"] == "ann" && minted["expires_at"]?.stringValue != nil)
            try await API(env.gatewayURL, token: minted.text("token")).call(.get, "/api/v1/calendars").expect(200)
            variables["DEMO_USER"] = nil
            #expect(try await session().status == 401, "nobody is signed in")
            variables.merge(["DEMO_USER": "ann", "KEY": "mgk_nonsense"]) { $1 }
            let refused = try await session()
            #expect(
                refused.status == 503 && refused.text.isEmpty, "the gateway's refusal is not the browser's business")
            variables["WEBHOOK_SECRET"] = ""
            let open = try SampleServer.launch(language, port: TestEnvironment.freePort(), variables).program
            defer { open.kill() }
            try await env.eventually { open.isRunning ? nil : true }
            #expect(open.exitCode() != 0, "an empty secret would let everybody sign")
        }
    }
}

/// A server under test, and the endpoint that it is.
private struct ServerBench: Sendable {
    let env: TestEnvironment
    let tenant: TenantFixture
    let receiver: Receiver
    let server: SampleServer
    let endpoint: String
    let secret: String
    private var path: String { "/api/v1/webhook-endpoints/\(endpoint)" }

    /// Has the gateway send `endpoint.test`.
    /// - Returns: the message's id.
    private func sendTest() async throws -> String {
        try await tenant.server.call(.post, "\(path)/test").expect(202).text("message_id")
    }

    private func delivery(of message: String) async throws -> JSON {
        try await tenant.server.call(.get, "/api/v1/deliveries?endpoint_id=\(endpoint)").expect(200).items
            .first { $0["message_id"] == .string(message) } ?? .null
    }

    /// A test delivery, and Meeting BaaS's own events of a calendar.
    func actsOnEvents() async throws {
        let test = try await sendTest()
        try await server.prints("\(test) endpoint.test", in: env)
        let ann = try await tenant.session("ann")
        let connection = try await tenant.connect(ann, "google", email: "ann@example.com")
        let calendar = try await ann.call(
            .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
        ).expect(201).text("id")
        try await server.prints(" connection.active", in: env)
        let event = try #require(
            try await ann.call(.get, "/api/v1/calendars/\(calendar)/events").expect(200).items
                .first { $0["meeting_url"]?.stringValue != nil && $0["is_recurring"] == false }?["id"]?.stringValue)
        try await env.meetingBaaS.call(.patch, "/_sandbox/events/\(event)", ["title": "Moved"]).expect(200)
        try await server.prints("read what changed in \(calendar) since 20", in: env)
        try await ann.call(.put, "/api/v1/events/\(event)/recording", ["bot_name": "Notes"]).expect(200)
        try await env.meetingBaaS.call(.post, "/_sandbox/events/\(event)/run-bot", [:]).expect(200)
        try await server.prints("fetch the recording of \(event) for ann", in: env)
        let statuses = try await env.eventually { () async throws -> [JSON]? in
            let all = try await tenant.server.call(.get, "/api/v1/deliveries?endpoint_id=\(endpoint)").items
            return all.allSatisfy { $0["status"] != "pending" } ? all : nil
        }
        #expect(statuses.count > 4 && statuses.allSatisfy { $0["status"] == "delivered" && $0["attempts"] == 1 })
    }

    /// The gateway itself sends a message a second time, under the same `webhook-id`.
    func actsOnce() async throws {
        let message = try await sendTest()
        try await server.prints(message, in: env)
        let delivered = try await env.eventually { () async throws -> JSON? in
            let found = try await delivery(of: message)
            return found["status"] == "delivered" ? found : nil
        }
        let id = try #require(delivered["id"]?.stringValue)
        try await tenant.server.call(.post, "/api/v1/deliveries/\(id)/retry").expect(202)
        try await env.eventually { () async throws -> Bool? in
            let found = try await delivery(of: message)
            return found["status"] == "delivered" && found["attempts"] == 2 ? true : nil
        }
        try await expectNothingMore(of: message)
    }

    /// A message that was answered has been acted on before the next one, if at all.
    private func expectNothingMore(of message: String, than count: Int = 1) async throws {
        try await server.prints(try await sendTest(), in: env)
        #expect(server.count(message) == count, "\(message) in \(server.program.output)")
    }

    /// Replaces the secret while both are good, and takes down what the gateway sends to this endpoint in that time.
    /// - Returns: a delivery from before, and one with two signatures; the server has neither yet.
    func recordedWhileRotating() async throws -> [Receiver.Delivery] {
        func recorded() async throws -> Receiver.Delivery {
            try await tenant.server.call(.patch, path, ["url": .string(receiver.url + "/copy")]).expect(200)
            let message = try await sendTest()
            let delivery = try await receiver.first("the copy") { $0.id == message }
            let url: JSON = .string(server.url + "/webhooks")
            try await tenant.server.call(.patch, path, ["url": url]).expect(200)
            return delivery
        }
        let before = try await recorded()
        let next = try await tenant.server.call(
            .post, "\(path)/rotate-secret", ["overlap_seconds": 600]
        ).expect(200).text("secret")
        let during = try await recorded()
        #expect(before.isSigned(with: secret) && !before.isSigned(with: next))
        #expect(during.isSigned(with: secret) && during.isSigned(with: next))
        #expect(during.signature.split(separator: " ").count == 2)
        // The server has only the old secret, and goes on.
        try await server.prints(try await sendTest(), in: env)
        return [before, during]
    }

    /// Sends a delivery as anybody could who saw it.
    private func replay(
        _ delivery: Receiver.Delivery, id: String? = nil, timestamp: String? = nil, signature: String? = nil,
        body: [UInt8]? = nil
    ) async throws -> Int {
        let headers = [
            ("webhook-id", id ?? delivery.id), ("webhook-timestamp", timestamp ?? delivery.timestamp),
            ("webhook-signature", signature ?? delivery.signature),
        ].filter { !$0.1.isEmpty }
        return try await API(server.url).send(.post, "/webhooks", body: body ?? delivery.body, headers: headers).status
    }

    func refusesForgeries(_ real: Receiver.Delivery) async throws {
        var tampered = real.body
        tampered[tampered.count / 2] ^= 1
        #expect(try await replay(real, body: tampered) == 401)
        #expect(try await replay(real, body: real.body + [0x20]) == 401)
        #expect(try await replay(real, body: []) != 200)
        #expect(try await replay(real, id: "msg_another") == 401)
        #expect(try await replay(real, timestamp: String(try #require(Int(real.timestamp)) - 1)) == 401)
        let signature = real.signature
        for wrong in [
            "", "v1", "v1,", "v1,%%%", "v1,AAAA", "nonsense", "v1a," + signature.dropFirst(3),
            signature.dropLast(2) + "",
            String(signature.dropFirst(3)),
        ] {
            #expect(try await replay(real, signature: wrong) == 401, "\(wrong)")
        }
        for missing in ["id", "timestamp"] {
            let status = try await replay(
                real, id: missing == "id" ? "" : nil, timestamp: missing == "timestamp" ? "" : nil)
            #expect(status == 401, "without \(missing)")
        }
        // Properly signed, but long ago, or ahead; within five minutes it passes.
        let key = try #require(WebhookSecret.decode(secret))
        let now = Int64(Date().timeIntervalSince1970)
        for (offset, status) in [(Int64(-310), 401), (310, 401), (-280, 200)] {
            let signed = Signature.sign(id: "msg_aged\(offset)", timestamp: now + offset, body: real.body, secret: key)
            let got = try await replay(
                real, id: "msg_aged\(offset)", timestamp: String(now + offset), signature: signed)
            #expect(got == status, "\(offset) seconds from now")
        }
        // Another endpoint's deliveries are signed with another secret.
        let foreign = try #require(receiver.deliveries.first { $0.path == tenant.hook })
        #expect(try await replay(foreign) == 401)
        try await expectNothingMore(of: real.id, than: 0)
        // As it was sent it is good, once.
        #expect(try await replay(real, signature: "v1,AAAA v2,AAAA \(signature)") == 200)
        #expect(try await replay(real) == 200)
        try await expectNothingMore(of: real.id)
        #expect(server.count("msg_another") == 0 && server.count(foreign.id) <= 1)
        #expect(server.count("msg_aged-310") + server.count("msg_aged310") == 0 && server.count("msg_aged-280") == 1)
    }

    /// The same bytes by the official library and by Svix's.
    func agreesWithOthers(_ recorded: [Receiver.Delivery]) throws {
        let script = """
            import importlib, json, sys
            library = importlib.import_module(sys.argv[1])
            for case in json.load(open(sys.argv[2]))["data"]:
                try:
                    library.Webhook(case["secret"]).verify(case["body"].encode(), case["headers"])
                    print("taken")
                except library.WebhookVerificationError:
                    print("refused")
            """
        let other = WebhookSecret.make()
        var cases: [JSON] = []
        for delivery in recorded {
            for (secret, body) in [(secret, "\0"), (other, "\0"), (secret, " ")] {
                cases.append([
                    "secret": .string(secret),
                    "body": .string(String(decoding: delivery.body, as: UTF8.self) + (body == "\0" ? "" : body)),
                    "headers": [
                        "webhook-id": .string(delivery.id), "webhook-timestamp": .string(delivery.timestamp),
                        "webhook-signature": .string(delivery.signature),
                    ],
                ])
            }
        }
        let file = env.folder.appendingPathComponent("deliveries.json")
        try Data((["data": .array(cases)] as JSON).bytes).write(to: file)
        for library in ["standardwebhooks", "svix.webhooks"] {
            let verdict = try Python.run(script, [library, file.path])
            let wanted = Array(repeating: "taken\nrefused\nrefused\n", count: recorded.count).joined()
            #expect(verdict.code == 0 && verdict.output == wanted, "\(library): \(verdict.output)")
        }
    }

    /// A delivery of another endpoint has another secret: the server refuses it, and the gateway shows that.
    func refusesAnotherSecret() async throws {
        let other = try await tenant.server.call(
            .post, "/api/v1/webhook-endpoints",
            ["url": .string(server.url + "/webhooks"), "event_types": ["endpoint.test"]]
        ).expect(201).text("id")
        let message = try await tenant.server.call(.post, "/api/v1/webhook-endpoints/\(other)/test").expect(202)
            .text("message_id")
        let refused = try await env.eventually { () async throws -> JSON? in
            let found = try await tenant.server.call(.get, "/api/v1/deliveries?endpoint_id=\(other)").expect(200).items
                .first { $0["message_id"] == .string(message) }
            return found?["attempts"] == 1 ? found : nil
        }
        #expect(refused["status"] == "pending" && refused["last_attempt"]?["status_code"] == 401)
        #expect(server.count(message) == 0)
    }
}
