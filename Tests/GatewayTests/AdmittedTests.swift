import JSONValue
import MeetingBaaS
import OAuth
import SQL
import Testing

@testable import Gateway

/// Stores that keep the effect of an action which may have waited.
struct AdmittedTests {
    /// A row that a store writes for the tenant `ten_1`.
    struct Effect: Sendable, CustomTestStringConvertible {
        let table: String
        let write: @Sendable (Admitted, Timestamp, any Transaction) throws -> Void
        var testDescription: String { table }

        init(_ table: String, _ write: @escaping @Sendable (Admitted, Timestamp, any Transaction) throws -> Void) {
            self.table = table
            self.write = write
        }
    }

    private static func connection(_ id: String, at now: Timestamp) -> Connection {
        Connection(
            id: id, tenant: "ten_1", user: "ann", provider: .google, status: .pending, subject: nil, email: nil,
            clientID: "1-app", directory: nil, scopes: [], missingScopes: [], sealedRefreshToken: nil,
            refreshExpiresAt: nil, refreshedAt: nil, generation: 0, createdAt: now, updatedAt: now)
    }

    private static func endpoint(_ id: String, at now: Timestamp) -> Endpoint {
        Endpoint(
            id: id, tenant: "ten_1", url: "https://hooks.example.com/", description: nil, eventTypes: ["*"],
            status: .enabled, sealedSecret: [1], createdAt: now)
    }

    static let effects: [Effect] = [
        Effect("sessions") { admitted, now, tx in
            let session = Session(
                id: "ses_1", tenant: "ten_1", user: "ann", key: "key_1", scopes: [], createdAt: now,
                expiresAt: now.adding(seconds: 60))
            try SessionStore.insert(session, digest: [9], as: admitted, in: tx)
        },
        Effect("webhook_endpoints") { admitted, now, tx in
            try EndpointStore.insert(endpoint("ep_1", at: now), as: admitted, in: tx)
        },
        Effect("replays") { admitted, now, tx in
            let known = try #require(try EndpointStore.find("ten_1", "ep_0", in: tx))
            _ = try ReplayStore.begin(
                known, since: now, until: nil, types: nil, statuses: [.dead], as: admitted, at: now, in: tx)
        },
        Effect("connections WHERE id = 'con_1'") { admitted, now, tx in
            try ConnectionStore.insert(connection("con_1", at: now), as: admitted, in: tx)
        },
        Effect("connections WHERE status = 'active'") { admitted, now, tx in
            var kept = connection("con_0", at: now)
            kept.status = .active
            _ = try ConnectionStore.save(kept, from: .pending, copies: .calendars, as: admitted, at: now, in: tx)
        },
        Effect("consents") { admitted, now, tx in
            let consent = Consent(
                stateDigest: [1], tenant: "ten_1", connection: "con_0", user: "ann", provider: .google,
                clientID: "1-app", nonce: "n", sealedVerifier: [1], returnURL: "u", isReconnect: false,
                status: .started, sealedCode: nil, resultID: nil, createdAt: now, expiresAt: now.adding(seconds: 60))
            try ConsentStore.insert(consent, as: admitted, in: tx)
        },
        Effect("calendars") { admitted, now, tx in
            let calendar = ConnectedCalendar(
                rowID: "cal_1", tenant: "ten_1", accountID: "shared", version: .v2, calendarID: nil,
                connection: "con_0", user: "ann", provider: .google, rawCalendarID: "raw", name: nil, email: nil,
                status: "creating", statusMessage: nil, syncStatus: nil, syncedAt: nil, createdAt: now)
            try CalendarStore.insert(calendar, as: admitted, in: tx)
        },
        Effect("calendar_creations") { admitted, now, tx in
            let creation = CalendarCreation(
                rowID: "cal_1", tenant: "ten_1", accountID: "shared", version: .v2, provider: .google,
                rawCalendarID: "raw", beganAt: now, deadlineAt: now, listedBefore: false, absentAt: nil, madeID: nil)
            try CalendarCreationStore.insert(creation, as: admitted, in: tx)
        },
        Effect("bot_orders") { admitted, now, tx in
            let order = BotCreation(
                correlationID: "m", tenant: "ten_1", user: "ann", accountID: "shared", version: .v2, createdAt: now)
            try BotCreationStore.insert(order, as: admitted, in: tx)
        },
        Effect("owned_objects") { admitted, now, tx in
            let reference = ObjectReference(account: "shared", version: .v2, kind: .zoomCredential, id: "zoom")
            try OwnershipStore.insertCredential(
                reference, Owner(tenant: "ten_1", user: "ann"), as: admitted, at: now, in: tx)
        },
        Effect("recordings") { admitted, now, tx in
            let recording = Recording(
                tenant: "ten_1", eventID: "ev", accountID: "shared", calendarID: "up", connection: "con_0",
                user: "ann", seriesID: nil, allOccurrences: false, correlationID: "m", requested: RecordingRequest(),
                sealedAPIKey: nil, createdAt: now)
            try RecordingStore.put(recording, as: admitted, at: now, in: tx)
        },
    ]

    static let effectsOfOperators: [Effect] = [
        Effect("api_keys WHERE id = 'key_2'") { admitted, now, tx in
            let key = APIKey(
                id: "key_2", tenant: "ten_1", name: "k", scopes: [], createdAt: now, expiresAt: nil, lastUsedAt: nil)
            try APIKeyStore.insert(key, digest: [8], as: admitted, in: tx)
        },
        Effect("accounts") { admitted, now, tx in
            try AccountStore.put(
                "ten_1", .init(version: .v2, sealedKey: [1], sealedSecrets: [1]), as: admitted, at: now, in: tx)
        },
        Effect("provider_apps") { admitted, now, tx in
            let app = ProviderApp(
                tenant: "ten_1", provider: .google, clientID: "1-app", sealedSecret: [1], directory: "common")
            try ProviderAppStore.put(app, isNewSecret: true, as: admitted, at: now, in: tx)
        },
    ]

    /// Ends of what an action was admitted with, and the code that it is refused with.
    private static let ends: [(code: Problem.Code, end: @Sendable (Timestamp, any Transaction) throws -> Void)] = [
        (.unauthenticated, { now, tx in _ = try APIKeyStore.delete("ten_1", "key_1", at: now, in: tx) }),
        (.unauthenticated, { _, tx in try TenantStore.update("ten_1", name: nil, status: .deleting, in: tx) }),
        (.tenantSuspended, { _, tx in try TenantStore.update("ten_1", name: nil, status: .suspended, in: tx) }),
        (
            .tenantSuspended,
            { _, tx in
                // Active again, but not without a break.
                try TenantStore.update("ten_1", name: nil, status: .suspended, in: tx)
                try TenantStore.update("ten_1", name: nil, status: .active, in: tx)
            }
        ),
        (.conflict, { now, tx in try GenerationStore.advance("ten_1", .user, "ann", at: now, in: tx) }),
        (.conflict, { now, tx in try GenerationStore.advance("ten_1", .app, "google", at: now, in: tx) }),
        (
            .conflict,
            { now, tx in
                try GenerationStore.advance("ten_1", .account, GenerationStore.account, at: now, in: tx)
            }
        ),
        (.notFound, { now, tx in try ConnectionStore.erase("ten_1", "con_0", at: now, in: tx) }),
    ]

    /// A tenant with a key, a connection and an endpoint.
    private func place() async throws -> TenantPlace {
        let place = try await TenantPlace()
        let now = place.now
        try await place.write { tx in
            let key = APIKey(
                id: "key_1", tenant: "ten_1", name: "k", scopes: [], createdAt: now, expiresAt: nil, lastUsedAt: nil)
            try APIKeyStore.insert(key, digest: [7], in: tx)
            try ConnectionStore.insert(Self.connection("con_0", at: now), in: tx)
            try EndpointStore.insert(Self.endpoint("ep_0", at: now), in: tx)
        }
        return place
    }

    /// Counts an effect's rows, but for those that `place` writes.
    private func count(_ effect: Effect, _ place: TenantPlace) async throws -> Int64 {
        let all = try await place.number("SELECT COUNT(*) AS n FROM \(Query(stringLiteral: effect.table))")
        return effect.table == "webhook_endpoints" ? all - 1 : all
    }

    @Test(arguments: effects) func `A store keeps nothing of an action whose admission has ended`(effect: Effect)
        async throws
    {
        let place = try await place()
        let now = place.now
        let admission = try await place.write { [tenant = place.tenant] tx in
            var admission = Admission(tenant, credential: .init(credential: .key("key_1"), digest: [7]))
            try admission.add(.user, "ann", in: tx)
            try admission.add(.app, "google", in: tx)
            try admission.add(.account, GenerationStore.account, in: tx)
            admission.require(connection: "con_0")
            return admission
        }
        for (code, end) in Self.ends {
            let problem = await place.problem {
                try await place.write { tx in
                    try end(now, tx)
                    try effect.write(admission.check(at: now, in: tx), now, tx)
                }
            }
            #expect(problem?.code == code)
        }
        #expect(try await count(effect, place) == 0)
        try await place.write { try effect.write(admission.check(at: now, in: $0), now, $0) }
        #expect(try await count(effect, place) == 1)
    }

    @Test(arguments: effects + effectsOfOperators)
    func `A store keeps nothing of an action that was admitted for another tenant`(effect: Effect) async throws {
        let place = try await place()
        let now = place.now
        let other = Tenant(
            id: "ten_2", slug: "two", name: "Two", status: .active, settings: TenantSettings(), createdAt: now)
        try await place.write { try TenantStore.insert(other, in: $0) }
        let problem = await place.problem {
            try await place.write { try effect.write(Admission(other).check(at: now, in: $0), now, $0) }
        }
        #expect(problem?.code == .notFound)
        #expect(try await count(effect, place) == 0)
    }

    @Test(arguments: effectsOfOperators)
    func `An operator's action on a tenant that is gone is refused, on a suspended one it is not`(effect: Effect)
        async throws
    {
        let place = try await place()
        let now = place.now
        let admission = OperatorAdmission(Operator(), place.tenant)
        let problem = await place.problem {
            try await place.write { tx in
                try TenantStore.delete("ten_1", in: tx)
                try effect.write(admission.check(in: tx), now, tx)
            }
        }
        #expect(problem?.code == .notFound)
        #expect(try await count(effect, place) == 0)
        try await place.write { tx in
            try TenantStore.update("ten_1", name: nil, status: .suspended, in: tx)
            try effect.write(admission.check(in: tx), now, tx)
        }
        #expect(try await count(effect, place) == 1)
    }
}
