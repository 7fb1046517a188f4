#if Postgres
    import Foundation
    import HTTPTypes
    import JSONValue
    import SQL
    import Support
    import Testing

    extension EndToEnd {
        /// Two replicas as their callers see them.
        @Suite(.enabled(if: PostgresServer.isRunning)) struct ReplicaRequestTests {
            @Test(.timeLimit(.minutes(5)))
            func `A reader of the stream on either replica gets each message once and in order`() async throws {
                let place = try await ReplicaPlace()
                let receiver = Receiver()
                try await receiver.run {
                    let tenant = try await ReplicaTenant(place, receiver)
                    let texts = [Received(), Received()]
                    let readers = [0, 1].map { number in
                        Task {
                            try await API(place.url(number), token: tenant.fixture.key).listen(
                                "/api/v1/messages?type=calendar.test", lastEventID: nil
                            ) { texts[number].add($0) }
                        }
                    }
                    defer { for reader in readers { reader.cancel() } }
                    for text in texts { try await place.env.eventually { text.text.contains("retry:") ? true : nil } }
                    for number in 0..<40 {
                        #expect(await SignedWebhook.send(place.env, tenant.calendar, "m\(number)") == true)
                    }
                    for text in texts {
                        try await place.env.eventually { text.text.contains("\"mark\":\"m39\"") ? true : nil }
                        let marks = text.text.matches(of: /"mark":"m(\d+)"/).compactMap { Int($0.output.1) }
                        #expect(marks == Array(0..<40))
                    }
                }
            }

            @Test(.timeLimit(.minutes(5)))
            func `A recording that both replicas are asked for has one bot`() async throws {
                let place = try await ReplicaPlace()
                let receiver = Receiver()
                try await receiver.run {
                    let tenant = try await ReplicaTenant(place, receiver)
                    let events = try await tenant.events()
                    let apps = [0, 1].map { number in tenant.app.at(place.url(number)) }
                    for event in events.prefix(4) {
                        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                            for number in 0..<4 {
                                group.addTask {
                                    try await apps[number % 2].call(
                                        .put, "/api/v1/events/\(event)/recording", ["bot_name": "Notes"]
                                    ).status
                                }
                            }
                            return try await group.reduce(into: []) { $0.append($1) }
                        }
                        #expect(statuses.allSatisfy { $0 == 200 }, "\(statuses)")
                    }
                    let requested = try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items.filter {
                        $0["method"] == "POST" && $0["path"]?.stringValue?.contains("/bots") ?? false
                    }
                    #expect(requested.count == 4, "\(requested.compactMap { $0["path"]?.stringValue })")
                }
            }

            @Test(.timeLimit(.minutes(5)))
            func `A rolling restart under load fails no request`() async throws {
                let place = try await ReplicaPlace()
                let receiver = Receiver()
                try await receiver.run {
                    let tenant = try await ReplicaTenant(place, receiver)
                    let isOver = LockedValue<Bool>()
                    let failures = LockedValue<[String]>()
                    failures.set([])
                    try await withThrowingTaskGroup(of: Int.self) { group in
                        for _ in 0..<3 {
                            group.addTask {
                                var count = 0
                                while isOver.value == nil {
                                    let reply = try? await tenant.app.call(.get, "/api/v1/calendars")
                                    if reply?.status != 200 {
                                        failures.set((failures.value ?? []) + ["\(reply?.status ?? 0)"])
                                    }
                                    count += 1
                                }
                                return count
                            }
                        }
                        for number in 0...1 {
                            #expect(try place.program(number).stop() == 0)
                            try await place.start(number)
                            // The balancer's check finds it.
                            try await place.env.eventually {
                                try await API(place.url(number)).call(.get, "/readyz").status == 200 ? true : nil
                            }
                            // Two checks of the balancer.
                            try await Task.sleep(for: .milliseconds(500))
                        }
                        isOver.set(true)
                        let count = try await group.reduce(0, +)
                        print("rolling restart: \(count) requests, \(failures.value?.count ?? 0) failed")
                        #expect(count > 50)
                    }
                    #expect(failures.value?.isEmpty ?? false, "\(failures.value ?? [])")
                }
            }

            @Test(.timeLimit(.minutes(5)))
            func `Connections that the server ends ten times a second lose nothing`() async throws {
                let place = try await ReplicaPlace()
                let receiver = Receiver()
                let log = AcknowledgedLog()
                try await receiver.run {
                    let tenant = try await ReplicaTenant(place, receiver)
                    let database = try await place.open()
                    let isOver = LockedValue<Bool>()
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for sender in 0..<3 {
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
                        for _ in 0..<30 {
                            // A role may end its own connections. This one is kept.
                            _ = try? await database.read { tx in
                                try tx.run(
                                    """
                                    SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
                                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                                    """)
                            }
                            // Ten times a second.
                            try await Task.sleep(for: .milliseconds(100))
                        }
                        isOver.set(true)
                        try await group.waitForAll()
                    }
                    await database.close()
                    #expect(await SignedWebhook.send(place.env, tenant.calendar, "after") == true)
                    log.add("after")
                    for mark in log.all {
                        _ = try await receiver.first("the webhook \(mark)", within: 60) {
                            $0.data["mark"] == .string(mark)
                        }
                    }
                    print("ended connections: acknowledged \(log.all.count), lost 0")
                }
            }
        }
    }

    /// A tenant with a user who has connected a calendar.
    struct ReplicaTenant: Sendable {
        let fixture: TenantFixture
        let app: API
        let calendar: String

        init(_ place: ReplicaPlace, _ receiver: Receiver) async throws {
            fixture = try await TenantFixture(place.env, slug: "tenant-a", receiver: receiver.url)
            app = try await fixture.session("ann")
            let connection = try await fixture.connect(app, "google", email: "ann@example.com")
            calendar = try await app.call(
                .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
            ).expect(201).text("id")
        }

        /// The ids of events with a meeting that are still to come.
        func events() async throws -> [String] {
            try await fixture.env.eventually {
                let found = try await app.call(.get, "/api/v1/calendars/\(calendar)/events").expect(200).items
                let ids = found.filter {
                    $0["meeting_url"]?.stringValue != nil && $0["is_recurring"] == false && $0["status"] == "confirmed"
                }.compactMap { $0["id"]?.stringValue }
                return ids.count >= 4 ? ids : nil
            }
        }
    }
#endif
