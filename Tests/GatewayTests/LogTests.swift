import Foundation
import Logging
import Testing

@testable import Gateway

/// Logs never block, never kill, and hold one line for one event.
struct LogTests {
    private final class Ends {
        let read: Int32
        let write: Int32

        init() {
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            (read, write) = (ends[0], ends[1])
        }

        /// Everything that is in the pipe and comes within a second after the last.
        func drain(until text: String) -> String {
            var out: [UInt8] = []
            var part = [UInt8](repeating: 0, count: 1 << 16)
            var waiting = pollfd(fd: read, events: Int16(POLLIN), revents: 0)
            while poll(&waiting, 1, 5_000) > 0 {
                let count = Foundation.read(read, &part, part.count)
                guard count > 0 else { break }
                out += part[..<count]
                if String(decoding: out.suffix(1 << 12), as: UTF8.self).contains(text) { break }
            }
            return String(decoding: out, as: UTF8.self)
        }
    }

    private func logger(_ writer: LogWriter) -> Logger {
        Logger(label: "test") { _ in JSONLogHandler(writer: writer) }
    }

    @Test func `A reader that stalls costs lines beyond the buffer, and is told how many`() throws {
        let ends = Ends()
        let writer = LogWriter(descriptor: ends.write, capacity: 1 << 20)
        let logger = logger(writer)
        // Far more than pipe and buffer take; a write that waits would never return.
        for number in 0..<20_000 {
            logger.info("a line that is told apart", metadata: ["number": .stringConvertible(number)])
        }
        let dropped = writer.dropped
        #expect(dropped > 0 && dropped < 20_000)
        let text = ends.drain(until: LogWriter.droppedMessage)
        let report = try #require(text.split(separator: "\n").first { $0.contains(LogWriter.droppedMessage) })
        #expect(report.contains("\"lines\":\(dropped)"), "\(report)")
        logger.info("afterwards")
        #expect(ends.drain(until: "afterwards").contains("afterwards"))
    }

    @Test func `A reader that is gone is an error of the write alone`() {
        let ends = Ends()
        let writer = LogWriter(descriptor: ends.write)
        let logger = logger(writer)
        logger.info("first")
        writer.flush()
        close(ends.read)
        for _ in 0..<100 { logger.info("unread") }
        writer.flush(within: 5)
        #expect(writer.dropped == 100)
    }

    @Test func `A full disk keeps the buffer, then costs lines, and an exit waits no longer than it says`() {
        // Never closed: the writer's thread goes on with it, and its number would soon be another test's file.
        let full = open("/dev/full", O_WRONLY)
        let writer = LogWriter(descriptor: full, capacity: 10_000)
        let logger = logger(writer)
        for _ in 0..<1_000 { logger.info("unwritten") }
        #expect(writer.dropped > 0)
        let started = ContinuousClock.now
        writer.flush(within: 0.2)
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    @Test func `Short and refused writes of a pipe that does not block lose nothing`() {
        let ends = Ends()
        _ = fcntl(ends.write, F_SETFL, O_NONBLOCK)
        let writer = LogWriter(descriptor: ends.write)
        let logger = logger(writer)
        for number in 0..<5_000 { logger.info("line", metadata: ["number": .stringConvertible(number)]) }
        logger.info("the end")
        let lines = ends.drain(until: "the end").split(separator: "\n")
        #expect(lines.count == 5_001 && writer.dropped == 0)
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }

    /// Text that an event's name, a header or another party's error may contain.
    static let hostile = [
        "calendar.test\n2026-01-01T00:00:00Z error forged", "a\rb", "\u{1B}[2J\u{1B}[31mred", "\u{9B}2J", "\u{7F}\u{8}",
        "a\u{2028}b\u{2029}c", "\u{202E}txet", "x\" level=\"error",
    ]

    @Test(arguments: hostile) func `No value begins a line, steers a terminal or looks like another value`(
        value: String
    ) throws {
        for isText in [true, false] {
            let ends = Ends()
            let writer = LogWriter(descriptor: ends.write)
            let handler: any LogHandler = isText ? TextLogHandler(writer: writer) : JSONLogHandler(writer: writer)
            var logger = Logger(label: "test") { _ in handler }
            logger[metadataKey: "kept"] = .string(value)
            logger.info(
                "message \(value)",
                metadata: ["plain": .string(value), "list": [.string(value)], "inner": ["name": .string(value)]])
            logger.info("the end")
            let text = ends.drain(until: "the end")
            #expect(
                text.split(separator: "\n", omittingEmptySubsequences: false).count == 3, "\(text.debugDescription)")
            let raw = text.unicodeScalars.filter { $0 != "\n" && ControlCharacters.contains($0) }
            #expect(raw.isEmpty, "\(text.debugDescription)")
            if isText { #expect(!text.contains(" level=\"error\""), "\(text)") }
        }
    }
}
