import Foundation
import Synchronization
import Testing

@testable import SQL

/// The order and the threads in which waiting transactions run.
struct QueueTests {
    private final class Order: Sendable {
        let names = Mutex<[String]>([])
        func add(_ name: String) { names.withLock { $0.append(name) } }
    }

    /// Holds a thread of the database until it is opened.
    private struct Gate {
        private let semaphore = DispatchSemaphore(value: 0)
        private let begun = AsyncStream<Void>.makeStream()

        func hold() {
            begun.continuation.yield()
            semaphore.wait()
        }
        func isHeld() async { for await _ in begun.stream { return } }
        func open() { semaphore.signal() }
    }

    @Test(.timeLimit(.minutes(5)))
    func `Reads of high priority go before most of what waits, and never before all`() async throws {
        let database = try await SQLiteDatabase.open(path: newPath(), readers: 1)
        let (order, gate) = (Order(), Gate())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await database.read { _ in gate.hold() } }
            await gate.isHeld()
            for (name, priority) in [("normal", .normal), ("high", .high)] as [(String, TransactionPriority)] {
                let before = database.load.reads
                for _ in 0..<12 {
                    group.addTask { try? await database.read(priority: priority) { _ in order.add(name) } }
                }
                // Until they wait.
                while database.load.reads < before + 12 { await Task.yield() }
            }
            gate.open()
        }
        let names = order.names.withLock(\.self)
        #expect(names.count == 24)
        #expect(names.prefix(16).count { $0 == "high" } == 12)
        #expect(names.prefix(8).contains("normal"))
        await database.close()
    }

    /// Priority is an argument: that of a task changes nothing.
    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `Writes of high priority go first, with a task or without one`(isTask: Bool) async throws {
        let database = try await SQLiteDatabase.open(path: newPath())
        let (order, gate) = (Order(), Gate())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await database.write { _ in gate.hold() } }
            await gate.isHeld()
            let kinds: [(String, TransactionPriority, TaskPriority)] = [
                ("background", .background, .high), ("normal", .normal, .high), ("high", .high, .low),
            ]
            for (name, priority, taskPriority) in kinds {
                let before = database.load.writes
                for _ in 0..<10 {
                    if isTask {
                        group.addTask(priority: taskPriority) {
                            try? await database.write(priority: priority) { _ in order.add(name) }
                        }
                    } else {
                        group.addTask {
                            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                                database.write(
                                    priority: priority, { _ in order.add(name) }, then: { _ in done.resume() })
                            }
                        }
                    }
                }
                // Until they wait.
                while database.load.writes < before + 10 { await Task.yield() }
            }
            gate.open()
        }
        // All share one commit.
        let expected = ["high", "normal", "background"].flatMap { Array(repeating: $0, count: 10) }
        #expect(order.names.withLock(\.self) == expected)
        await database.close()
    }

    @Test(.timeLimit(.minutes(5)))
    func `A long read delays no other while a reader is idle`() async throws {
        let database = try await SQLiteDatabase.open(path: newPath(), readers: 2)
        let gate = Gate()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await database.read { _ in gate.hold() } }
            await gate.isHeld()
            // One after the other, and then all at once.
            for _ in 0..<10 { _ = try? await database.read { try $0.run("SELECT 1 AS one") } }
            await withTaskGroup(of: Bool.self) { reads in
                for _ in 0..<10 {
                    reads.addTask { (try? await database.read { try $0.run("SELECT 1 AS one").count }) == 1 }
                }
                for await isDone in reads { #expect(isDone) }
            }
            #expect(database.load.reads == 0)
            gate.open()
        }
        await database.close()
    }

    @Test(.timeLimit(.minutes(5)))
    func `Two readers run at the same time`() async throws {
        let database = try await SQLiteDatabase.open(path: newPath(), readers: 2)
        let (first, second) = (Gate(), Gate())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await database.read { _ in first.hold() } }
            group.addTask { try? await database.read { _ in second.hold() } }
            await first.isHeld()
            await second.isHeld()
            first.open()
            second.open()
        }
        await database.close()
    }
}
