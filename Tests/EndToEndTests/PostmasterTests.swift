#if Postgres
    import Foundation
    import HTTPTypes
    import JSONValue
    import SQL
    import Support
    import Testing

    extension EndToEnd {
        /// Promise 2 with the other side dying: PostgreSQL's first process is killed while the gateway stands at a named point
        /// (`Failpoint`), and the gateway goes on without a start anew.
        @Suite(.enabled(if: PostgresServer.isRunning)) struct PostmasterTests {
            /// Deaths of all points together: 6 in `make test`, 160 in `make soak`.
            static let kills = max(CrashTests.kills / 5, CrashTests.points.count)

            @Test(.timeLimit(.minutes(60)))
            func `SIGKILL of the server at each named point loses nothing, and the gateway recovers by itself`()
                async throws
            {
                try await OwnServer.run(["fsync=on", "synchronous_commit=on"]) { server in
                    let url = try server.newDatabase("crash")
                    try await DeliveryPlace.run(environment: ["GATEWAY_DATABASE_URL": url]) { place, gateway in
                        try await Self.run(place, gateway, server)
                    }
                }
            }

            private static func run(_ place: DeliveryPlace, _ gateway: Restartable, _ server: OwnServer) async throws {
                try await place.endpoint("/crash", ["concurrency": .int(CrashTests.concurrency)])
                SeededGenerator.announce("postmaster")
                var random = SeededGenerator("postmaster")
                let stops = (0..<kills).map { round in
                    "\(CrashTests.points[round % CrashTests.points.count]):\(Int.random(in: 1...12, using: &random))"
                }
                #expect(gateway.stop() == 0)
                try await gateway.start(["MEETING_GATEWAY_STOP_AT": stops.joined(separator: ",")])
                let program = try #require(gateway.current)
                let load = PostmasterLoad(place)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    load.start(in: &group)
                    for stop in stops {
                        try await place.env.eventually(within: 60) { program.isStopped ? true : nil }
                        try await server.crash()
                        // It meets the server before it has started, or after.
                        let isEarly = Bool.random(using: &random)
                        if isEarly { program.send(SIGCONT) }
                        try await server.start()
                        if !isEarly { program.send(SIGCONT) }
                        let (webhooks, tenants) = (load.webhooks.all.count, load.tenants.all.count)
                        try await place.env.eventually(within: 60) {
                            // The next point may come first.
                            if program.isStopped { return true }
                            #expect(program.isRunning, "\(stop)")
                            return load.webhooks.all.count > webhooks + 3 && load.tenants.all.count > tenants
                                ? true : nil
                        }
                    }
                    load.end()
                    try await group.waitForAll()
                }
                #expect(gateway.current === program && program.isRunning, "without a start anew")
                try await load.check(within: 60)
                try await KillTests.checkCounts(place.env)
                let all = place.receiver.deliveries.filter { $0.path == "/crash" }
                let repeated = all.count - Set(all.map(\.id)).count
                #expect(repeated <= kills * CrashTests.concurrency, "\(repeated) repeated")
                print(
                    "postmaster killed \(kills) times, acknowledged \(load.webhooks.all.count) webhooks and "
                        + "\(load.tenants.all.count) writes, lost 0, refused \(load.refused.all.count), "
                        + "delivered twice \(repeated)")
            }
        }
    }

    /// Webhooks and API writes that go on while a database is in trouble, each repeated until it is acknowledged.
    final class PostmasterLoad: Sendable {
        let webhooks = AcknowledgedLog()
        /// The slugs of tenants that were created.
        let tenants = AcknowledgedLog()
        /// Answers that said that storage is not available.
        let refused = AcknowledgedLog()
        private let place: DeliveryPlace
        private let path: String
        private let isOver = LockedValue<Bool>()

        /// - Parameter path: of the endpoint that the webhooks go to.
        init(_ place: DeliveryPlace, path: String = "/crash") { (self.place, self.path) = (place, path) }

        func start(in group: inout ThrowingTaskGroup<Void, any Error>, senders: Int = 3) {
            for sender in 0..<senders {
                group.addTask {
                    var number = 0
                    while self.isOver.value == nil {
                        try await self.webhook("\(sender)-\(number)")
                        number += 1
                    }
                }
            }
            group.addTask {
                var number = 0
                while self.isOver.value == nil {
                    try await self.tenant("t-\(number)")
                    number += 1
                }
            }
        }

        func end() { isOver.set(true) }

        /// Meeting BaaS sends a webhook again that was not acknowledged.
        private func webhook(_ mark: String) async throws {
            while isOver.value == nil {
                let status = await place.webhook(mark)
                if status == 200 { return webhooks.add(mark) }
                if let status {
                    #expect(status == 503, "the webhook \(mark)")
                    refused.add(mark)
                }
                // The server is away for a second or more.
                try await Task.sleep(for: .milliseconds(50))
            }
        }

        private func tenant(_ slug: String) async throws {
            while isOver.value == nil {
                let reply = try? await place.env.operator.call(
                    .post, "/admin/v1/tenants", ["slug": .string(slug), "name": "T"])
                switch reply?.status {
                // A commit of unknown outcome has happened.
                case 201, 409: return tenants.add(slug)
                case 503:
                    #expect(reply?.code == "storage_unavailable" && reply?.header("retry-after") != nil, "\(slug)")
                    refused.add(slug)
                case nil: break
                case let status?: Issue.record("\(slug): \(status) \(reply?.text ?? "")")
                }
                // As above.
                try await Task.sleep(for: .milliseconds(50))
            }
        }

        /// All that was acknowledged is there: each webhook delivered under one id, each tenant once.
        func check(within seconds: Int) async throws {
            let acknowledged = Set(webhooks.all)
            try await place.env.eventually(within: seconds) {
                acknowledged.isSubset(of: place.marks(path)) ? true : nil
            }
            let all = place.receiver.deliveries.filter { $0.path == path }
            let ids = Dictionary(grouping: all) { $0.data["mark"]?.stringValue ?? "" }
            #expect(ids.values.allSatisfy { Set($0.map(\.id)).count == 1 }, "a second id")
            for slug in tenants.all {
                try await place.env.operator.call(.get, "/admin/v1/tenants/\(slug)").expect(200)
            }
        }
    }
#endif
