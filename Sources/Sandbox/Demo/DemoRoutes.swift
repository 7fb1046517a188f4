import AsyncHTTPClient

/// The routes that the demo product's page and its forms use.
struct DemoRoutes: Sendable {
    typealias Handler = @Sendable (Call, DemoProduct.Setup) async throws -> Reply

    let accounts: DemoAccounts
    let inbox: DemoInbox
    let client: HTTPClient
    let addresses: Addresses

    var all: [(method: String, path: String, handler: Handler)] {
        [
            ("POST", "/sign-in", signIn), ("POST", "/sign-out", signOut), ("POST", "/session", session),
            ("GET", "/inbox", watch), ("POST", "/sandbox/bot", runBot),
        ]
    }

    @Sendable private func signIn(_ call: Call, _ setup: DemoProduct.Setup) -> Reply {
        let name = call.formPairs.first { $0.name == "name" }?.value ?? ""
        guard let person = DemoAccounts.Person(named: name) else {
            return DemoPages.signIn(gateway: setup.gateway, problem: "Type a name of at most 60 characters.")
        }
        return Self.home(cookie: accounts.signIn(person))
    }

    /// The gateway's sessions end with the login, not when their hour is over.
    @Sendable private func signOut(_ call: Call, _ setup: DemoProduct.Setup) async -> Reply {
        let (ended, cookie) = accounts.signOut(call)
        for session in ended?.sessions ?? [] {
            _ = try? await gateway(setup).delete("/api/v1/sessions/\(session)")
        }
        return Self.home(cookie: cookie)
    }

    /// Mints a session for who is signed in: all of the gateway that the page ever holds. Errors go on as they came.
    @Sendable private func session(_ call: Call, _ setup: DemoProduct.Setup) async throws -> Reply {
        let person = try signedIn(call)
        let minted = try await gateway(setup).post("/api/v1/sessions", ["user_id": .string(person.id)])
        guard minted.status == 201, let id = minted.json["id"]?.string else {
            return .json(minted.status, minted.json)
        }
        accounts.remember(session: id, of: call)
        return .json(
            200, ["token": minted.json["token"] ?? .null, "expires_at": minted.json["expires_at"] ?? .null],
            headers: [("cache-control", "no-store")])
    }

    @Sendable private func watch(_ call: Call, _ setup: DemoProduct.Setup) throws -> Reply {
        let person = try signedIn(call)
        return .events(inbox.watch(user: person.id, after: call.headers["last-event-id"].flatMap { Int($0) } ?? 0))
    }

    /// The sandbox's control of time: `{event_id, outcome: recording|completed}` lets the fake's bot join now, or the
    /// meeting end. Only for an event that the gateway shows to this user.
    @Sendable private func runBot(_ call: Call, _ setup: DemoProduct.Setup) async throws -> Reply {
        let person = try signedIn(call)
        let body = JSON.parse(call.body)
        guard let event = body?["event_id"]?.string, Identifiers.isUUID(event),
            let outcome = body?["outcome"]?.string, ["recording", "completed"].contains(outcome)
        else { return .json(400, ["detail": "event_id and outcome are needed."]) }
        let seen = try await gateway(setup).get("/api/v1/events/\(event)", user: person.id)
        guard seen.status == 200 else { return .json(seen.status, seen.json) }
        let standIn = DemoGateway(base: addresses.url(.meetingBaaS), key: nil, client: client)
        let run = try await standIn.post("/_sandbox/events/\(event)/run-bot", ["outcome": .string(outcome)])
        guard run.status == 200 else {
            return .json(409, ["detail": "No bot is planned for this meeting, or it has been and gone."])
        }
        return Reply(204)
    }

    private func signedIn(_ call: Call) throws -> DemoAccounts.Person {
        guard let signedIn = accounts.signedIn(call) else {
            throw Refusal(.json(401, ["detail": "You are signed out of Northwind Notes."]))
        }
        return signedIn.person
    }

    private func gateway(_ setup: DemoProduct.Setup) -> DemoGateway {
        DemoGateway(base: setup.gateway, key: setup.key, client: client)
    }

    private static func home(cookie: String) -> Reply {
        Reply(303, headers: [("location", "/"), ("set-cookie", cookie), ("cache-control", "no-store")])
    }
}
