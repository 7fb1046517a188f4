import Foundation
import HTTPTypes
import JSONValue
import Support
import Synchronization
import Testing

extension EndToEnd {
    /// Acknowledged data are on the disk, not in the system's memory. A layer below the built program keeps an image of
    /// all synced data (`Tests/Fixtures/power-cut`); after a SIGKILL the gateway goes on with that image alone.
    @Suite struct PowerCutTests {
        private struct Disk {
            let library: String
            let folder: URL
            let image: URL

            init() throws {
                let source = Fixture.package.appendingPathComponent("Tests/Fixtures/power-cut/power_cut.c")
                let root = try Fixture.temporaryFolder()
                library = root.appendingPathComponent("power_cut.so").path
                let made = try Command(
                    "cc", ["-shared", "-fPIC", "-O1", "-o", library, source.path, "-ldl", "-pthread"])
                guard made.code == 0 else { throw Uncompiled(description: made.output) }
                folder = root.appendingPathComponent("data")
                image = root.appendingPathComponent("image")
                for place in [folder, image] {
                    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                }
            }

            struct Uncompiled: Error, CustomStringConvertible { let description: String }

            func environment(control log: URL?) -> [String: String] {
                var out = [
                    "LD_PRELOAD": library, "POWER_CUT_FOLDER": folder.path, "POWER_CUT_IMAGE": image.path,
                    "GATEWAY_DATABASE_URL": "sqlite:\(folder.path)/gateway.db",
                ]
                if let log { out.merge(["POWER_CUT_SYNCHRONOUS": "NORMAL", "POWER_CUT_LOG": log.path]) { $1 } }
                return out
            }

            /// Replaces the disk with the image of synced data.
            func cut() throws {
                try FileManager.default.removeItem(at: folder)
                try FileManager.default.copyItem(at: image, to: folder)
            }
        }

        /// - Returns: how much was acknowledged, and what of it is gone after the cuts.
        private func acknowledgedAndLost(control log: URL?, cuts: Int) async throws -> (Int, [String]) {
            let env = try await TestEnvironment(version: "v2")
            let disk = try Disk()
            var gateway = try await env.startGateway(disk.environment(control: nil))
            defer { gateway.kill() }
            let receiver = Receiver()
            let place = try await receiver.run { try await DeliveryPlace(env, receiver) }
            // The beginning is on the disk in either case: a clean stop syncs all.
            _ = gateway.stop()
            try FileManager.default.removeItem(at: disk.image)
            try FileManager.default.copyItem(at: disk.folder, to: disk.image)
            let acknowledged = AcknowledgedLog()
            SeededGenerator.announce("power cuts")
            var random = SeededGenerator("power cuts")
            for cut in 0..<cuts {
                gateway = try await env.startGateway(disk.environment(control: log))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for sender in 0..<4 {
                        group.addTask {
                            var number = 0
                            while let status = await place.webhook("\(cut)-\(sender)-\(number)") {
                                if status == 200 { acknowledged.add("\(cut)-\(sender)-\(number)") }
                                number += 1
                            }
                        }
                    }
                    // The moment of the cut is the random thing here. It comes long before the write-ahead log has the
                    // thousand pages at which SQLite syncs it by itself, so that the control loses something.
                    await acknowledged.reaches(acknowledged.all.count + Int.random(in: 25...60, using: &random))
                    gateway.kill()
                    try await group.waitForAll()
                }
                try disk.cut()
            }
            gateway = try await env.startGateway(disk.environment(control: nil))
            var found: Set<String> = []
            var after = ""
            while true {
                let page = try await place.server.call(.get, "/api/v1/messages?type=calendar.test&limit=100\(after)")
                    .expect(200)
                found.formUnion(page.items.compactMap { $0["data"]?["mark"]?.stringValue })
                guard let next = page["next_cursor"]?.stringValue else { break }
                after = "&cursor=\(next)"
            }
            return (acknowledged.all.count, acknowledged.all.filter { !found.contains($0) })
        }

        @Test(.timeLimit(.minutes(3))) func `A power cut loses nothing that was acknowledged`() async throws {
            let (count, lost) = try await acknowledgedAndLost(control: nil, cuts: 5)
            #expect(count >= 125 && lost.isEmpty, "\(lost.count) of \(count) lost")
            print("power cuts 5, acknowledged \(count), lost \(lost.count)")
        }

        @Test(.timeLimit(.minutes(3))) func `With synchronous=NORMAL it does: the test can tell`() async throws {
            let log = try Fixture.temporaryFolder().appendingPathComponent("control.txt")
            let (count, lost) = try await acknowledgedAndLost(control: log, cuts: 2)
            let output = try String(contentsOf: log, encoding: .utf8)
            #expect(output.contains("synchronous=FULL replaced by synchronous=NORMAL"))
            #expect(!lost.isEmpty, "of \(count)")
            print("control: power cuts 2, acknowledged \(count), lost \(lost.count)")
        }
    }
}
