import JSONValue
import OAuth
import SQL
import Testing

@testable import Gateway

extension Admitted {
    /// The admission of an action with an existing key of the tenant.
    static func test(_ tenant: String, in tx: any Transaction) throws -> Admitted {
        let tenant = try #require(try TenantStore.find(id: tenant, in: tx), "a test's tenant")
        return try Admission(tenant).check(at: Timestamp(milliseconds: 0), in: tx)
    }
}

// Rows that tests need, written as by a caller of their tenant.

extension SessionStore {
    static func insert(_ session: Session, digest: [UInt8], in tx: any Transaction) throws {
        try insert(session, digest: digest, as: .test(session.tenant, in: tx), in: tx)
    }
}

extension APIKeyStore {
    static func insert(_ key: APIKey, digest: [UInt8], in tx: any Transaction) throws {
        try insert(key, digest: digest, as: .test(key.tenant, in: tx), in: tx)
    }
}

extension AccountStore {
    static func put(_ tenant: String, _ account: Stored, at now: Timestamp, in tx: any Transaction) throws {
        try put(tenant, account, as: .test(tenant, in: tx), at: now, in: tx)
    }
}

extension ProviderAppStore {
    static func put(_ app: ProviderApp, isNewSecret: Bool, at now: Timestamp, in tx: any Transaction) throws {
        try put(app, isNewSecret: isNewSecret, as: .test(app.tenant, in: tx), at: now, in: tx)
    }
}

extension EndpointStore {
    static func insert(_ endpoint: Endpoint, in tx: any Transaction) throws {
        try insert(endpoint, as: .test(endpoint.tenant, in: tx), in: tx)
    }
}

extension ReplayStore {
    static func begin(
        _ endpoint: Endpoint, since: Timestamp, until: Timestamp?, types: [String]?, statuses: [Replay.Status],
        at now: Timestamp, in tx: any Transaction
    ) throws -> Replay {
        try begin(
            endpoint, since: since, until: until, types: types, statuses: statuses,
            as: .test(endpoint.tenant, in: tx), at: now, in: tx)
    }
}

extension ConnectionStore {
    static func insert(_ connection: Connection, in tx: any Transaction) throws {
        try insert(connection, as: .test(connection.tenant, in: tx), in: tx)
    }
}

extension CalendarStore {
    static func insert(_ calendar: ConnectedCalendar, in tx: any Transaction) throws {
        try insert(calendar, as: .test(calendar.tenant, in: tx), in: tx)
    }
}
