#if Postgres
    import Foundation
    import HTTPTypes
    import JSONValue
    import SQL
    import Support
    import Testing

    /// A small disk for a server, or for the tables of a database.
    private struct ServerDisk: Sendable {
        enum Kind: CaseIterable {
            /// The tables are refused more room; the server goes on.
            case tables
            /// The write-ahead log is refused more room; the server ends.
            case everything

            var size: String { self == .tables ? "40m" : "200m" }
        }

        let folder: URL
        private var filler: URL { folder.appendingPathComponent("filler") }

        /// A file system of its own needs root and the right to mount one.
        static let isPossible: Bool = {
            guard geteuid() == 0, let disk = try? ServerDisk(.tables) else { return false }
            disk.remove()
            return true
        }()

        init(_ kind: Kind) throws {
            folder = try OwnServer.newFolder()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(kind.size),mode=755", "tmpfs", folder.path])
            try Self.run("chown", ["postgres", folder.path])
        }

        /// Leaves so many bytes.
        func fillUp(but left: Int) throws {
            let output = try Command("df", ["--output=avail", "--block-size=1", folder.path]).output
            let free = output.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0
            try Self.run("fallocate", ["--length", "\(max(free - left, 4096))", filler.path])
        }

        func makeRoom() throws { try FileManager.default.removeItem(at: filler) }

        func remove() {
            _ = try? Self.run("umount", ["--lazy", folder.path])
            try? FileManager.default.removeItem(at: folder)
        }

        private static func run(_ program: String, _ arguments: [String]) throws {
            let ended = try Command(program, arguments)
            if ended.code != 0 { throw PostgresServer.Failure(description: "\(program): \(ended.output)") }
        }
    }

    extension EndToEnd {
        /// The disk of PostgreSQL is full.
        @Suite(.enabled(if: PostgresServer.isRunning && (ServerDisk.isPossible || LargeDatabaseTests.isSoak)))
        struct PostgresDiskTests {
            @Test(.timeLimit(.minutes(10)), arguments: ServerDisk.Kind.allCases)
            private func `A full disk of the server refuses and loses nothing`(kind: ServerDisk.Kind) async throws {
                let disk = try ServerDisk(kind)
                defer { disk.remove() }
                let settings = ["fsync=on", "shared_buffers=16MB", "max_wal_size=64MB", "min_wal_size=32MB"]
                try await OwnServer.run(settings, in: kind == .everything ? disk.folder : nil) { server in
                    var options = ""
                    if kind == .tables {
                        // The only statement of its script: it runs in no transaction.
                        try PostgresServer.run(
                            "CREATE TABLESPACE small OWNER gateway LOCATION '\(disk.folder.path)'",
                            on: server.administratorURL)
                        options = "TABLESPACE small"
                    }
                    let url = try server.newDatabase("small", options)
                    try await DeliveryPlace.run(environment: ["GATEWAY_DATABASE_URL": url]) { place, gateway in
                        try await Self.run(place, disk, kind, server)
                        #expect(gateway.current?.isRunning == true)
                    }
                    // It cannot be removed while the server uses it.
                    try await server.stop()
                }
            }

            private static func run(
                _ place: DeliveryPlace, _ disk: ServerDisk, _ kind: ServerDisk.Kind, _ server: OwnServer
            ) async throws {
                try await place.endpoint("/a")
                try disk.fillUp(but: 1 << 20)
                let (stored, refused) = await place.webhooksUntilRefused(atMost: 4_000)
                try await place.env.anonymous.call(.get, "/healthz").expect(200)
                try await place.env.eventually(within: 60) {
                    try await place.env.anonymous.call(.get, "/readyz").status == 503 ? true : nil
                }
                try disk.makeRoom()
                // A server without room for its log ends.
                try await server.start()
                try await place.env.eventually(within: 60) {
                    try await place.env.anonymous.call(.get, "/readyz").status == 200 ? true : nil
                }
                for mark in refused {
                    try await place.env.eventually(within: 60) {
                        await place.webhook(mark, pad: 32_000) == 200 ? true : nil
                    }
                }
                let all = Set(stored + refused)
                try await place.env.eventually(within: 120) { all.isSubset(of: place.marks("/a")) ? true : nil }
                let ids = Dictionary(grouping: place.receiver.deliveries.filter { $0.path == "/a" }) {
                    $0.data["mark"]?.stringValue ?? ""
                }
                #expect(ids.values.allSatisfy { Set($0.map(\.id)).count == 1 }, "a second id")
                print("full disk (\(kind)): acknowledged \(all.count), lost 0")
            }
        }
    }
#endif
