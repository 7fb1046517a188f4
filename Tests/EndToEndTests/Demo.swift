import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

/// `serve --sandbox` in a folder of its own, and what its banner says.
struct Demo {
    let program: Program
    let folder: URL
    /// The demo product's page, ending in `/`.
    let page: String
    let gateway: API
    /// A key of the demo's tenant, not the product's own.
    let key: String
    let adminToken: String
    /// Of the product, the gateway and Google's fake.
    let ports: Set<Int>

    init() async throws {
        folder = try Fixture.temporaryFolder()
        let port = try TestEnvironment.freePort()
        program = try Program(
            ["serve", "--sandbox", "--sandbox-port", "0"], environment: ["GATEWAY_PORT": "\(port)"], folder: folder)
        try await program.prints("Stop with Ctrl-C.")
        let output = program.output
        func after(_ words: String) throws -> String {
            let rest = try #require(output.split(separator: words, maxSplits: 1).dropFirst().first, "\(words)")
            return String(rest.prefix { !$0.isWhitespace })
        }
        page = try after("Open this in a browser: ")
        gateway = API("http://localhost:\(port)")
        key = try after("\nKEY=")
        adminToken = try after("admin token ")
        // Google's own is in the start of a consent.
        let session = try await API(gateway.base, token: key).call(.post, "/api/v1/sessions", ["user_id": "probe"])
            .expect(201).text("token")
        let consent = try await API(gateway.base, token: session).call(
            .post, "/api/v1/connections", ["provider": "google", "return_url": .string(page + "connected")]
        ).expect(201).text("authorize_url")
        ports = Set([page, gateway.base, consent].compactMap { URLComponents(string: $0)?.port })
    }

    func end() { program.kill() }
}

/// The README's pictures, always into the test's own folder; with `GATEWAY_PICTURES=1` into the tree as well.
struct Pictures {
    private let folders: [URL]
    private let browser: Browser

    init(_ folder: URL, _ browser: Browser) throws {
        let own = folder.appendingPathComponent("pictures")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        let tree = Fixture.package.appendingPathComponent("Tests/EndToEndTests/Pictures")
        folders = [own] + (ProcessInfo.processInfo.environment["GATEWAY_PICTURES"] == "1" ? [tree] : [])
        self.browser = browser
    }

    func take(_ name: String) async throws {
        let picture = try await browser.picture()
        // A page that is drawn: an empty one of this size has some 5 kB.
        #expect(picture.count > 15_000)
        for folder in folders { try picture.write(to: folder.appendingPathComponent("\(name).png")) }
    }
}
