import Foundation
import JSONValue
import SQL
import Support
import Testing

extension EndToEnd {
    /// `meeting-gateway migrate`, and starts on a schema of a newer program.
    @Suite struct MigrateTests {
        private static func command(
            _ arguments: [String], _ env: TestEnvironment
        ) throws -> (code: Int32, output: String) {
            let program = try Program(arguments, environment: env.variables, folder: env.folder)
            let code = program.exitCode()
            return (code, program.finalOutput)
        }

        private static func write(
            _ env: TestEnvironment, _ body: @escaping @Sendable (any Transaction) throws -> Void
        ) async throws {
            let database = try await SQLiteDatabase.open(path: env.folder.appendingPathComponent("gateway.db").path)
            try await database.write(body)
            await database.close()
        }

        @Test(.timeLimit(.minutes(2))) func `A newer schema is used until its oldest program is above this one`()
            async throws
        {
            // On SQLite, whatever engine the other tests use: the rows are written beside the programs. In the working folder.
            let env = try await TestEnvironment(version: "v2", extra: ["GATEWAY_DATABASE_URL": "sqlite:gateway.db"])
            func command(_ arguments: String...) throws -> (code: Int32, output: String) {
                try Self.command(arguments, env)
            }
            let before = try command("migrate", "status")
            #expect(before.code == 0 && before.output.contains("pending"), "\(before.output)")
            #expect(!FileManager.default.fileExists(atPath: env.folder.appendingPathComponent("gateway.db").path))
            let up = try command("migrate", "up")
            #expect(up.code == 0 && up.output.contains("done: 1 tenants (expand)"), "\(up.output)")
            let status = try JSON.parse(try command("migrate", "status", "--json").output)
            #expect(status["state"] == "current", "\(status)")
            let program = try #require(status["program"]?.intValue)
            #expect(status["steps"]?.arrayValue?.count == program)

            // A newer program was here with an expand step.
            try await Self.write(env) { tx in
                try tx.run(
                    """
                    INSERT INTO migrations (number, name, checksum, oldest_program, applied_at)
                    VALUES (\(program + 1), 'from the future', '0123456789abcdef', 0, 1800000000000)
                    """)
            }
            let gateway = try await env.startGateway()
            let newer = try command("migrate", "status")
            #expect(newer.code == 0, "\(newer.output)")
            for text in [
                "from the future", "This program's number: \(program).", "may use the database: any.",
                "1 step that this one does not know; this one may use it",
            ] { #expect(newer.output.contains(text), "\(text) in \(newer.output)") }
            #expect(try command("doctor").output.contains("note  database: sound; a newer program has brought it"))
            // Runs steps only where no gateway does.
            let locked = try Program(
                ["migrate", "up"], environment: env.variables.merging(["GATEWAY_LOCK_WAIT_SECONDS": "0"]) { $1 },
                folder: env.folder)
            #expect(locked.exitCode() == 1)
            #expect(locked.finalOutput.contains("meeting-gateway migrate: another process serves"))
            #expect(gateway.stop() == 0)
            let nothing = try command("migrate", "up", "--finish")
            #expect(nothing.code == 0 && !nothing.output.contains("done:"), "\(nothing.output)")

            // And then with a contract step.
            try await Self.write(env) { tx in
                try tx.run("UPDATE migrations SET oldest_program = \(program + 1) WHERE number = \(program + 1)")
            }
            let text =
                "this program knows \(program) steps of the schema, and the database needs a program that knows at least "
                + "\(program + 1). Start a newer program"
            let refused = try Program(["serve"], environment: env.variables, folder: env.folder)
            defer { refused.kill() }
            try await env.eventually { refused.isRunning ? nil : true }
            #expect(refused.exitCode() == 1)
            #expect(refused.finalOutput.contains("does not start: migration: \(text)"), "\(refused.finalOutput)")
            let unusable = try command("migrate", "status")
            #expect(unusable.code == 1 && unusable.output.contains(text), "\(unusable.output)")
            #expect(unusable.output.contains("may use the database: \(program + 1)."), "\(unusable.output)")
            for arguments in [["migrate", "up"], ["migrate", "up", "--finish"]] {
                let up = try Self.command(arguments, env)
                #expect(up.code == 1 && up.output.contains(text), "\(up.output)")
            }
            let doctor = try command("doctor")
            #expect(doctor.code == 1 && doctor.output.contains("FAIL  database: \(text)"), "\(doctor.output)")
        }

        @Test(.timeLimit(.minutes(1))) func `Settings that are missing are an error of usage`() throws {
            for arguments in [["migrate", "status"], ["migrate", "up"]] {
                let program = try Program(arguments, environment: [:])
                #expect(program.exitCode() == 2, "\(program.finalOutput)")
                #expect(program.finalOutput.contains("GATEWAY_MASTER_KEY"))
            }
        }
    }
}
