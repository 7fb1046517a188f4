import Testing

@testable import SQL

/// The queue of a `WorkerThread`, asked on the test's own thread.
struct WorkerThreadTests {
    @Test func `Urgent work goes first, and what is patient goes with it`() {
        let thread = WorkerThread<Int>()
        for (job, priority) in [(1, .normal), (2, .background), (3, .high)] as [(Int, TransactionPriority)] {
            #expect(thread.enqueue(job, priority))
        }
        #expect(thread.waiting == 3)
        #expect(thread.next(limit: 64) == [3, 1, 2])
        #expect(thread.waiting == 0)
    }

    @Test func `What is patient waits for company, and a few milliseconds at most`() {
        let thread = WorkerThread<Int>()
        #expect(thread.enqueue(1, .background))
        let began = ContinuousClock.now
        #expect(thread.next(limit: 64) == [1])
        #expect(ContinuousClock.now - began >= .milliseconds(4))
    }

    @Test func `What is patient is not lost when the thread is stopped`() {
        let thread = WorkerThread<Int>()
        for job in 1...3 { #expect(thread.enqueue(job, .background)) }
        thread.stop()
        #expect(!thread.enqueue(4, .background))
        #expect(thread.next(limit: 2) == [1, 2])
        #expect(thread.next(limit: 2) == [3])
        #expect(thread.next(limit: 2) == [])
    }

    @Test(.timeLimit(.minutes(1)))
    func `A thread that sleeps is woken for whatever comes`() async {
        let thread = WorkerThread<@Sendable () -> Void>()
        thread.start(name: "worker-test") { thread in
            while true {
                let jobs = thread.next(limit: 4)
                if jobs.isEmpty { return }
                for job in jobs { job() }
            }
        }
        for round in 0..<300 {
            let priority: TransactionPriority =
                round.isMultiple(of: 3) ? .background : round.isMultiple(of: 2) ? .high : .normal
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                let isTaken = thread.enqueue({ done.resume() }, priority)
                #expect(isTaken)
            }
        }
        thread.stop()
        await thread.ended()
    }
}
