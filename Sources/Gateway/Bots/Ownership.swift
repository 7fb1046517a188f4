import JSONValue
import MeetingBaaS
import SQL

/// One object at Meeting BaaS, in the account and the version that made it.
struct ObjectReference: Hashable, Sendable {
    let account: String
    let version: APIVersion
    let kind: ObjectKind
    let id: String
    /// The calendar that the object must belong to, where the call names one.
    var calendar: String?
}

/// Whose an object is.
struct Owner: Sendable, Equatable {
    let tenant: String
    /// nil: the tenant's alone.
    let user: String?
    var calendar: String?
    var connection: String?
}

extension Caller {
    func owns(_ owner: Owner) -> Bool { owner.tenant == tenant.id && (user == nil || owner.user == user) }
}

/// Who owns what: from memory, from the database, where replies and webhooks have put it, and for events from Meeting
/// BaaS, which alone says to which calendar an event belongs.
final class OwnershipResolver: Sendable {
    private let database: any Database
    /// Ids are never used twice, so that what is remembered is at worst late to see a deletion.
    private let remembered = TTLCache<ObjectReference, Owner>(life: .seconds(10))

    init(database: any Database) { self.database = database }

    /// How often the database had to be asked.
    var reads: Int { remembered.reads }

    func known(_ reference: ObjectReference) -> Owner? { remembered.known(reference) }
    func note(_ reference: ObjectReference, _ owner: Owner) { remembered.note(reference, owner) }
    func forget() { remembered.forget() }

    /// - Returns: nil when nobody is known to own it.
    func owner(of reference: ObjectReference) async throws -> Owner? {
        let database = self.database
        return try await remembered.value(reference) {
            try await database.read { try OwnershipStore.find(reference, in: $0) }
        }
    }

    /// A reply told whose things these are. What is known to be somebody's stays that.
    func learn(_ found: [(ObjectReference, Owner)], at now: Timestamp) async throws {
        let fresh = found.filter { known($0.0) == nil }
        guard !fresh.isEmpty else { return }
        let owners = try await database.write { tx in
            try fresh.map { reference, owner in
                try OwnershipStore.learn(reference, owner, at: now, in: tx)
                return try OwnershipStore.find(reference, in: tx)
            }
        }
        for ((reference, _), owner) in zip(fresh, owners) {
            if let owner { remembered.note(reference, owner) }
        }
    }
}

/// The look-ups that find a tenant instead of asking within one: what decides whose a thing is.
enum OwnershipStore {
    static func find(_ reference: ObjectReference, in tx: any Transaction) throws -> Owner? {
        let (account, id) = (reference.account, reference.id)
        switch reference.kind {
        case .calendar: return try calendar(account, id, reference.version, in: tx)
        case .event:
            let known = try EventChangeLog.calendar(account: account, event: id, in: tx)
            if let known { return try calendar(account, known, reference.version, in: tx) }
            return try learned(reference, in: tx)
        case .series:
            guard let calendar = reference.calendar,
                let owner = try self.calendar(account, calendar, reference.version, in: tx),
                try EventChangeLog.hasSeries(owner.tenant, calendar: calendar, series: id, in: tx)
            else { return nil }
            return owner
        case .bot:
            guard let bot = try BotStore.owner(account: account, bot: id, in: tx) else { return nil }
            let user = try GenerationStore.present(bot.user, of: bot.tenant, made: bot.createdAt, in: tx)
            return Owner(tenant: bot.tenant, user: user, calendar: bot.calendarID, connection: bot.connection)
        case .zoomCredential: return try learned(reference, in: tx)
        }
    }

    private static func calendar(
        _ account: String, _ id: String, _ version: APIVersion, in tx: any Transaction
    ) throws -> Owner? {
        guard let calendar = try CalendarStore.owner(account: account, calendarID: id, in: tx),
            calendar.version == version, calendar.status != "deleting"
        else { return nil }
        let user = try GenerationStore.present(calendar.user, of: calendar.tenant, made: calendar.createdAt, in: tx)
        return Owner(tenant: calendar.tenant, user: user, calendar: id, connection: calendar.connection)
    }

    private static func learned(_ reference: ObjectReference, in tx: any Transaction) throws -> Owner? {
        let row = try tx.first(
            """
            SELECT tenant_id, user_id, calendar_id, created_at FROM owned_objects
            WHERE account_id = \(reference.account) AND api_version = \(reference.version.rawValue)
                AND kind = \(reference.kind.rawValue) AND id = \(reference.id)
            """)
        guard let row else { return nil }
        if let calendar = try row.optionalText("calendar_id") {
            // Of a calendar that is gone nothing is left to see.
            return try self.calendar(reference.account, calendar, reference.version, in: tx)
        }
        let tenant = try row.text("tenant_id")
        let user = try GenerationStore.present(
            row.optionalText("user_id"), of: tenant, made: Timestamp(milliseconds: row.integer("created_at")), in: tx)
        return Owner(tenant: tenant, user: user)
    }

    static func learn(_ reference: ObjectReference, _ owner: Owner, at now: Timestamp, in tx: any Transaction) throws {
        try tx.run(
            """
            INSERT INTO owned_objects (account_id, api_version, kind, id, tenant_id, user_id, calendar_id, created_at)
            VALUES (\(reference.account), \(reference.version.rawValue), \(reference.kind.rawValue), \(reference.id),
                \(owner.tenant), \(owner.user), \(owner.calendar), \(now.milliseconds))
            ON CONFLICT (account_id, api_version, kind, id) DO NOTHING
            """)
    }

    static func forget(_ reference: ObjectReference, in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM owned_objects WHERE account_id = \(reference.account)
                AND api_version = \(reference.version.rawValue) AND kind = \(reference.kind.rawValue)
                AND id = \(reference.id)
            """)
    }

    /// The ids of the caller's objects of a kind that is listed whole.
    static func ids(
        _ tenant: String, user: String?, account: String, version: APIVersion, kind: ObjectKind,
        in tx: any Transaction
    ) throws -> Set<String> {
        if kind == .calendar {
            return Set(try CalendarStore.ids(tenant, user: user, account: account, version: version, in: tx))
        }
        let rows = try tx.run(
            """
            SELECT id FROM owned_objects WHERE tenant_id = \(tenant) AND account_id = \(account)
                AND api_version = \(version.rawValue) AND kind = \(kind.rawValue)
                AND \(GenerationStore.owned(by: user, tenant: tenant))
            """)
        return Set(try rows.map { try $0.text("id") })
    }

    /// A tenant's Zoom credential.
    static func credential(_ tenant: String, _ id: String, in tx: any Transaction) throws -> ObjectReference? {
        try tx.first(
            """
            SELECT account_id, api_version FROM owned_objects
            WHERE tenant_id = \(tenant) AND id = \(id) AND kind = \(ObjectKind.zoomCredential.rawValue)
            """
        ).map { row in
            ObjectReference(
                account: try row.text("account_id"), version: APIVersion(rawValue: try row.text("api_version")) ?? .v2,
                kind: .zoomCredential, id: id)
        }
    }

    /// Zoom's credentials of a tenant or a user.
    static func credentials(_ scope: UpstreamTeardown.Scope, in tx: any Transaction) throws -> [ObjectReference] {
        try tx.run(
            """
            SELECT account_id, api_version, id FROM owned_objects
            WHERE tenant_id = \(scope.tenant) AND (CAST(\(scope.user) AS TEXT) IS NULL OR user_id = \(scope.user))
                AND created_at <= \(scope.before.milliseconds) AND kind = \(ObjectKind.zoomCredential.rawValue)
            """
        ).map { row in
            ObjectReference(
                account: try row.text("account_id"), version: APIVersion(rawValue: try row.text("api_version")) ?? .v2,
                kind: .zoomCredential, id: try row.text("id"))
        }
    }
}
