import DequeModule
import NIOCore
import NIOPosix
import Synchronization

/// Resolves names on threads that may block for as long as a hostile name server likes. Each tenant has a few of them,
/// so that its slow names do not delay others.
final class ResolverPool: Sendable {
    private static let perLane = 4
    /// When so many are busy, a lane gets one.
    private static let crowded = 16

    private struct Question: Sendable {
        let name: String
        let port: Int
        let tenant: String
        let answer: EventLoopPromise<[SocketAddress]?>
        let deadline: NIODeadline
    }

    private struct State {
        var running: [String: Int] = [:]
        var total = 0
        var waiting: Deque<Question> = []
    }
    private let state = Mutex(State())
    private let threads: Int
    private let pool: NIOThreadPool
    /// All addresses of a name; it may block.
    typealias Resolve = @Sendable (_ name: String, _ port: Int) throws -> [SocketAddress]
    private let resolve: Resolve

    init(threads: Int = 32, _ resolve: @escaping Resolve) {
        self.resolve = resolve
        self.threads = threads
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    /// - Returns: nil when there are none, or not in time.
    func addresses(
        of name: String, port: Int, tenant: String, loop: any EventLoop, until deadline: NIODeadline
    ) async -> [SocketAddress]? {
        let answer = lookup(name, port: port, tenant: tenant, loop: loop, until: deadline)
        return (try? await answer.get()) ?? nil
    }

    /// - Returns: does not fail.
    func lookup(
        _ name: String, port: Int, tenant: String, loop: any EventLoop, until deadline: NIODeadline
    ) -> EventLoopFuture<[SocketAddress]?> {
        let answer = loop.makePromise(of: [SocketAddress]?.self)
        // Whichever is first: the second is passed over, and a thread that is still blocked ends by itself.
        let timer = loop.scheduleTask(deadline: deadline) { answer.succeed(nil) }
        state.withLock {
            $0.waiting.append(Question(name: name, port: port, tenant: tenant, answer: answer, deadline: deadline))
        }
        serve()
        return answer.futureResult.always { _ in timer.cancel() }
    }

    private func serve() {
        while let question = next() {
            pool.submit { [self] status in
                let isLate = question.deadline < .now()
                let found =
                    status == .active && !isLate ? try? resolve(question.name, question.port) : nil
                state.withLock { state in
                    state.total -= 1
                    state.running[question.tenant] = state.running[question.tenant].flatMap { $0 > 1 ? $0 - 1 : nil }
                }
                question.answer.succeed(found)
                serve()
            }
        }
    }

    private func next() -> Question? {
        state.withLock { state in
            let limit = state.total < Self.crowded ? Self.perLane : 1
            guard state.total < threads,
                let place = state.waiting.firstIndex(where: { state.running[$0.tenant] ?? 0 < limit })
            else { return nil }
            let question = state.waiting.remove(at: place)
            state.total += 1
            state.running[question.tenant, default: 0] += 1
            return question
        }
    }

    func shutdown() {
        let left = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for question in left { question.answer.succeed(nil) }
        // A thread that is still blocked is not waited for.
        pool.shutdownGracefully { _ in }
    }
}
