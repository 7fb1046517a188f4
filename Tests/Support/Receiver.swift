import Foundation
import HTTPTypes
import Hummingbird
public import JSONValue
import Logging
import NIOCore
import Sealing
import ServiceLifecycle
import Synchronization
import Webhooks

/// A tenant's server that receives deliveries: one socket, a path for each endpoint.
public final class Receiver: Sendable {
    public struct Delivery: Sendable {
        public let method: String
        public let path: String
        /// By their names in small letters.
        public let headers: [String: String]
        public let id: String
        public let timestamp: String
        public let signature: String
        public let body: [UInt8]
        public let json: JSON
        public var type: String? { json["type"]?.stringValue }
        public var data: JSON { json["data"] ?? .null }
        public var context: JSON { json["context"] ?? .null }
    }

    private struct State {
        var deliveries: [Delivery] = []
        var refuse: [String: Int] = [:]
        var late: [String: Double] = [:]
        var waiters: [(id: Int, fits: @Sendable (Delivery) -> Bool, resume: CheckedContinuation<Delivery, any Error>)] =
            []
        var counter = 0
    }
    private let state = Mutex(State())
    private let port = Mutex(0)

    public struct NotReceived: Error, CustomStringConvertible {
        public let description: String
    }

    public init() {}

    public var url: String { "http://127.0.0.1:\(port.withLock { $0 })" }
    public var deliveries: [Delivery] { state.withLock { $0.deliveries } }

    /// The next `times` deliveries at `path` are answered 503.
    public func refuse(_ path: String, times: Int) { state.withLock { $0.refuse[path] = times } }

    /// The next delivery at `path` is answered so many seconds after it was taken.
    public func delay(_ path: String, seconds: Double) { state.withLock { $0.late[path] = seconds } }

    /// Runs while `body` does.
    public func run<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        let router = Router()
        for method in [HTTPRequest.Method.post, .put] {
            router.on("**", method: method) { request, _ in
                let bytes = Array(try await request.body.collect(upTo: 32 << 20).readableBytesView)
                let late = self.state.withLock { $0.late.removeValue(forKey: request.uri.path) }
                let isTaken = self.take(request, bytes)
                // A slow receiver: its sender waits meanwhile.
                if let late { try await Task.sleep(for: .seconds(late)) }
                return Response(status: isTaken ? .ok : .serviceUnavailable)
            }
        }
        let listening = AsyncStream.makeStream(of: Int.self)
        var quiet = Logger(label: "receiver")
        quiet.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { listening.continuation.yield($0.localAddress?.port ?? 0) }, logger: quiet)
        // It ends with the test process: cancelling a Hummingbird server while a sender connects may trap in NIO
        // ("Deinited NIOAsyncWriter without calling finish()") or never return.
        Task { try await application.run() }
        var iterator = listening.stream.makeAsyncIterator()
        let bound = await iterator.next() ?? 0
        port.withLock { $0 = bound }
        return try await body()
    }

    private func take(_ request: Request, _ bytes: [UInt8]) -> Bool {
        func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
        let delivery = Delivery(
            method: request.method.rawValue, path: request.uri.path,
            headers: Dictionary(
                request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { "\($0), \($1)" }),
            id: header("webhook-id"), timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"), body: bytes, json: (try? JSON.parse(bytes)) ?? .null)
        let (accepted, waiters) = state.withLock { state in
            if let left = state.refuse[delivery.path], left > 0 {
                state.refuse[delivery.path] = left - 1
                return (false, [CheckedContinuation<Delivery, any Error>]())
            }
            state.deliveries.append(delivery)
            let ready = state.waiters.filter { $0.fits(delivery) }
            state.waiters.removeAll { waiter in ready.contains { $0.id == waiter.id } }
            return (true, ready.map(\.resume))
        }
        for waiter in waiters { waiter.resume(returning: delivery) }
        return accepted
    }

    /// The first delivery that fits, come already or yet to come.
    /// - Throws: `NotReceived` after `seconds`, naming what did come.
    public func first(
        _ what: String, within seconds: Double = 30, where fits: @escaping @Sendable (Delivery) -> Bool
    ) async throws -> Delivery {
        try await withCheckedThrowingContinuation { continuation in
            let (known, id) = state.withLock { state -> (Delivery?, Int) in
                if let known = state.deliveries.first(where: fits) { return (known, 0) }
                state.counter += 1
                state.waiters.append((state.counter, fits, continuation))
                return (nil, state.counter)
            }
            if let known { return continuation.resume(returning: known) }
            // A bound on waiting, not a pace.
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { self.giveUp(id, what) }
        }
    }

    private func giveUp(_ id: Int, _ what: String) {
        let (waiter, types) = state.withLock { state in
            let waiter = state.waiters.first { $0.id == id }
            state.waiters.removeAll { $0.id == id }
            return (waiter, state.deliveries.map { "\($0.path) \($0.type ?? "?")" })
        }
        waiter?.resume.resume(throwing: NotReceived(description: "\(what) did not come; came: \(types.suffix(40))"))
    }
}

extension Receiver.Delivery {
    /// Returns true if the delivery is signed with an endpoint's secret, as a tenant's server checks it.
    public func isSigned(with secret: String) -> Bool {
        guard let key = WebhookSecret.decode(secret) else { return false }
        return Signature.verify(
            id: id, timestamp: timestamp, header: signature, body: body, secrets: [key],
            now: Int64(Date().timeIntervalSince1970))
    }
}
