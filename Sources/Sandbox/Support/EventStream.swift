import Hummingbird
import NIOCore
import ServiceLifecycle

extension ResponseBody {
    /// Server-Sent Events, each sent as it comes. Ends with the origin's shutdown, which would wait for it.
    ///
    /// A comment every 15 seconds detects a reader that is gone: only a failing write shows it.
    static func events(_ events: AsyncStream<[UInt8]>) -> ResponseBody {
        ResponseBody { writer in
            let parts = AsyncStream.makeStream(of: [UInt8].self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await event in events.cancelOnGracefulShutdown() { parts.continuation.yield(event) }
                    parts.continuation.finish()
                }
                group.addTask {
                    while true {
                        try await Task.sleep(for: .seconds(15))
                        parts.continuation.yield(Array(": still here\n\n".utf8))
                    }
                }
                defer { group.cancelAll() }
                for await part in parts.stream { try await writer.write(ByteBuffer(bytes: part)) }
            }
            try await writer.finish(nil)
        }
    }
}
