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

    /// A calendar of the same account and version.
    func ofCalendar(_ id: String) -> ObjectReference {
        ObjectReference(account: account, version: version, kind: .calendar, id: id)
    }
}

/// The owner of an object.
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

/// The look-ups that find a tenant instead of asking within one: what decides whose a thing is.
enum OwnershipStore {
    /// The owner of an object as the rows name it.
    enum Entry: Sendable {
        /// It belongs to whoever has this calendar.
        case calendar(ObjectReference)
        /// - Parameters:
        ///   - owner: with the user that the row names, who may have been deleted since it was made.
        ///   - made: the time at which the row was made.
        case owner(Owner, made: Timestamp)
    }

    static func find(_ reference: ObjectReference, in tx: any Transaction) throws -> Owner? {
        try tx.acrossTenants {
            switch try entry(reference, in: tx) {
            case nil: return nil
            case .calendar(let calendar)?: return try find(calendar, in: tx)
            case .owner(let owner, let made)?:
                let user = try GenerationStore.present(owner.user, of: owner.tenant, made: made, in: tx)
                return Owner(tenant: owner.tenant, user: user, calendar: owner.calendar, connection: owner.connection)
            }
        }
    }

    static func entry(_ reference: ObjectReference, in tx: any Transaction) throws -> Entry? {
        let (account, id) = (reference.account, reference.id)
        switch reference.kind {
        case .calendar:
            guard let calendar = try CalendarStore.owner(account: account, calendarID: id, in: tx),
                calendar.version == reference.version, calendar.status != "deleting"
            else { return nil }
            let owner = Owner(
                tenant: calendar.tenant, user: calendar.user, calendar: id, connection: calendar.connection)
            return .owner(owner, made: calendar.createdAt)
        case .event:
            let known = try EventChangeLog.calendar(account: account, event: id, in: tx)
            return try known.map { .calendar(reference.ofCalendar($0)) } ?? learned(reference, in: tx)
        case .series:
            guard let calendar = reference.calendar.map({ reference.ofCalendar($0) }),
                case .owner(let owner, _)? = try entry(calendar, in: tx),
                try EventChangeLog.hasSeries(owner.tenant, calendar: calendar.id, series: id, in: tx)
            else { return nil }
            return .calendar(calendar)
        case .bot:
            guard let bot = try BotStore.owner(account: account, bot: id, in: tx) else { return nil }
            let owner = Owner(
                tenant: bot.tenant, user: bot.user, calendar: bot.calendarID, connection: bot.connection)
            return .owner(owner, made: bot.createdAt)
        case .zoomCredential: return try learned(reference, in: tx)
        }
    }

    private static func learned(_ reference: ObjectReference, in tx: any Transaction) throws -> Entry? {
        let row = try tx.first(
            """
            SELECT tenant_id, user_id, calendar_id, created_at FROM owned_objects
            WHERE account_id = \(reference.account) AND api_version = \(reference.version.rawValue)
                AND kind = \(reference.kind.rawValue) AND id = \(reference.id)
            """)
        guard let row else { return nil }
        if let calendar = try row.optionalText("calendar_id") {
            // Of a calendar that is gone nothing is left to see.
            return .calendar(reference.ofCalendar(calendar))
        }
        return .owner(
            Owner(tenant: try row.text("tenant_id"), user: try row.optionalText("user_id")),
            made: try row.time("created_at"))
    }

    /// A Zoom credential was made for its owner. One that is known to be somebody's stays that.
    static func insertCredential(
        _ reference: ObjectReference, _ owner: Owner, as admitted: Admitted, at now: Timestamp, in tx: any Transaction
    ) throws {
        try admitted.check(owns: owner.tenant)
        try recordOwner(reference, owner, at: now, in: tx)
    }

    /// A reply or a webhook told whose an object is. One that is known to be somebody's stays that.
    static func recordOwner(_ reference: ObjectReference, _ owner: Owner, at now: Timestamp, in tx: any Transaction)
        throws
    {
        try tx.run(
            """
            INSERT INTO owned_objects (account_id, api_version, kind, id, tenant_id, user_id, calendar_id, created_at)
            VALUES (\(reference.account), \(reference.version.rawValue), \(reference.kind.rawValue), \(reference.id),
                \(owner.tenant), \(owner.user), \(owner.calendar), \(now.milliseconds))
            ON CONFLICT (account_id, api_version, kind, id) DO NOTHING
            """)
    }

    static func delete(_ reference: ObjectReference, in tx: any Transaction) throws {
        try tx.run(
            """
            DELETE FROM owned_objects WHERE account_id = \(reference.account)
                AND api_version = \(reference.version.rawValue) AND kind = \(reference.kind.rawValue)
                AND id = \(reference.id)
            """)
        tx.notify(.owner(account: reference.account, reference.kind, reference.id))
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
