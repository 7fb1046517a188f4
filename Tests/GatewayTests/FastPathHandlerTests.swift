import Foundation
import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

/// A fast path that streams, between all handlers of a connection and a router that answers 200 to everything.
@Suite struct FastPathHandlerTests {
    private func get(_ path: String, _ more: String = "", version: String = "1.1") -> String {
        "GET \(path) HTTP/\(version)\r\nHost: a\r\n\(more)\r\n"
    }

    @Test func `Replies come in the order of the requests, whichever way these go`() throws {
        let client = try FastPathClient(partLength: 1_000)
        let paths = ["/stream/2", "/x", "/now", "/later", "/x", "/x", "/now", "/stream/1", "/later", "/now"]
        try client.send(paths.map { get($0) }.joined())
        var bodies: [String] = []
        for _ in 0..<3 {
            bodies += try client.bodies()
            client.channel.embeddedEventLoop.run()
        }
        let stream = { (count: Int) in String(repeating: "x", count: count * 1_000) }
        #expect(
            bodies == [
                stream(2), "router", "now", "later", "router", "router", "now", stream(1), "later", "now",
            ])
        #expect(client.log.count { $0.hasPrefix("take") } == 7 && client.channel.isActive)
    }

    @Test func `Thousands of requests that wait are answered without nesting`() throws {
        let client = try FastPathClient()
        try client.send(get("/later") + String(repeating: get("/now"), count: 5_000))
        #expect(try client.channel.readOutbound(as: IOData.self) == nil)
        client.channel.embeddedEventLoop.run()
        #expect(try client.bodies().count == 5_001)
    }

    @Test func `A streamed reply pauses while the client does not read`() throws {
        let client = try FastPathClient(partLength: 1_000)
        client.line.room = 2_500
        try client.send(get("/stream/10") + get("/now"))
        var text = ""
        for round in 1..<20 where !text.hasSuffix("now") {
            text += try client.received()
            #expect(client.log.count { $0 == "pause" } == min(round, 3))
            client.line.take(client.channel)
        }
        #expect(client.line.largest < 5_000, "\(client.line.largest) bytes were kept for the client")
        let replies = text.components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst()
        #expect(replies.count == 2 && text.count { $0 == "x" } == 10_000 && text.hasSuffix("now"))
    }

    @Test func `A client that reads none of its replies has no further ones made`() throws {
        let client = try FastPathClient()
        client.line.room = 10_000
        for _ in 0..<100 {
            client.channel.read()
            try client.send(String(repeating: get("/now"), count: 10))
        }
        let made = client.log.count
        #expect((20..<200).contains(made), "\(made) of 1000")
        #expect(client.line.reads < 50, "\(client.line.reads) reads")
        // It reads: everything that it sent is answered.
        for _ in 0..<100 { client.line.take(client.channel) }
        #expect(try client.bodies().count == 1_000)
    }

    @Test func `Nothing is read while requests wait, and then reading goes on`() throws {
        let client = try FastPathClient()
        let before = client.line.reads
        client.channel.read()
        try client.send(get("/later"))
        client.channel.read()
        #expect(client.line.reads == before + 2, "one more may come")
        try client.send(get("/x"))
        client.channel.read()
        #expect(client.line.reads == before + 2)
        client.channel.embeddedEventLoop.run()
        #expect(client.line.reads == before + 3)
        #expect(try client.bodies() == ["later", "router"])
    }

    @Test func `A client that leaves cancels its request, and a late reply is dropped`() throws {
        let streaming = try FastPathClient()
        streaming.line.room = 2_500
        try streaming.send(get("/stream/10") + get("/now"))
        _ = try streaming.received()
        try streaming.channel.close().wait()
        #expect(streaming.log == ["take stream", "pause", "cancel"])
        #expect(try streaming.received() == "")
        let later = try FastPathClient()
        try later.send(get("/later"))
        try later.channel.close().wait()
        later.channel.embeddedEventLoop.run()
        #expect(try later.received() == "" && later.log == ["take later", "cancel"])
        // Its body is cut off.
        let cut = try FastPathClient()
        try cut.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
        cut.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(cut.log == ["take body", "cancel"] && cut.router.events.count == 2, "\(cut.router.events)")
        #expect(try cut.received().hasPrefix("HTTP/1.1 400 "), "the guard's refusal alone")
    }

    @Test func `HTTP/1.0 gets no chunks, and the end of the connection as the end of the body`() throws {
        let old = try FastPathClient()
        try old.send(get("/stream/1", version: "1.0") + get("/now", version: "1.0"))
        let text = try old.received()
        #expect(!text.lowercased().contains("transfer-encoding") && text.contains("\r\nConnection: close\r\n"))
        #expect(text.hasSuffix("\r\n\r\n" + String(repeating: "x", count: 1_000)), "\(text)")
        let known = try FastPathClient(partLength: 1_000)
        try known.send(get("/stream/1", version: "1.0"))
        #expect(try known.received().contains("\r\nContent-Length: 1000\r\n"))
        let new = try FastPathClient()
        try new.send(get("/stream/1") + "HEAD /stream/1 HTTP/1.1\r\nHost: a\r\n\r\n" + get("/now"))
        let chunked = try new.received().components(separatedBy: "HTTP/1.1 200 OK\r\n").dropFirst()
        let chunks = "\r\n3e8\r\n" + String(repeating: "x", count: 1_000) + "\r\n0\r\n\r\n"
        #expect(chunked.count == 3 && chunked[1].hasSuffix(chunks))
        #expect(chunked.count == 3 && chunked[2].hasSuffix("\r\n\r\n") && chunked[3].hasSuffix("now"))
        #expect(chunked.allSatisfy { $0.contains("Date: ") })
        // The server ends or keeps the connection by this header.
        let closing = try FastPathClient()
        try closing.send(get("/now", "Connection: close\r\n"))
        #expect(try closing.bodies() == ["router"] && closing.log.isEmpty)
    }

    @Test func `The router gets the whole of a request that a fast path leaves to it`() throws {
        let client = try FastPathClient()
        for body in ["short", "exactly 10", "longer than ten bytes"] {
            try client.send("POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            for letter in body { try client.send("1\r\n\(letter)\r\n") }
            try client.send("0\r\n\r\n")
        }
        #expect(try client.bodies() == ["short", "exactly 10", "routerlonger than ten bytes"])
    }

    @Test func `A gateway that stops lets the reply end first, and so does a client that sends no more`() throws {
        for event in [ChannelShouldQuiesceEvent(), ChannelEvent.inputClosed] as [any Sendable] {
            let client = try FastPathClient()
            try client.send(get("/later") + get("/x"))
            client.channel.pipeline.fireUserInboundEventTriggered(event)
            #expect(client.router.events.isEmpty)
            client.channel.embeddedEventLoop.run()
            #expect(try client.bodies() == ["later", "router"] && client.router.events == ["\(event)"])
            client.channel.pipeline.fireUserInboundEventTriggered(event)
            #expect(client.router.events.count == 2, "nothing is under way")
        }
    }

    @Test func `A reply that breaks ends the connection without its end`() throws {
        let client = try FastPathClient()
        try client.send(get("/broken") + get("/now"))
        let text = try client.received()
        #expect(text.hasSuffix("\r\n4\r\nhalf\r\n") && !client.channel.isActive && client.log == ["take broken"])
    }
}
