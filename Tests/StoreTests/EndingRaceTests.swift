import JSONValue
import MeetingBaaS
import OAuth
import SQL
import Testing

@testable import Gateway

/// Something ends while an action that depends on it waits: the action's effect is refused, or ends with it. Nothing of it is
/// left, whichever of the two comes first.
struct EndingRaceTests {
    private static let now = StorePlace.now

    /// An action that was admitted before its wait, and the end of something it depends on.
    struct Pair: Sendable, CustomTestStringConvertible {
        let name: String
        let admit: @Sendable (inout Admission, any Transaction) throws -> Void
        let act: @Sendable (Rows, Admitted, Int, any Transaction) throws -> Void
        let end: @Sendable (Rows, any Transaction) throws -> Void
        /// Rows that must not be there in the end.
        let left: @Sendable (Rows, any Transaction) throws -> Int64
        var testDescription: String { name }
    }

    private static let deletion = ConnectionDeletion(dependents: .calendars)

    static let pairs: [Pair] = [
        Pair(
            name: "a session, and its user", admit: { try $0.add(.user, "eve", in: $1) },
            act: { rows, admitted, number, tx in
                let session = rows.sessionRow("new\(number)", user: "eve")
                try SessionStore.insert(session, digest: [UInt8(number)], as: admitted, in: tx)
            },
            end: { rows, tx in
                try GenerationStore.advance(rows.tenant, .user, "eve", at: now, in: tx)
                try SessionStore.deleteAll(rows.tenant, user: "eve", in: tx)
            }, left: { _, tx in try tx.count("sessions WHERE user_id = 'eve'") }),
        Pair(
            name: "a session, and the key that mints it", admit: { _, _ in },
            act: { rows, admitted, number, tx in
                try SessionStore.insert(
                    rows.sessionRow("new\(number)", user: "eve"), digest: [UInt8(number)], as: admitted, in: tx)
            },
            end: { rows, tx in _ = try APIKeyStore.delete(rows.tenant, rows.key, at: now, in: tx) },
            left: { rows, tx in try tx.count("sessions WHERE key_id = \(rows.key)") }),
        Pair(
            name: "a connection, and its user", admit: { try $0.add(.user, "eve", in: $1) },
            act: { rows, admitted, number, tx in
                try ConnectionStore.insert(
                    rows.connectionRow("new\(number)", user: "eve", subject: "s\(number)", at: now), as: admitted,
                    in: tx)
            },
            end: { rows, tx in
                try GenerationStore.advance(rows.tenant, .user, "eve", at: now, in: tx)
                _ = try deletion.beginSome(
                    rows.tenant, user: "eve", before: now, settings: TenantSettings(), at: now, in: tx)
            }, left: { _, tx in try tx.count("connections WHERE user_id = 'eve' AND status <> 'deleting'") }),
        Pair(
            name: "a consent, and its user", admit: { try $0.add(.user, "eve", in: $1) },
            act: { rows, admitted, number, tx in
                try ConsentStore.insert(rows.consent("s\(number)", user: "eve"), as: admitted, in: tx)
            },
            end: { rows, tx in
                try GenerationStore.advance(rows.tenant, .user, "eve", at: now, in: tx)
                _ = try ConsentStore.deleteSome(rows.tenant, user: "eve", limit: 100, in: tx)
            }, left: { _, tx in try tx.count("consents WHERE user_id = 'eve'") }),
        Pair(
            name: "a calendar, and its connection", admit: { admission, _ in admission.require(connection: "con-a") },
            act: { rows, admitted, number, tx in
                let calendar = rows.calendarRow("new\(number)", raw: "r\(number)", upstream: "u\(number)", user: "eve")
                try CalendarStore.insert(calendar, as: admitted, in: tx)
            },
            end: { rows, tx in
                _ = try deletion.begin(rows.connectionRow(), settings: TenantSettings(), at: now, in: tx)
            }, left: { _, tx in try tx.count("calendars WHERE user_id = 'eve' AND status <> 'deleting'") }),
        Pair(
            name: "a calendar, and the key of its account",
            admit: { try $0.add(.account, GenerationStore.account, in: $1) },
            act: { rows, admitted, number, tx in
                let calendar = rows.calendarRow("new\(number)", raw: "r\(number)", upstream: "u\(number)")
                try CalendarStore.insert(calendar, as: admitted, in: tx)
            },
            end: { rows, tx in
                try GenerationStore.advance(rows.account, .account, GenerationStore.account, at: now, in: tx)
            },
            left: { rows, tx in
                let calendars = try CalendarStore.list(rows.tenant, user: nil, after: nil, limit: 100, in: tx)
                return Int64(try calendars.count { try CalendarStore.isOfPresentAccount($0, in: tx) })
            }),
        Pair(
            name: "a bot's request, and its tenant", admit: { _, _ in },
            act: { rows, admitted, number, tx in
                try BotCreationStore.insert(rows.orderRow("new\(number)"), as: admitted, in: tx)
            },
            end: { rows, tx in
                try TenantStore.update(rows.tenant, name: nil, status: .deleting, in: tx)
                _ = try ExpiredRows.all(of: rows.tenant, in: "bot_orders", key: "marker").expire(in: tx)
            }, left: { rows, tx in try tx.count("bot_orders WHERE tenant_id = \(rows.tenant)") }),
        Pair(
            name: "a session, and its tenant that was suspended and is active again", admit: { _, _ in },
            act: { rows, admitted, number, tx in
                let session = rows.sessionRow("new\(number)", user: "eve")
                try SessionStore.insert(session, digest: [UInt8(number)], as: admitted, in: tx)
            },
            end: { rows, tx in
                try TenantStore.update(rows.tenant, name: nil, status: .suspended, in: tx)
                try TenantStore.update(rows.tenant, name: nil, status: .active, in: tx)
                try SessionStore.deleteAll(rows.tenant, user: "eve", in: tx)
            }, left: { _, tx in try tx.count("sessions WHERE user_id = 'eve'") }),
        Pair(
            name: "a refreshed grant, and its connection", admit: { _, _ in },
            act: { rows, _, _, tx in
                guard let read = try ConnectionStore.find(rows.tenant, rows.connection, user: nil, in: tx) else {
                    return
                }
                _ = try ConnectionStore.saveRefreshed(read, from: read.status, copies: .calendars, at: now, in: tx)
            },
            end: { rows, tx in
                _ = try deletion.begin(rows.connectionRow(), settings: TenantSettings(), at: now, in: tx)
                try ConnectionStore.erase(rows.tenant, rows.connection, at: now, in: tx)
            }, left: { _, tx in try tx.count("connections WHERE sealed_refresh_token IS NOT NULL") }),
    ]

    @Test(arguments: StoreEngine.all, Callers.allCases)
    func `Nothing is left of an action whose ground ended during its wait`(engine: StoreEngine, callers: Callers)
        async throws
    {
        for pair in Self.pairs {
            let place = try await StorePlace(engine, ["a"])
            let rows = place.rows
            let admission = try await place.read { tx in
                let tenant = try #require(try TenantStore.find(id: rows.tenant, in: tx))
                var admission = Admission(
                    tenant, credential: .init(credential: .key(rows.key), digest: rows.digest("key")))
                try pair.admit(&admission, tx)
                try admission.verify(at: Self.now, in: tx)
                return admission
            }
            // One of them ends it, the others act.
            let results = try await callers.race(place) { number, database in
                try await database.write { tx in
                    guard number != 3 else { return try pair.end(rows, tx) }
                    try pair.act(rows, admission.check(at: Self.now, in: tx), number, tx)
                }
            }
            for case .failure(let error) in results {
                #expect(error is Problem, "\(pair.name): \(error)")
            }
            #expect(try await place.read { try pair.left(rows, $0) } == 0, "\(pair.name)")
            await place.database.close()
        }
    }

    /// An operator's action on a tenant that was deleted while it waited.
    @Test(arguments: StoreEngine.all, Callers.allCases) func `An operator's action needs the tenant alone`(
        engine: StoreEngine, callers: Callers
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        let tenant = rows.tenantRow()
        let results = try await callers.race(place) { number, database in
            try await database.write { tx in
                guard number != 3 else { return try TenantStore.delete(rows.tenant, in: tx) }
                let admitted = try OperatorAdmission(Operator(), tenant).check(in: tx)
                try APIKeyStore.insert(rows.apiKey("new\(number)"), digest: [UInt8(number)], as: admitted, in: tx)
            }
        }
        for case .failure(let error) in results { #expect((error as? Problem)?.code == .notFound) }
        #expect(try await place.count("api_keys") == 0)
        await place.database.close()
    }
}
