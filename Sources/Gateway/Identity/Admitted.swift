import HTTPTypes
import Hummingbird
import JSONValue
import SQL

/// The proof that an action's admission holds in the transaction under way.
///
/// Only `Admission.check` and `OperatorAdmission.check` make one, and it cannot leave its transaction, since it is not
/// `Sendable`. Stores that keep the effect of an action which may have waited require it, so a write without the check does
/// not compile:
/// - `SessionStore.insert`, `APIKeyStore.insert`
/// - `AccountStore.put`, `ProviderAppStore.put`
/// - `EndpointStore.insert`, `ReplayStore.begin`
/// - `ConnectionStore.insert` and `save`, `ConsentStore.insert`
/// - `CalendarStore.insert`, `CalendarCreationStore.insert`
/// - `BotCreationStore.insert`, `OwnershipStore.insertCredential`
/// - `RecordingStore.put`
///
/// Other effects carry a number of their own that the store compares: a refreshed grant the connection's generation
/// (`ConnectionStore.saveRefreshed`), a stored reply the claim of its Idempotency-Key, the outcome of a job its lease. What a
/// webhook or a reply of Meeting BaaS tells is a fact, which is kept whoever asked for it.
struct Admitted {
    let tenant: String

    fileprivate init(tenant: String) { self.tenant = tenant }

    /// Checks that a row which is about to be written is of the tenant for which the action was admitted.
    /// - Throws: `not_found`.
    func check(owns tenant: String) throws {
        guard tenant == self.tenant else { throw Problem.notFound }
    }
}

@available(*, unavailable) extension Admitted: Sendable {}

extension Admission {
    /// - Throws: `unauthenticated`, `tenant_suspended`, `conflict` naming what ended, or `not_found` for a connection that is
    ///   gone.
    @discardableResult
    func check(at now: Timestamp, in tx: any Transaction) throws -> Admitted {
        try verify(at: now, in: tx)
        return Admitted(tenant: tenant)
    }
}

/// The state in which an operator's action on a tenant was admitted. The tenant may be suspended.
struct OperatorAdmission: Sendable {
    let tenant: String

    init(_: Operator, _ tenant: Tenant) { self.tenant = tenant.id }

    /// - Throws: `not_found` when the tenant is gone.
    func check(in tx: any Transaction) throws -> Admitted {
        guard try TenantStore.find(id: tenant, in: tx) != nil else { throw Problem.notFound }
        return Admitted(tenant: tenant)
    }
}

extension Database {
    /// A write on behalf of a caller. The caller's credential and tenant are checked again in the same transaction: the
    /// body may have taken long to arrive.
    /// - Throws: `unauthenticated` or `tenant_suspended`, and what `body` throws.
    func write<T: Sendable>(
        as caller: Caller, at now: Timestamp, _ body: @escaping @Sendable (any Transaction, Admitted) throws -> T
    ) async throws -> T {
        let admission = caller.admission
        return try await write { tx in try body(tx, admission.check(at: now, in: tx)) }
    }

    /// The same for work that is all in this database: the reply is stored under the request's Idempotency-Key.
    func writeReply(
        as caller: Caller, at now: Timestamp,
        _ body: @escaping @Sendable (any Transaction, Admitted) throws -> BufferedResponse
    ) async throws -> Response {
        let admission = caller.admission
        return try await writeReply { tx in try body(tx, admission.check(at: now, in: tx)) }
    }
}
