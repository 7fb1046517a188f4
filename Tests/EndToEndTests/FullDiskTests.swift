import Foundation
import HTTPTypes
import JSONValue
import SQL
import Support
import Testing

/// A place for the database that can be full.
private struct SmallDisk: Sendable {
    enum Kind: CaseIterable { case fileLimit, fileSystem }

    let kind: Kind
    let folder: URL

    init(_ kind: Kind) throws {
        self.kind = kind
        folder = try Fixture.temporaryFolder()
        if kind == .fileSystem {
            try Self.run("mount", ["-t", "tmpfs", "-o", "size=12m,mode=700", "tmpfs", folder.path])
        }
    }

    /// Nothing more fits, but for a little.
    func fillUp(_ pid: Int32) throws {
        switch kind {
        case .fileLimit:
            let sizes = try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
                try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\($0)")[.size] as? Int ?? 0
            }
            try Self.run("prlimit", ["--pid", "\(pid)", "--fsize=\((sizes.max() ?? 0) + 1_048_576):unlimited"])
        // It is small from the start.
        case .fileSystem: break
        }
    }

    func makeRoom(_ pid: Int32) throws {
        switch kind {
        case .fileLimit: try Self.run("prlimit", ["--pid", "\(pid)", "--fsize=unlimited:unlimited"])
        case .fileSystem: try Self.run("mount", ["-o", "remount,size=256m", folder.path])
        }
    }

    func remove() {
        if kind == .fileSystem { _ = try? Self.run("umount", [folder.path]) }
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let ended = try Command(program, arguments)
        #expect(ended.code == 0, "\(program) \(arguments): \(ended.output)")
    }
}

extension EndToEnd {
    /// The disk is full: nothing dies, what was acknowledged is there, and all goes on when there is room.
    @Suite struct FullDiskTests {
        /// A file system of its own needs root, and is tried in `make soak`.
        private static let kinds: [SmallDisk.Kind] =
            LargeDatabaseTests.isSoak ? SmallDisk.Kind.allCases : [.fileLimit]

        @Test(.timeLimit(.minutes(5)), arguments: kinds)
        private func `A full disk refuses and loses nothing`(kind: SmallDisk.Kind) async throws {
            let disk = try SmallDisk(kind)
            defer { disk.remove() }
            let environment = ["GATEWAY_DATABASE_URL": "sqlite:\(disk.folder.path)/gateway.db"]
            try await DeliveryPlace.run(environment: environment) { place, gateway in
                try await place.endpoint("/a")
                let pid = try #require(gateway.current?.pid)
                try disk.fillUp(pid)
                let (stored, refused) = await place.webhooksUntilRefused(atMost: 2_000)
                try await place.env.eventually {
                    try await place.env.anonymous.call(.get, "/readyz").status == 503 ? true : nil
                }
                try await place.env.anonymous.call(.get, "/healthz").expect(200)
                #expect(try await !place.server.call(.get, "/api/v1/messages?limit=1").expect(200).items.isEmpty)
                let written = try await place.server.call(
                    .post, "/api/v1/webhook-endpoints", ["url": "https://hooks.example.com/"])
                #expect(written.status == 503 && written.code == "storage_unavailable")
                try disk.makeRoom(pid)
                try await place.env.eventually {
                    try await place.env.anonymous.call(.get, "/readyz").status == 200 ? true : nil
                }
                for mark in refused { #expect(await place.webhook(mark, pad: 32_000) == 200) }
                let all = Set(stored + refused)
                try await place.env.eventually(within: 120) { all.isSubset(of: place.marks("/a")) ? true : nil }
                var (presented, after): ([String], String?) = ([], nil)
                repeat {
                    let cursor = after.map { "&after=\($0)" } ?? ""
                    let page = try await place.server.call(.get, "/api/v1/messages?limit=100\(cursor)").expect(200)
                    presented += page.items.compactMap { $0["data"]?["mark"]?.stringValue }
                    after = page.items.count == 100 ? page.items.last?["id"]?.stringValue : nil
                } while after != nil
                #expect(presented.count == Set(presented).count && all.isSubset(of: presented), "each once")
            }
        }
    }
}
