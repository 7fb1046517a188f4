import AsyncHTTPClient
import Synchronization

/// "Northwind Notes": a small product of a tenant, on an origin of its own. It uses only the gateway's public API.
///
/// Two halves, as in a real product. The server holds the tenant's key and its webhook secret, keeps the signed-in
/// users, and gives the page a session of that user. The page calls the gateway with the session.
public final class DemoProduct: Sendable {
    /// The values that a tenant's developer gets at the tenant's setup.
    struct Setup: Sendable {
        let gateway: String
        let key: String
        let webhookSecret: String
    }

    private let setup = Mutex<Setup?>(nil)
    private let accounts = DemoAccounts()
    private let inbox = DemoInbox()

    public init() {}

    /// Until this is called every page says that the product is not ready.
    /// - Parameters:
    ///   - gateway: its base URL, as browsers reach it.
    ///   - key: a tenant's key, never sent to a browser.
    ///   - webhookSecret: of the endpoint that delivers to `/hooks/gateway`.
    public func configure(gateway: String, key: String, webhookSecret: String) {
        setup.withLock { $0 = Setup(gateway: gateway, key: key, webhookSecret: webhookSecret) }
    }

    func origin(_ client: HTTPClient, _ addresses: Addresses) -> Origin {
        var api = Routes()
        api.on("POST", "/hooks/gateway") { self.take($0) }
        var pages = Routes()
        for asset in DemoAsset.all {
            pages.on("GET", asset.path) { _ in asset.reply }
        }
        for path in ["/", "/connected"] { pages.on("GET", path) { self.page($0, at: addresses.url(.demo)) } }
        for route in DemoRoutes(accounts: accounts, inbox: inbox, client: client, addresses: addresses).all {
            pages.on(route.method, route.path) { call in
                guard let setup = self.setup.withLock({ $0 }) else { return DemoPages.notReady }
                // Whatever changes something must come from our own page: browsers name the origin of such requests.
                guard route.method == "GET" || call.headers["origin"] == addresses.url(.demo) else {
                    return .text(403, "Only Northwind Notes' own page may do this.\n")
                }
                return try await route.handler(call, setup)
            }
        }
        return Origin(api: api, control: pages, unknown: { _ in .text(404, "Not found\n") })
    }

    private func page(_ call: Call, at address: String) -> Reply {
        // Under another name of this machine the page would be another origin, which the tenant does not list.
        guard address.hasSuffix("://" + (call.headers["host"] ?? "")) else { return .redirect(to: address + "/") }
        guard let setup = setup.withLock({ $0 }) else { return DemoPages.notReady }
        guard let person = accounts.signedIn(call)?.person else { return DemoPages.signIn(gateway: setup.gateway) }
        return DemoPages.app(person, gateway: setup.gateway)
    }

    /// The tenant's webhook endpoint: what is not signed by the gateway is refused, what comes twice is taken once.
    private func take(_ call: Call) -> Reply {
        guard let setup = setup.withLock({ $0 }) else { return .text(503, "Not ready\n") }
        guard StandardWebhook.isGenuine(call, secret: setup.webhookSecret, now: .now) else {
            return .text(401, "The signature does not fit\n")
        }
        guard let message = JSON.parse(call.body), message["type"]?.string != nil else {
            return .text(400, "This is no event\n")
        }
        if let user = message["context"]?["user_id"]?.string {
            inbox.add(message, id: call.headers["webhook-id"] ?? "", user: user)
        }
        return Reply(204)
    }
}
