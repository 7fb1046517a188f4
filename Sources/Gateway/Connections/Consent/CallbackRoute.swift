import HTTPTransport
import HTTPTypes
import Hummingbird
import OAuth
import SQL

/// The route to which the provider redirects the browser.
struct CallbackRoute: Sendable {
    private let consents: ConsentFlow
    private let lookups: LookupQueue<[UInt8], Bool>

    init(consents: ConsentFlow, limits: RequestLimits) {
        self.consents = consents
        let (database, clock) = (consents.database, consents.clock)
        lookups = LookupQueue(limits: limits.lookups) { states in
            let now = clock.now
            let started = try await database.read { try ConsentStore.started(states, at: now, in: $0) }
            return Dictionary(started.map { ($0, true) }) { first, _ in first }
        }
    }

    /// A provider's answer names the consent that it belongs to.
    static let surface = APISurface("/oauth/callback/", showsProof: { $1?.contains("state=") ?? false })

    func add(to routes: inout RouteList) {
        routes.verified(.get, "/oauth/callback/{provider}/{slug}", allowsHead: false, verify)
    }

    /// A provider's answer is proven by the state of a consent that has begun.
    @Sendable private func verify(
        _ request: Request, _ metadata: RequestMetadata, _ path: PathValues
    ) async throws -> OpenRequest {
        guard let provider = ProviderName(rawValue: try path("provider")),
            let fields = Form.decode(request.uri.query ?? ""),
            let given = Self.read(fields)
        else { return .unverified { _ in Self.refusal } }
        // An unknown state costs a bounded look-up, and no transaction that may write.
        guard try await lookups.value(consents.digest(ofState: given.state), from: metadata.network) != nil else {
            return .unverified { _ in Self.refusal }
        }
        return .verified { _ in try await answer(given, provider, path) }
    }

    private func answer(
        _ given: ConsentFlow.Callback, _ provider: ProviderName, _ path: PathValues
    ) async throws -> Response {
        do {
            let target = try await consents.callback(given, provider: provider, slug: try path("slug"))
            // 303, so that nothing of this request is sent along.
            return Response(status: .seeOther, headers: [.location: target, .cacheControl: "no-store"])
        } catch is ConsentRefused {
            return Self.refusal
        }
    }

    /// Unknown parameters are passed over; one that stands twice spoils the whole.
    private static func read(_ fields: [(name: String, value: String)]) -> ConsentFlow.Callback? {
        var known: [String: String] = [:]
        for (name, value) in fields where ["state", "code", "error", "error_description", "iss"].contains(name) {
            guard known.updateValue(value, forKey: name) == nil else { return nil }
        }
        guard let state = known["state"], !state.isEmpty else { return nil }
        return .init(
            state: state, code: known["code"], error: known["error"], description: known["error_description"],
            issuer: known["iss"])
    }

    private static let refusal = Response.html(.badRequest, ConsentAssets.refusedHTML)
}
