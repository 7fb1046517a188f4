#if Postgres
    import CLibPQ
    import Foundation
    import Synchronization

    /// The connection over which this process hears notices of others, and wakes them. It has a thread of its own.
    ///
    /// It sends a message to itself every 250 ms. When that has not come back after 500 ms, notices may be missed: then, twice
    /// a second until it hears again, and once after that, it publishes a notice of the topic `gap`. Behind a pooler it never
    /// hears, because `LISTEN` needs a connection of its own; it wakes others all the same.
    final class PostgresPeers: Sendable {
        private struct State {
            /// Notices to be sent, each once.
            var waiting: Set<String> = []
            var order: [ChangeNotice] = []
            var isStopped = false
            /// Until then this process applies its own notices: a commit whose outcome it does not know may have sent them.
            var appliesOwnUntil = ContinuousClock.now
            /// Notices of others may be missed.
            var isDeaf = false
            /// The number of times that it became deaf.
            var deafCount = 0
            var hasEnded = false
            var endings: [@Sendable () -> Void] = []
        }

        /// Names this process in its messages.
        let name = UUID().uuidString
        private let state = Mutex(State())
        private let listener = Mutex<@Sendable ([ChangeNotice]) -> Void>({ _ in })
        /// Readable when there is something to send, or to stop.
        private let wake = gw_eventfd()
        private let parameters: PostgresParameters

        private static let pingEvery = Duration.milliseconds(250)
        private static let answerWithin = Duration.milliseconds(500)
        private static let gapEvery = Duration.milliseconds(500)
        private static let mostWaiting = 1_000
        /// The shortest time between two messages.
        private static let sendEvery = Duration.milliseconds(10)

        init(_ parameters: PostgresParameters) { self.parameters = parameters }

        deinit { close(wake) }

        func listen(_ onNotices: @escaping @Sendable ([ChangeNotice]) -> Void) {
            listener.withLock { $0 = onNotices }
        }

        /// Sends notices soon. Equal ones that wait are sent once.
        func send(_ notices: [ChangeNotice]) {
            let isFirst = state.withLock { state in
                let wasEmpty = state.order.isEmpty
                for notice in notices where state.waiting.insert("\(notice.topic.name) \(notice.payload)").inserted {
                    state.order.append(notice)
                }
                // The connection has been away for long; one notice that means all is enough.
                if state.order.count > Self.mostWaiting {
                    (state.order, state.waiting) = ([ChangeNotice(.gap)], ["\(ChangeTopic.gap.name) "])
                }
                return wasEmpty && !state.order.isEmpty
            }
            if isFirst { signal() }
        }

        /// A commit of unknown outcome may still happen.
        func commitIsUnknown() { state.withLock { $0.appliesOwnUntil = .now + .seconds(60) } }

        func start() {
            let thread = Thread {
                self.beginGap()
                while !self.state.withLock(\.isStopped) {
                    self.serve()
                    self.beginGap()
                    self.pause(Self.gapEvery)
                }
                let endings = self.state.withLock { state in
                    state.hasEnded = true
                    return state.endings
                }
                for ending in endings { ending() }
            }
            thread.name = "postgres-peers"
            thread.start()
        }

        func stop() {
            state.withLock { $0.isStopped = true }
            signal()
        }

        func ended() async {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isOver = state.withLock { state in
                    if !state.hasEnded { state.endings.append { continuation.resume() } }
                    return state.hasEnded
                }
                if isOver { continuation.resume() }
            }
        }

        private func signal() {
            var one: UInt64 = 1
            unsafe _ = write(wake, &one, 8)
        }

        private func publish(_ notices: [ChangeNotice]) {
            if !notices.isEmpty { listener.withLock(\.self)(notices) }
        }

        private func publishGap() { publish([ChangeNotice(.gap)]) }

        /// Publishes a gap now, and more of them until `endGap()`: on another thread, because connecting may take seconds.
        private func beginGap() {
            let number: Int? = state.withLock { state in
                guard !state.isDeaf else { return nil }
                state.isDeaf = true
                state.deafCount += 1
                return state.deafCount
            }
            guard let number else { return }
            publishGap()
            let thread = Thread {
                while true {
                    // A thread of its own, which nobody waits for.
                    Thread.sleep(forTimeInterval: Self.gapEvery / .seconds(1))
                    let goesOn = self.state.withLock { $0.isDeaf && $0.deafCount == number && !$0.isStopped }
                    guard goesOn else { return }
                    self.publishGap()
                }
            }
            thread.name = "postgres-gap"
            thread.start()
        }

        private func endGap() {
            state.withLock { $0.isDeaf = false }
            // Notices of before `LISTEN` were missed.
            publishGap()
        }

        /// Waits on a thread of its own, at most so long, or until something is to be done.
        private func pause(_ duration: Duration) {
            var descriptor = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
            unsafe _ = poll(&descriptor, 1, Int32(max(duration / .milliseconds(1), 1)))
            clearSignal()
        }

        private func clearSignal() {
            var count: UInt64 = 0
            unsafe _ = read(wake, &count, 8)
        }

        // MARK: - a connection

        /// Serves one connection until it is lost.
        private func serve() {
            do {
                let link = try PostgresLink(parameters)
                guard try isDirect(link, by: .now + Self.answerWithin * 4) else {
                    try sendOnly(link)
                    return
                }
                if try link.script("LISTEN \(PeerMessage.channel)", by: .now + Self.answerWithin * 4) != nil { return }
                var number = 0
                try ping(link, &number)
                endGap()
                var (pinged, sent) = (ContinuousClock.now, ContinuousClock.now - Self.sendEvery)
                while !state.withLock(\.isStopped) {
                    let now = ContinuousClock.now
                    if now - pinged >= Self.pingEvery {
                        try ping(link, &number)
                        pinged = .now
                    }
                    let hasWork = state.withLock { !$0.order.isEmpty }
                    if hasWork, now - sent >= Self.sendEvery {
                        try sendWaiting(on: link)
                        sent = .now
                    }
                    let nextSend = hasWork ? sent + Self.sendEvery : pinged + Self.pingEvery
                    try link.wait(until: min(nextSend, pinged + Self.pingEvery), orReadable: wake)
                    clearSignal()
                    try receive(link)
                }
            } catch {
                // The caller publishes a gap, and connects anew.
                return
            }
        }

        /// Returns false behind a pooler: the process that runs its statements is not the one that the start named.
        private func isDirect(_ link: PostgresLink, by deadline: ContinuousClock.Instant) throws -> Bool {
            var process: Int64?
            try link.execute(nil, "SELECT pg_backend_pid() AS process", PostgresValues([]))
            try link.sync()
            while let result = try link.next(by: deadline) {
                if result.isError { throw SQLError.unavailable(.connectionLost, "the server's process is not known") }
                process = try result.rows(result.columns, of: "pg_backend_pid").first?.integer("process")
            }
            _ = try link.next(by: deadline)
            return process == link.process
        }

        /// Serves a connection on which nothing can be heard. Nothing is left in the pooler's connections by `LISTEN`: other
        /// clients would get the messages, and never read them.
        private func sendOnly(_ link: PostgresLink) throws {
            while !state.withLock(\.isStopped) {
                if state.withLock({ !$0.order.isEmpty }) { try sendWaiting(on: link) }
                pause(Self.sendEvery)
                if state.withLock({ $0.order.isEmpty }) {
                    try link.wait(until: .now + Self.pingEvery, orReadable: wake)
                }
                try receive(link)
            }
        }

        /// Waits for a message to itself.
        private func ping(_ link: PostgresLink, _ number: inout Int) throws {
            number += 1
            let line = "\(PeerMessage.ping) \(number)"
            let deadline = ContinuousClock.now + Self.answerWithin
            try notify(PeerMessage(sender: name, lines: [line]).payload, on: link, by: deadline)
            while true {
                if try receive(link).contains(line) { return }
                guard .now < deadline else { throw SQLError.unavailable(.connectionLost, "notices do not arrive") }
                try link.wait(until: deadline, orReadable: nil)
            }
        }

        private func sendWaiting(on link: PostgresLink) throws {
            let notices = state.withLock { state in
                defer { (state.order, state.waiting) = ([], []) }
                return state.order
            }
            do {
                for payload in PeerMessage.payloads(notices, from: name) {
                    try notify(payload, on: link, by: .now + Self.answerWithin)
                }
            } catch {
                // Some of them may not have arrived: the next connection sends a gap.
                send([ChangeNotice(.gap)])
                throw error
            }
        }

        private func notify(_ payload: String, on link: PostgresLink, by deadline: ContinuousClock.Instant) throws {
            let text = "SELECT pg_notify('\(PeerMessage.channel)', $1)"
            try link.execute(nil, text, PostgresValues([.text(payload)]))
            try link.sync()
            while let result = try link.next(by: deadline) {
                if result.isError { throw SQLError.unavailable(.connectionLost, "a notice was refused") }
            }
            _ = try link.next(by: deadline)
        }

        /// Publishes what others sent.
        /// - Returns: the lines that this process sent itself.
        @discardableResult
        private func receive(_ link: PostgresLink) throws -> [String] {
            var own: [String] = []
            for message in try link.notifications().compactMap({ PeerMessage($0.payload) }) {
                let isOwn = message.sender == name
                if isOwn { own += message.lines }
                if !isOwn || state.withLock({ $0.appliesOwnUntil > .now }) { publish(message.notices) }
            }
            return own
        }
    }
#endif
