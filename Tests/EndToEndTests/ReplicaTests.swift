#if Postgres
    import Foundation
    import HTTPTypes
    import JSONValue
    import SQL
    import Support
    import Testing

    extension EndToEnd {
        /// Several processes on one database.
        @Suite(.enabled(if: PostgresServer.isRunning)) struct ReplicaTests {
            /// 10 in `make test`, 100 in `make soak`.
            static let kills = ProcessInfo.processInfo.environment["GATEWAY_REPLICA_KILLS"].flatMap { Int($0) } ?? 10

            @Test(.timeLimit(.minutes(30)))
            func `Two replicas of which one is killed at random lose nothing that was acknowledged`() async throws {
                let place = try await ReplicaPlace()
                let receiver = Receiver()
                let log = AcknowledgedLog()
                SeededGenerator.announce("replicas")
                try await receiver.run {
                    var random = SeededGenerator("replicas")
                    let tenant = try await ReplicaTenant(place, receiver)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        let isOver = LockedValue<Bool>()
                        for sender in 0..<4 {
                            group.addTask {
                                var number = 0
                                while isOver.value == nil {
                                    let mark = "\(sender)-\(number)"
                                    if await SignedWebhook.send(place.env, tenant.calendar, mark) == true {
                                        log.add(mark)
                                    }
                                    number += 1
                                }
                            }
                        }
                        for _ in 0..<Self.kills {
                            await log.reaches(log.all.count + Int.random(in: 1...80, using: &random))
                            let victim = Int.random(in: 0...1, using: &random)
                            try place.program(victim).kill()
                            try await place.start(victim)
                        }
                        isOver.set(true)
                        try await group.waitForAll()
                    }
                    for mark in log.all {
                        _ = try await receiver.first("the webhook \(mark)", within: 60) {
                            $0.data["mark"] == .string(mark)
                        }
                    }
                    var ids: [String: Set<String>] = [:]
                    for delivery in receiver.deliveries {
                        if let mark = delivery.data["mark"]?.stringValue { ids[mark, default: []].insert(delivery.id) }
                    }
                    #expect(ids.values.allSatisfy { $0.count == 1 })
                    let twice = receiver.deliveries.filter { $0.data["mark"] != nil }.count - ids.count
                    print("kills \(Self.kills), acknowledged \(log.all.count), lost 0, delivered twice \(twice)")
                }
            }

            @Test(.timeLimit(.minutes(5)))
            func `Both replicas deliver, each to its own endpoints, and each delivery goes out once`() async throws {
                let place = try await ReplicaPlace()
                let receiver = Receiver()
                try await receiver.run {
                    let tenant = try await ReplicaTenant(place, receiver)
                    // Enough for each replica to have some.
                    for number in 0..<12 {
                        try await tenant.fixture.server.call(
                            .post, "/api/v1/webhook-endpoints", ["url": .string("\(receiver.url)/hooks/\(number)")]
                        ).expect(201)
                    }
                    try await place.shared()
                    for number in 0..<20 {
                        #expect(await SignedWebhook.send(place.env, tenant.calendar, "m\(number)") == true)
                    }
                    try await place.env.eventually {
                        receiver.deliveries.count { $0.data["mark"] != nil } >= 13 * 20 ? true : nil
                    }
                    #expect(receiver.deliveries.count { $0.data["mark"] != nil } == 13 * 20)
                    for number in 0...1 {
                        let text = try place.program(number).output
                        #expect(text.contains("\"delivery attempt\""), "replica \(number) delivered nothing")
                    }
                }
            }

            @Test(.timeLimit(.minutes(5)), arguments: [false, true])
            func `A key that was deleted on one replica ends on the other within a second`(isDeaf: Bool) async throws {
                let place = try await ReplicaPlace()
                let admin = place.env.operator
                try await admin.call(.post, "/admin/v1/tenants", ["slug": "tenant-a", "name": "A"]).expect(201)
                let made = try await admin.call(.post, "/admin/v1/tenants/tenant-a/keys", ["name": "k"]).expect(201)
                let (id, key) = (try made.text("id"), try made.text("key"))
                let other = API(place.url(1), token: key)
                try await other.call(.get, "/api/v1/connections").expect(200)
                // Of both replicas: the one that deletes needs no notice.
                let frozen = isDeaf ? try await Self.listeners(place) : []
                #expect(frozen.count == (isDeaf ? 2 : 0))
                for process in frozen { kill(process, SIGSTOP) }
                defer { for process in frozen { kill(process, SIGCONT) } }
                try await API(place.url(0), token: place.env.operatorToken).call(
                    .delete, "/admin/v1/tenants/tenant-a/keys/\(id)"
                ).expect(204)
                let deleted = ContinuousClock.now
                while try await other.call(.get, "/api/v1/connections").status != 401 {
                    #expect(.now - deleted < .seconds(30), "it never ends")
                }
                // Time decides here: the promise is one second. Generous for a busy machine.
                #expect(.now - deleted < .seconds(isDeaf ? 3 : 2))
            }

            /// The server's processes of the connections that listen for notices.
            private static func listeners(_ place: ReplicaPlace) async throws -> [pid_t] {
                let database = try await place.open()
                let found = try await database.read { tx in
                    try tx.run(
                        """
                        SELECT pid FROM pg_stat_activity WHERE datname = current_database()
                            AND query LIKE '%pg_notify%' AND pid <> pg_backend_pid()
                        """
                    ).map { pid_t(try $0.integer("pid")) }
                }
                await database.close()
                return found
            }

            @Test(.timeLimit(.minutes(5)))
            func `A replica that was stopped beyond its lease stores no outcome`() async throws {
                let place = try await ReplicaPlace()
                let receiver = Receiver()
                try await receiver.run {
                    let tenant = try await TenantFixture(place.env, slug: "tenant-a", receiver: receiver.url)
                    let ann = try await tenant.session("ann")
                    let connection = try await tenant.connect(ann, "google", email: "ann@example.com")
                    let calendar = try await ann.call(
                        .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
                    ).expect(201).text("id")
                    try await place.shared()
                    #expect(await SignedWebhook.send(place.env, calendar, "first") == true)
                    let first = try await receiver.first("the first", within: 60) { $0.data["mark"] == "first" }
                    // The attempt of this delivery, not any: earlier ones are of the time before both had their share.
                    let owner = try await place.env.eventually(within: 60) {
                        try [0, 1].first { number in
                            try place.program(number).output.split(separator: "\n").contains {
                                $0.contains("\"delivery attempt\"") && $0.contains(first.id)
                            }
                        }
                    }
                    // It is stopped between its request and the answer. The other one takes the endpoint, and sends again.
                    receiver.delay(tenant.hook, seconds: 5)
                    #expect(await SignedWebhook.send(place.url(1 - owner), calendar, "second") == true)
                    _ = try await receiver.first("the second", within: 60) { $0.data["mark"] == "second" }
                    place.stop(owner)
                    try await place.env.eventually(within: 60) {
                        receiver.deliveries.count { $0.data["mark"] == "second" } == 2 ? true : nil
                    }
                    place.resume(owner)
                    try await place.env.eventually {
                        try place.program(owner).output.contains("starts anew under another name") ? true : nil
                    }
                    // Both work on, and each delivery is stored once.
                    try await place.shared()
                    #expect(await SignedWebhook.send(place.env, calendar, "third") == true)
                    _ = try await receiver.first("the third", within: 60) { $0.data["mark"] == "third" }
                    let database = try await place.open()
                    try await place.env.eventually {
                        try await database.read { tx in
                            try tx.run("SELECT id FROM deliveries WHERE status = 'pending'").isEmpty ? true : nil
                        }
                    }
                    let counts = try await database.read { tx in
                        try tx.run("SELECT attempts FROM deliveries").map { try $0.integer("attempts") }
                    }
                    #expect(counts.allSatisfy { $0 == 1 }, "\(counts)")
                    await database.close()
                }
            }
        }
    }
#endif
