import Foundation
import HTTPTypes
import JSONValue
import Logging
import Sandbox
import Sealing
import Support
import Testing
import Webhooks

extension EndToEnd {
    /// The demo product's server against callers that are not its page. Signatures are made by the gateway's own code,
    /// with which the product shares none.
    @Suite struct DemoServerTests {
        private static let secret = WebhookSecret.make()

        /// A product alone, for a gateway that does not answer. It ends with the test process.
        private func product() async throws -> API {
            let product = DemoProduct()
            product.configure(gateway: "http://localhost:9", key: "mgk_none", webhookSecret: Self.secret)
            let account = SandboxAccount(apiKey: "none", webhookSecret: "whsec_")
            var quiet = Logger(label: "demo")
            quiet.logLevel = .critical
            let sandbox = Sandbox(options: SandboxOptions(demo: product, accounts: [account]), logger: quiet)
            let ready = AsyncStream.makeStream(of: SandboxAddresses.self)
            Task { try await sandbox.run { ready.continuation.yield($0) } }
            var iterator = ready.stream.makeAsyncIterator()
            return API(try #require(await iterator.next()?.demo))
        }

        private func signIn(_ product: API, _ name: String) async throws -> API {
            let page = product.with("Origin", product.base)
            let cookie = try await page.form("/sign-in", [("name", name)]).expect(303).header("Set-Cookie") ?? ""
            #expect(cookie.contains("; HttpOnly; SameSite=Lax"))
            return page.with("Cookie", String(cookie.prefix { $0 != ";" }))
        }

        private func deliver(
            _ product: API, id: String, user: String, secret: String = Self.secret, age: Int64 = 0,
            altered: Bool = false
        ) async throws -> Int {
            let body = Array(#"{"type":"bot.completed","data":{},"context":{"user_id":"\#(user)"}}"#.utf8)
            let time = Int64(Date().timeIntervalSince1970) - age
            let key = try #require(WebhookSecret.decode(secret))
            let signature = Signature.sign(id: id, timestamp: time, body: body, secret: key)
            let headers = [
                ("webhook-id", id), ("webhook-timestamp", "\(time)"), ("webhook-signature", "v1,AAAA \(signature)"),
            ]
            return try await product.send(
                .post, "/hooks/gateway", body: altered ? body + [0x20] : body, headers: headers
            ).status
        }

        @Test(.timeLimit(.minutes(1))) func `Only what the gateway signed, lately, is taken, once, for its user`()
            async throws
        {
            let product = try await product()
            let ann = try await signIn(product, "Ann")
            let ben = try await signIn(product, "Ben")
            #expect(try await product.call(.post, "/hooks/gateway", ["type": "bot.completed"]).status == 401)
            #expect(try await deliver(product, id: "msg_1", user: "ann", secret: WebhookSecret.make()) == 401)
            #expect(try await deliver(product, id: "msg_2", user: "ann", altered: true) == 401)
            #expect(try await deliver(product, id: "msg_3", user: "ann", age: 310) == 401)
            #expect(try await deliver(product, id: "msg_4", user: "ann", age: -310) == 401)
            for id in ["msg_5", "msg_5", "msg_6"] {
                #expect(try await deliver(product, id: id, user: "ann") == 204)
            }
            let inbox = try await ann.read("/inbox", until: "event: ready")
            #expect(inbox.components(separatedBy: "msg_").count == 3, "two messages: \(inbox)")
            #expect(inbox.contains("\"id\":\"msg_5\"") && inbox.contains("\"id\":\"msg_6\""))
            #expect(try await !ben.read("/inbox", until: "event: ready").contains("msg_"))
            // A page that was away gets what it missed.
            let rest = try await ann.with("Last-Event-ID", "1").read("/inbox", until: "event: ready")
            #expect(!rest.contains("msg_5") && rest.contains("msg_6"))
        }

        @Test(.timeLimit(.minutes(1))) func `Strangers and other sites' pages get nothing`() async throws {
            let product = try await product()
            let page = product.with("Origin", product.base)
            for path in ["/session", "/sandbox/bot"] {
                #expect(try await page.call(.post, path, [:]).status == 401)
            }
            #expect(try await product.call(.get, "/inbox").status == 401)
            let ann = try await signIn(product, "Ann")
            // Signed in, the gateway being away: an honest answer, without the key.
            let away = try await ann.call(.post, "/session", [:]).expect(503)
            #expect(away["action"] == "wait" && !away.text.contains("mgk_"))
            try await ann.with("Origin", "https://evil.example").call(.post, "/session", [:]).expect(403)
            try await product.form("/sign-in", [("name", "Ann")]).expect(403)
            // The page runs nothing but its own files, and talks to two origins.
            let policy = try await ann.call(.get, "/").expect(200).header("Content-Security-Policy") ?? ""
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(policy.contains("connect-src 'self' http://localhost:9;"))
            // Another name of this machine is another origin.
            let other = API(product.base.replacing("127.0.0.1", with: "localhost"))
            #expect(try await other.call(.get, "/").location() == product.base + "/")
            // Whatever the name, it is text.
            let odd = try await signIn(product, "<script>alert(1)</script>")
            #expect(try await !odd.call(.get, "/").text.contains("<script>alert"))
            try await ann.form("/sign-out", []).expect(303)
            try await ann.call(.post, "/session", [:]).expect(401)
        }
    }
}
