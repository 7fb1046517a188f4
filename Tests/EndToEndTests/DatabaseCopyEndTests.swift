#if Postgres
    import Foundation
    import HTTPTypes
    import JSONValue
    import Support
    import Testing

    extension EndToEnd {
        /// `meeting-gateway database copy`.
        @Suite(.enabled(if: PostgresServer.isRunning)) struct DatabaseCopyEndTests {
            private static func command(
                _ env: TestEnvironment, _ arguments: String..., more: [String: String] = [:]
            ) throws -> (code: Int32, output: String) {
                let program = try Program(
                    arguments, environment: env.variables.merging(more) { $1 }, folder: env.folder)
                let code = program.exitCode()
                return (code, program.finalOutput)
            }

            @Test(.timeLimit(.minutes(3)))
            func `A gateway goes on where it was after its database has moved to PostgreSQL`() async throws {
                let sqlite = "sqlite:gateway.db"
                let postgres = try PostgresServer.newDatabase()
                let env = try await TestEnvironment(version: "v2", extra: ["GATEWAY_DATABASE_URL": sqlite])
                let file = env.folder.appendingPathComponent("target-url")
                try (postgres + "\n").write(to: file, atomically: true, encoding: .utf8)
                let receiver = Receiver()
                try await receiver.run {
                    let old = try await env.startGateway()
                    defer { old.kill() }
                    let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                    let ann = try await tenant.session("ann")
                    let connection = try await tenant.connect(ann, "google", email: "ann@example.com")
                    let calendar = try await ann.call(
                        .post, "/api/v1/calendars", ["connection_id": connection["id"] ?? .null]
                    ).expect(201).text("id")
                    #expect(await SignedWebhook.send(env, calendar, "before") == true)
                    _ = try await receiver.first("the webhook") { $0.data["mark"] == "before" }
                    let messages = try await tenant.server.call(.get, "/api/v1/messages").expect(200).items
                    #expect(!messages.isEmpty)

                    let locked = try Self.command(
                        env, "database", "copy", "--from", sqlite, "--to-file", file.path,
                        more: ["GATEWAY_LOCK_WAIT_SECONDS": "0"])
                    #expect(locked.code == 1 && locked.output.contains("another process serves"), "\(locked.output)")
                    #expect(old.stop() == 0)
                    let wrong = try Self.command(
                        env, "database", "copy", "--from", "mysql:x", "--to-file", file.path)
                    #expect(
                        wrong.code == 2 && wrong.output.contains("--from: must be sqlite:<path>"), "\(wrong.output)")
                    let key = try Self.command(
                        env, "database", "copy", "--from", sqlite, "--to-file", file.path,
                        more: ["GATEWAY_MASTER_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="])
                    #expect(key.code == 1 && key.output.contains("GATEWAY_MASTER_KEY does not fit"), "\(key.output)")
                    let copy = try Self.command(env, "database", "copy", "--from", sqlite, "--to-file", file.path)
                    #expect(copy.code == 0, "\(copy.output)")
                    for text in ["messages: ", "compared, and the same", "opened with the master key"] {
                        #expect(copy.output.contains(text), "\(text) in \(copy.output)")
                    }
                    #expect(!copy.output.contains(URLComponents(string: postgres)?.password ?? "?"))

                    let refused = try Self.command(env, "serve")
                    #expect(refused.code == 1 && refused.output.contains("this database was moved to postgres://"))
                    let doctor = try Self.command(env, "doctor")
                    #expect(doctor.output.contains("FAIL  database: this database was moved to"), "\(doctor.output)")
                    let again = try Self.command(env, "database", "copy", "--from", sqlite, "--to", "sqlite:other.db")
                    #expect(again.code == 1 && again.output.contains("was moved to"), "\(again.output)")

                    let new = try await env.startGateway(["GATEWAY_DATABASE_URL": postgres])
                    defer { new.kill() }
                    let same = try await tenant.server.call(.get, "/api/v1/messages").expect(200).items
                    // Others may have come between the list and the stop.
                    #expect(messages.allSatisfy(same.contains))
                    let id = connection["id"]?.stringValue ?? ""
                    let active = try await ann.call(.get, "/api/v1/connections/\(id)").expect(200)
                    #expect(active.json["status"] == "active")
                    #expect(await SignedWebhook.send(env, calendar, "after") == true)
                    _ = try await receiver.first("the webhook after the move") { $0.data["mark"] == "after" }

                    // A replica that lives.
                    let served = try Self.command(env, "database", "copy", "--from", postgres, "--to", "sqlite:back.db")
                    #expect(served.code == 1 && served.output.contains("a gateway serves the source, or ended"))
                    #expect(new.stop() == 0)
                    let back = try Self.command(
                        env, "database", "copy", "--from", postgres, "--to", "sqlite:back.db", "--keep-source")
                    #expect(back.code == 0 && back.output.contains("the source is as it was"), "\(back.output)")
                    let last = try await env.startGateway(["GATEWAY_DATABASE_URL": "sqlite:back.db"])
                    defer { last.kill() }
                    let all = try await tenant.server.call(.get, "/api/v1/messages").expect(200).items
                    #expect(all.count > messages.count)
                    #expect(last.stop() == 0)
                }
            }
        }
    }
#endif
