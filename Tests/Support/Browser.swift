public import Foundation
public import HTTPTypes
public import JSONValue
import Synchronization

/// A headless Chromium, driven over WebDriver as a person would use it; what it emulates, over CDP through the driver.
///
/// Nothing in it is waited for by time: each step asks again until the page is where a person would go on, ten seconds
/// at most.
public final class Browser: Sendable {
    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    private let driver: Program
    private let profile: URL
    private let session: API
    private let traffic = Mutex(Traffic())

    /// Runs `body` with a browser that is gone when this returns, however it returns.
    /// - Parameter folder: where it keeps its profile.
    public static func run<T: Sendable>(in folder: URL, _ body: (Browser) async throws -> T) async throws -> T {
        let browser = try await Browser(folder)
        do {
            let result = try await body(browser)
            await browser.close()
            return result
        } catch {
            await browser.close()
            throw error
        }
    }

    private init(_ folder: URL) async throws {
        profile = folder.appendingPathComponent("chromium")
        let executable = "/usr/bin/chromedriver"
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw Failed(description: "Debian's chromium and chromium-driver are not installed")
        }
        driver = try Program(["--port=0"], executable: executable)
        do {
            try await driver.prints("successfully on port ")
            let port = driver.output.split(separator: "successfully on port ").last?.prefix { $0.isNumber } ?? ""
            let base = "http://127.0.0.1:\(port)"
            let made = try await API(base).call(.post, "/session", Self.capabilities(profile)).expect(200)
            guard let id = made["value"]?["sessionId"]?.stringValue else { throw Failed(description: made.text) }
            session = API("\(base)/session/\(id)")
        } catch {
            driver.kill()
            Self.end(profile)
            throw error
        }
    }

    /// Speaks to loopback alone: every other name is unknown to it.
    private static func capabilities(_ profile: URL) -> JSON {
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
            "--window-size=1280,860", "--force-device-scale-factor=1", "--lang=en-US", "--no-first-run",
            "--no-proxy-server", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
            "--user-data-dir=\(profile.path)",
        ]
        let chrome: JSON = ["args": .array(arguments.map { .string($0) })]
        return [
            "capabilities": [
                "alwaysMatch": [
                    "browserName": "chrome", "goog:chromeOptions": chrome,
                    "goog:loggingPrefs": ["browser": "ALL", "performance": "ALL"],
                ]
            ]
        ]
    }

    private func close() async {
        _ = try? await session.call(.delete, "")
        driver.kill()
        Self.end(profile)
    }

    /// Ends what a driver that failed has left: the processes that were started with this profile, by their id,
    /// and the profile.
    private static func end(_ profile: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for id in names.compactMap({ Int32($0) }) {
            let line = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(id)/cmdline"))) ?? Data()
            if String(decoding: line, as: UTF8.self).contains("--user-data-dir=\(profile.path)\0") {
                Foundation.kill(id, SIGKILL)
            }
        }
        try? FileManager.default.removeItem(at: profile)
    }

    // MARK: - Commands

    /// One command of the driver.
    /// - Throws: `Failed` with WebDriver's error code and message.
    @discardableResult
    public func command(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        let reply = try await session.call(method, path, body)
        guard reply.status == 200 else {
            let value = reply["value"]
            let message = value?["message"]?.stringValue?.split(separator: "\n").first ?? ""
            throw Failed(description: "\(value?["error"]?.stringValue ?? "\(reply.status)"): \(message)")
        }
        return reply["value"] ?? .null
    }

    /// A command of the Chrome DevTools Protocol.
    @discardableResult
    public func devtools(_ command: String, _ parameters: JSON) async throws -> JSON {
        try await self.command(.post, "/goog/cdp/execute", ["cmd": .string(command), "params": parameters])
    }

    /// Returns the value of a function's body in the page; of a promise, its result.
    @discardableResult
    public func script(_ body: String, _ arguments: JSON...) async throws -> JSON {
        try await command(.post, "/execute/sync", ["script": .string(body), "args": .array(arguments)])
    }

    /// Asks again until there is an answer, thirty seconds at most.
    @discardableResult
    public func until<T: Sendable>(_ what: String, _ ask: () async throws -> T?) async throws -> T {
        var last: Failed?
        for _ in 0..<600 {
            do {
                if let answer = try await ask() { return answer }
                last = nil
            } catch let error as Failed {
                // Between two looks the page may have moved on: the element is gone, covered, or not there yet.
                last = error
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        let presented = (try? await script("return location.href + '\\n' + document.body.innerText"))?.stringValue ?? ""
        throw Failed(
            description: "\(what): not within thirty seconds. \(last?.description ?? "")\n\(presented.prefix(3000))")
    }

    // MARK: - Logs

    /// Errors in the console since the last call.
    public func consoleErrors() async throws -> [String] {
        let entries = try await command(.post, "/se/log", ["type": "browser"]).arrayValue ?? []
        return entries.filter { $0["level"] == "SEVERE" }.compactMap { $0["message"]?.stringValue }
    }

    /// Network traffic, as the DevTools protocol reports it.
    public struct Traffic: Sendable {
        /// Requests and replies with their headers, one message each.
        public var messages: [JSON] = []
        public var bodies: [String] = []
        /// The requested URLs, without the browser's own first page.
        public var urls: [String] {
            messages.compactMap { $0["params"]?["request"]?["url"]?.stringValue }
                .filter { !$0.hasPrefix("chrome://") }
        }
    }

    /// Everything so far. Bodies are kept by the browser until the next page only: ask before each.
    @discardableResult
    public func network() async throws -> Traffic {
        let entries = try await command(.post, "/se/log", ["type": "performance"]).arrayValue ?? []
        let fresh = entries.compactMap { $0["message"]?.stringValue }.compactMap { try? JSON.parse($0)["message"] }
            .filter { $0["method"]?.stringValue?.hasPrefix("Network.") == true }
        var bodies: [String] = []
        for message in fresh where message["method"] == "Network.loadingFinished" {
            let id = message["params"]?["requestId"] ?? .null
            // Empty ones, such as answers to a preflight, have none.
            let reply = try? await devtools("Network.getResponseBody", ["requestId": id])
            if let body = reply?["body"]?.stringValue { bodies.append(body) }
        }
        return traffic.withLock { [bodies] traffic in
            traffic.messages += fresh
            traffic.bodies += bodies
            return traffic
        }
    }
}
