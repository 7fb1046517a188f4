import HTTPTypes
import Hummingbird
import JSONValue
import SQL
import Synchronization
import Testing

@testable import Gateway

/// The order of the checks of a request, and what each refusal leaves undone.
@Suite struct RequestOrderTests {
    private static let things = "/api/v1/things"

    private func access(perSecond: Double = 10, burst: Double = 10, refusal: Problem? = nil) -> TenantAccess {
        TenantAccess(
            id: "ten_1", allowedOrigins: ["https://app.example"], rate: .init(perSecond: perSecond, burst: burst),
            refusal: refusal)
    }

    @Test func `Each step comes once, in one order`() async throws {
        let place = try await PipelinePlace()
        #expect(await place.ask(.post, Self.things, token: PipelinePlace.key).status == .ok)
        #expect(place.takeSteps() == ["authenticate", "authorize", "body", "owner", "handle"])
        #expect(await place.ask(.get, Self.things, token: PipelinePlace.key).status == .ok)
        #expect(place.takeSteps() == ["authenticate", "authorize", "body", "handle"], "no reply of a GET is kept")
    }

    @Test(arguments: ["authenticate", "authorize", "body", "handle"])
    func `Nothing comes after a step that fails`(step: String) async throws {
        let place = try await PipelinePlace(failing: step)
        let all = ["authenticate", "authorize", "body", "owner", "handle"]
        #expect(await place.ask(.post, Self.things, token: PipelinePlace.key).status == .conflict)
        #expect(place.takeSteps() == Array(all.prefix { $0 != step }) + [step])
        #expect(place.isKnownClient == (step != "authenticate"))
    }

    @Test func `A request's work has the scope of its caller's tenant`() async throws {
        for (authentication, scope) in [
            (Authentication.tenant(access()), TenantScope.tenant("ten_1")), (.verified, .all), (.none, .all),
        ] {
            let place = try await PipelinePlace(authentication)
            _ = await place.ask(.post, Self.things, token: PipelinePlace.key)
            #expect(place.scopes.withLock(\.self) == [scope, scope])
            #expect(TenantScope.current == .all)
        }
    }

    @Test func `Only requests that nothing authenticated count against their address`() async throws {
        // Ten requests of an address in all.
        for (authentication, failing, isCounted) in [
            (Authentication.verified, nil, false), (.verified, "authorize", false), (.verified, "handle", false),
            (.none, nil, true), (.verified, "authenticate", true), (.tenant(access(burst: 1000)), "body", false),
        ] {
            let place = try await PipelinePlace(authentication, failing: failing, perSecond: 1)
            for _ in 0..<10 { _ = await place.ask(.get, Self.things, token: PipelinePlace.key) }
            let next = await place.ask(.get, Self.things, token: PipelinePlace.key)
            #expect((next.status == .tooManyRequests) == isCounted, "\(authentication) \(failing ?? "-")")
        }
    }

    @Test func `Beyond its address's limit a request without a credential is not looked at`() async throws {
        let place = try await PipelinePlace(.none, perSecond: 1)
        for _ in 0..<10 { _ = await place.ask(.get, Self.things) }
        #expect(place.takeSteps().count == 40)
        let refused = await place.ask(.get, Self.things)
        #expect(refused.status == .tooManyRequests && refused.headers[.rateLimit]?.hasPrefix("\"address\"") == true)
        #expect(place.takeSteps() == [])
        // A credential that may be right is: others behind the address may have used the limit up.
        #expect(await place.ask(.get, Self.things, token: PipelinePlace.key).status == .tooManyRequests)
        #expect(place.takeSteps() == ["authenticate", "authorize", "body", "handle"])
    }

    @Test func `A tenant's rate comes after its caller is known and before anything is authorized`() async throws {
        let place = try await PipelinePlace(.tenant(access(perSecond: 1, burst: 2)), failing: "handle")
        for left in [1, 0] {
            let reply = await place.ask(.get, Self.things, token: PipelinePlace.key)
            #expect(reply.status == .conflict)
            #expect(reply.headers[.rateLimit]?.contains("\"tenant\";r=\(left);") == true)
            #expect(reply.headers[.rateLimitPolicy] == "\"tenant\";q=2;w=2")
        }
        _ = place.takeSteps()
        let refused = await place.ask(.get, Self.things, token: PipelinePlace.key)
        #expect(refused.status == .tooManyRequests && refused.headers[values: .rateLimit].count == 1)
        #expect(place.takeSteps() == ["authenticate"])
    }

    @Test func `A suspended tenant is refused, and takes nothing from its rate`() async throws {
        let suspended = access(burst: 1, refusal: Authenticator.suspended)
        let place = try await PipelinePlace(.tenant(suspended), perSecond: 1)
        for _ in 0..<20 {
            let reply = await place.ask(.get, Self.things, [.origin: "https://app.example"], token: PipelinePlace.key)
            #expect(reply.status == .forbidden && reply.headers[.rateLimit] == nil)
            #expect(reply.headers[.accessControlAllowOrigin] == "https://app.example")
        }
        #expect(Set(place.takeSteps()) == ["authenticate"])
    }

    @Test func `The origins of a tenant are those of an authenticated caller`() async throws {
        let (listed, other): (HTTPFields, HTTPFields) = (
            [.origin: "https://app.example"], [.origin: "https://other.example"]
        )
        let tenant = TenantAccess(
            id: "ten_1", allowedOrigins: ["https://other.example"], rate: .init(perSecond: 10, burst: 10), refusal: nil)
        let known = try await PipelinePlace(.tenant(tenant), failing: "authorize")
        #expect(await known.ask(.get, Self.things, listed).headers[.accessControlAllowOrigin] == nil)
        #expect(await known.ask(.get, Self.things, other).headers[.accessControlAllowOrigin] == "https://other.example")
        let unknown = try await PipelinePlace(failing: "authenticate")
        #expect(await unknown.ask(.get, Self.things, listed).headers[.accessControlAllowOrigin] != nil)
        #expect(await unknown.ask(.get, Self.things, other).headers[.accessControlAllowOrigin] == nil)
    }

    @Test func `A preflight that passes is not counted, and reaches no route`() async throws {
        let place = try await PipelinePlace(.none, perSecond: 1)
        func preflight(_ origin: String) async -> Response {
            await place.ask(.options, Self.things, [.origin: origin, .accessControlRequestMethod: "POST"])
        }
        for _ in 0..<20 { #expect(await preflight("https://app.example").status == .noContent) }
        for _ in 0..<10 { #expect(await preflight("https://other.example").status == .noContent) }
        #expect(await preflight("https://other.example").status == .tooManyRequests)
        #expect(place.takeSteps() == [])
    }

    @Test func `A path has one spelling, which is checked before anything is looked up`() async throws {
        let place = try await PipelinePlace()
        for path in ["/api//v1/things", "/api/v1/things/", "//api/v1/things"] {
            #expect(await place.ask(.get, path, token: PipelinePlace.key).status == .notFound)
        }
        #expect(place.takeSteps() == [])
    }

    @Test func `An unknown path is a 404 for anybody, and below a fallback for authenticated callers`() async throws {
        let place = try await PipelinePlace(.tenant(access()))
        #expect(await place.ask(.get, "/api/v1/nothing", token: PipelinePlace.key).status == .notFound)
        let put = await place.ask(.put, Self.things, token: PipelinePlace.key)
        #expect(put.status == .methodNotAllowed && put.headers[.allow] == "GET, HEAD, POST")
        #expect(place.takeSteps() == [] && !place.isKnownClient)
        let deep = await place.ask(.get, "/mirror/a/b", token: PipelinePlace.key)
        #expect(deep.status == .notFound && deep.headers[.rateLimit] != nil)
        let post = await place.ask(.post, "/mirror/a", token: PipelinePlace.key)
        #expect(post.status == .methodNotAllowed && post.headers[.allow] == "GET, HEAD")
        #expect(place.takeSteps() == ["authenticate", "authenticate"])
        let refusing = try await PipelinePlace(failing: "authenticate")
        #expect(await refusing.ask(.put, "/mirror/a/b").status == .conflict)
    }

    @Test func `A POST is done once under its key, which belongs to its owner and to the route's name`() async throws {
        let place = try await PipelinePlace(owner: .operator)
        let key: HTTPFields = [.make("Idempotency-Key"): "k1"]
        for replayed in [false, true] {
            let reply = await place.ask(.post, Self.things, key)
            #expect(reply.status == .ok && (reply.headers[.make("Idempotency-Replayed")] != nil) == replayed)
            #expect(place.takeSteps().contains("handle") == !replayed)
        }
        #expect(
            Route(method: .post, path: "/x", access: .anyone) { _, _, _ in OpenRequest.verified { _ in .noContent } }
                .idempotencyName == "POST /x")
    }
}
