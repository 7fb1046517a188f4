import Foundation
import Synchronization
import Testing

@testable import SQL

/// The end of a database's threads and files.
struct LifetimeTests {
    /// Waits for files that threads close.
    private func filesClose(in folder: String) async throws {
        let deadline = ContinuousClock.now + .seconds(50)
        while try !openFiles(in: folder).isEmpty, .now < deadline {
            // Polls: the end of a dropped database's threads can be seen from outside only.
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try openFiles(in: folder) == [])
    }

    private func useAndDrop(_ path: String) async throws {
        let database = try await SQLiteDatabase.open(path: path)
        try await database.write { try $0.script("CREATE TABLE IF NOT EXISTS t (x INTEGER)") }
        _ = try await database.read { try $0.run("SELECT x FROM t") }
    }

    @Test(.timeLimit(.minutes(5)))
    func `Databases that are dropped end their threads and close their files`() async throws {
        let path = try newPath()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        for number in 0..<20 { try await useAndDrop("\(folder)/\(number).db") }
        try await filesClose(in: folder)
        for number in 0..<20 {
            let reading = try await SQLiteDatabase.openForReading(path: "\(folder)/\(number).db")
            _ = try await reading.read { try $0.run("SELECT x FROM t") }
        }
        try await filesClose(in: folder)
    }

    @Test(.timeLimit(.minutes(5)))
    func `A database that cannot be opened keeps no file open`() async throws {
        let path = try newPath()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: path))
        for _ in 0..<3 { #expect(await error { try await SQLiteDatabase.open(path: path) } != nil) }
        try await filesClose(in: folder)
    }

    @Test(.timeLimit(.minutes(5)))
    func `What a dropped database has accepted is done and answered`() async throws {
        let path = try newPath()
        try await useAndDrop(path)
        let (answers, answer) = AsyncStream<Bool>.makeStream()
        func write() async throws {
            let database = try await SQLiteDatabase.open(path: path)
            for number in 0..<100 {
                database.write(
                    priority: number.isMultiple(of: 2) ? .background : .normal,
                    { _ = try $0.run("INSERT INTO t (x) VALUES (\(number))") },
                    then: { result in if case .success = result { answer.yield(true) } else { answer.yield(false) } })
            }
        }
        try await write()
        var count = 0
        for await isDone in answers {
            #expect(isDone)
            count += 1
            if count == 100 { break }
        }
        let database = try await SQLiteDatabase.open(path: path)
        #expect(try await database.read { try $0.run("SELECT x FROM t").count } == 100)
        await database.close()
    }

    @Test(.timeLimit(.minutes(5)))
    func `After close all files are closed, the log is in the database, and the listener is dropped`() async throws {
        final class Listener: Sendable {}
        let path = try newPath()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        for _ in 0..<10 {
            let database = try await SQLiteDatabase.open(path: path)
            weak var listener: Listener?
            do {
                let strong = Listener()
                listener = strong
                // Holds the database, as an application's listener may.
                database.listen { [strong, database] _ in _ = (strong, database.load) }
            }
            try await database.write { try $0.script("CREATE TABLE IF NOT EXISTS t (x INTEGER)") }
            // Reads end before the close does.
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { _ = try? await database.read { try $0.run("SELECT x FROM t") } } }
                await database.close()
            }
            #expect(listener == nil)
            #expect(try openFiles(in: folder) == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["test.db"])
        }
    }
}
