import Synchronization
import Testing

@testable import SQL

/// The queue of a `WorkerPool`, asked on the test's own thread.
struct WorkerPoolTests {
    @Test func `Urgent work goes first, and what is patient goes with it`() {
        let pool = WorkerPool<Int>()
        let worker = WorkerPool<Int>.Worker(pool: pool)
        for (job, priority) in [(1, .normal), (2, .background), (3, .high)] as [(Int, TransactionPriority)] {
            #expect(pool.enqueue(job, priority))
        }
        #expect(pool.waiting == 3)
        #expect(worker.next(limit: 64) == [3, 1, 2])
        #expect(pool.waiting == 0)
    }

    @Test func `What is patient waits for company, and a few milliseconds at most`() {
        let pool = WorkerPool<Int>()
        let worker = WorkerPool<Int>.Worker(pool: pool)
        #expect(pool.enqueue(1, .background))
        let began = ContinuousClock.now
        #expect(worker.next(limit: 64) == [1])
        #expect(ContinuousClock.now - began >= .milliseconds(4))
    }

    @Test func `What is patient is not lost when the thread is stopped`() {
        let pool = WorkerPool<Int>()
        let worker = WorkerPool<Int>.Worker(pool: pool)
        for job in 1...3 { #expect(pool.enqueue(job, .background)) }
        pool.stop()
        #expect(!pool.enqueue(4, .background))
        #expect(worker.next(limit: 2) == [1, 2])
        #expect(worker.next(limit: 2) == [3])
        #expect(worker.next(limit: 2) == [])
    }

    @Test(.timeLimit(.minutes(5)))
    func `A thread that sleeps is woken for whatever comes`() async {
        let pool = WorkerPool<@Sendable () -> Void>()
        pool.start(name: "worker-test") { worker in
            while true {
                let jobs = worker.next(limit: 4)
                if jobs.isEmpty { return }
                for job in jobs { job() }
            }
        }
        for round in 0..<300 {
            let priority: TransactionPriority =
                round.isMultiple(of: 3) ? .background : round.isMultiple(of: 2) ? .high : .normal
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                let isTaken = pool.enqueue({ done.resume() }, priority)
                #expect(isTaken)
            }
        }
        pool.stop()
        await pool.ended()
    }

    @Test func `Where background jobs are not batched, they are as normal ones`() {
        let pool = WorkerPool<Int>(batchesBackground: false)
        let worker = WorkerPool<Int>.Worker(pool: pool)
        for (job, priority) in [(1, .background), (2, .normal), (3, .high)] as [(Int, TransactionPriority)] {
            #expect(pool.enqueue(job, priority))
        }
        #expect((0..<3).flatMap { _ in worker.next(limit: 1) } == [3, 1, 2])
    }

    @Test func `One of four turns is for normal jobs, as long as there are any`() {
        let pool = WorkerPool<Int>()
        let worker = WorkerPool<Int>.Worker(pool: pool)
        for job in 0..<100 { #expect(pool.enqueue(job, .high)) }
        for job in 100..<110 { #expect(pool.enqueue(job)) }
        let jobs = (0..<110).flatMap { _ in worker.next(limit: 1) }
        for start in stride(from: 0, to: 40, by: 4) { #expect(jobs[start..<start + 4].count { $0 >= 100 } == 1) }
        #expect(jobs.filter { $0 < 100 } == Array(0..<100) && jobs.filter { $0 >= 100 } == Array(100..<110))
    }

    /// Threads that come and go to sleep at the same time lose no wake-up: each round waits for its own job.
    @Test(.timeLimit(.minutes(5)))
    func `Several threads share one queue, do each job once, and end after a stop`() async {
        let pool = WorkerPool<@Sendable () -> Void>()
        for number in 0..<3 {
            pool.start(name: "pool-test-\(number)") { worker in
                while true {
                    let jobs = worker.next(limit: 2)
                    if jobs.isEmpty { return }
                    for job in jobs { job() }
                }
            }
        }
        final class Counter: Sendable { let count = Mutex(0) }
        let done = Counter()
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<4 {
                group.addTask {
                    for round in 0..<200 {
                        let priority: TransactionPriority = [.background, .high, .normal][(caller + round) % 3]
                        await withCheckedContinuation { (isDone: CheckedContinuation<Void, Never>) in
                            let isTaken = pool.enqueue(
                                {
                                    done.count.withLock { $0 += 1 }
                                    isDone.resume()
                                }, priority)
                            #expect(isTaken)
                        }
                    }
                }
            }
        }
        #expect(done.count.withLock { $0 } == 800)
        pool.stop()
        await pool.ended()
        let isTaken = pool.enqueue({})
        #expect(!isTaken)
    }
}
