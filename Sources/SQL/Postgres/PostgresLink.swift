#if Postgres
    import CLibPQ
    import Foundation

    /// One connection to a server, in libpq's pipeline mode. Used by one thread only.
    ///
    /// Nothing here waits longer than its deadline: after an error of the connection it is closed, and every call fails.
    @safe final class PostgresLink {
        private let handle: OpaquePointer
        private(set) var isOpen = true

        /// - Throws: `SQLError.unavailable(.cannotOpen, …)`. libpq bounds the attempt by `connect_timeout` for each host.
        init(_ parameters: PostgresParameters) throws {
            let keywords = unsafe parameters.keywords.map { unsafe strdup($0) }
            let values = unsafe parameters.values.map { unsafe strdup($0) }
            defer {
                for index in unsafe keywords.indices {
                    unsafe free(keywords[index])
                    unsafe free(values[index])
                }
            }
            var names = unsafe keywords.map { unsafe UnsafePointer($0) }
            var texts = unsafe values.map { unsafe UnsafePointer($0) }
            unsafe names.append(nil)
            unsafe texts.append(nil)
            guard let made = unsafe PQconnectdbParams(names, texts, 0) else {
                throw SQLError.unavailable(.outOfMemory, "cannot connect")
            }
            unsafe handle = made
            unsafe gw_ignore_notices(made)
            guard unsafe PQstatus(made) == CONNECTION_OK, unsafe PQsetnonblocking(made, 1) == 0,
                unsafe PQenterPipelineMode(made) == 1
            else {
                isOpen = false
                throw SQLError.unavailable(.cannotOpen, "cannot connect to \(parameters.hosts.joined(separator: ", "))")
            }
        }

        deinit { unsafe PQfinish(handle) }

        var serverVersion: Int { Int(unsafe PQserverVersion(handle)) }

        /// The server's process, as the start of the connection named it.
        var process: Int64 { Int64(unsafe PQbackendPID(handle)) }

        /// The state of the transaction, when all that was sent is answered.
        var isInTransaction: Bool {
            let status = unsafe PQtransactionStatus(handle)
            return isOpen && status == PQTRANS_INTRANS
        }

        // MARK: - sending

        func prepare(_ name: String, _ text: String, types: [UInt32]) throws {
            try sent(unsafe PQsendPrepare(handle, name, text, Int32(types.count), types))
        }

        /// - Parameter name: of a prepared statement; nil: `text` is run without being kept.
        func execute(_ name: String?, _ text: String, _ values: PostgresValues) throws {
            let count = Int32(values.types.count)
            try unsafe values.withPointers { pointers in
                if let name {
                    try sent(
                        unsafe PQsendQueryPrepared(
                            handle, name, count, pointers, values.lengths, values.formats, 1))
                } else {
                    try sent(
                        unsafe PQsendQueryParams(
                            handle, text, count, values.types, pointers, values.lengths, values.formats, 1))
                }
            }
        }

        /// Ends a round trip: the server answers all that was sent before.
        func sync() throws { try sent(unsafe PQpipelineSync(handle)) }

        /// Hands what was sent to the network without waiting for an answer.
        func flush() throws { try sent(unsafe PQflush(handle) < 0 ? 0 : 1) }

        private func sent(_ code: Int32) throws {
            guard isOpen, code == 1 else { throw lost("a statement could not be sent") }
        }

        // MARK: - answers

        /// The next result of the pipeline; nil marks the end of one statement's results.
        func next(by deadline: ContinuousClock.Instant) throws -> PostgresResult? {
            guard isOpen else { throw lost("the connection was closed") }
            while isWaiting() {
                let isFlushed = unsafe PQflush(handle) == 0
                let left = deadline - .now
                guard left > .zero else { throw lost("no answer in time") }
                var descriptor = pollfd(
                    fd: unsafe PQsocket(handle), events: Int16(isFlushed ? POLLIN : POLLIN | POLLOUT), revents: 0)
                // Bytes may lie in OpenSSL, decrypted, which the socket does not show.
                let most = unsafe PQsslInUse(handle) == 1 ? 50.0 : 60_000
                let code = unsafe poll(&descriptor, 1, Int32(min(left / .milliseconds(1) + 1, most)))
                if code < 0, errno != EINTR { throw lost("poll failed") }
                if code == 0 || descriptor.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0,
                    unsafe PQconsumeInput(handle) == 0
                {
                    throw lost("the server closed the connection")
                }
            }
            let result = unsafe PQgetResult(handle).map { unsafe PostgresResult($0) }
            if result == nil, unsafe PQstatus(handle) != CONNECTION_OK {
                throw lost("the server closed the connection")
            }
            return result
        }

        private func isWaiting() -> Bool {
            let isBusy = unsafe PQisBusy(handle) == 1
            let isUnsent = unsafe PQflush(handle) == 1
            return isBusy || isUnsent
        }

        /// Statements without bindings, by the simple protocol. Nothing may be under way.
        func script(_ text: String, by deadline: ContinuousClock.Instant) throws -> PostgresReport? {
            guard isOpen, unsafe PQexitPipelineMode(handle) == 1, unsafe PQsendQuery(handle, text) == 1 else {
                throw lost("a script could not be sent")
            }
            var report: PostgresReport?
            while let result = try next(by: deadline) {
                if result.isError { report = report ?? result.report }
            }
            guard unsafe PQenterPipelineMode(handle) == 1 else { throw lost("a script did not end") }
            return report
        }

        /// Messages of `LISTEN` that have come so far.
        func notifications() throws -> [(channel: String, payload: String)] {
            if isOpen, unsafe PQconsumeInput(handle) == 0 { throw lost("the server closed the connection") }
            var found: [(String, String)] = []
            while isOpen, let message = unsafe PQnotifies(handle) {
                unsafe found.append((String(cString: message.pointee.relname), String(cString: message.pointee.extra)))
                unsafe PQfreemem(message)
            }
            return found
        }

        /// Waits until something comes from the server, or another descriptor is readable.
        func wait(until instant: ContinuousClock.Instant, orReadable other: Int32?) throws {
            let left = instant - .now
            guard left > .zero else { return }
            var descriptors = [pollfd(fd: unsafe PQsocket(handle), events: Int16(POLLIN), revents: 0)]
            if let other { descriptors.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0)) }
            let code = unsafe poll(&descriptors, nfds_t(descriptors.count), Int32(left / .milliseconds(1) + 1))
            if code < 0, errno != EINTR { throw lost("poll failed") }
        }

        private func lost(_ reason: String) -> SQLError {
            isOpen = false
            return .unavailable(.connectionLost, reason)
        }
    }
#endif
