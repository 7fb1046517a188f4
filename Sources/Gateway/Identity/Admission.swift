import Hummingbird
import JSONValue
import OAuth
import SQL

/// The state in which an action was admitted. The transaction that stores the action's effect checks it again, so that
/// what ended during a wait stays ended: a revoked key or session, a suspended or deleted tenant, a deleted user, a
/// changed provider app or account. The stores require it: see `Admitted`.
struct Admission: Sendable {
    let tenant: String
    let tenantGeneration: Int64
    /// nil for an action without a caller: a provider's redirect, a job.
    var credential: Proof?
    var generations: [Named] = []
    /// Conditions of other features that must still hold, like the presence of what the action uses.
    var conditions: [@Sendable (any Transaction) throws -> Void] = []

    /// The digest of a credential, by which it is looked up.
    struct Proof: Sendable {
        let credential: Caller.Credential
        let digest: [UInt8]
    }

    /// The generation that something had.
    struct Named: Sendable {
        let kind: GenerationStore.Kind
        let id: String
        let number: Int64
    }

    init(_ tenant: Tenant, credential: Proof? = nil) {
        self.tenant = tenant.id
        tenantGeneration = tenant.generation
        self.credential = credential
    }

    /// Adds what the action depends on, with the generation it has now. To be called before anything else of it is read.
    mutating func add(_ kind: GenerationStore.Kind, _ id: String, in tx: any Transaction) throws {
        let number = try GenerationStore.current(tenant, kind, id, in: tx).number
        generations.append(Named(kind: kind, id: id, number: number))
    }

    /// Compares everything with what is there now. To be called by `check`, which tells the stores.
    func verify(at now: Timestamp, in tx: any Transaction) throws {
        guard let tenant = try TenantStore.find(id: tenant, in: tx), tenant.status != .deleting else {
            throw Authenticator.refusal
        }
        try checkCredential(at: now, in: tx)
        guard tenant.status == .active, tenant.generation == tenantGeneration else {
            throw Authenticator.suspended
        }
        for named in generations
        where try GenerationStore.current(tenant.id, named.kind, named.id, in: tx).number != named.number {
            throw named.kind.ended
        }
        for condition in conditions { try condition(tx) }
    }

    private func checkCredential(at now: Timestamp, in tx: any Transaction) throws {
        guard let credential else { return }
        let isValid =
            switch credential.credential {
            case .key: try APIKeyStore.find(digest: credential.digest, at: now, in: tx) != nil
            case .session: try SessionStore.find(digest: credential.digest, at: now, in: tx) != nil
            }
        guard isValid else { throw Authenticator.refusal }
    }
}

extension GenerationStore.Kind {
    /// The refusal of what was admitted in a generation that has ended.
    var ended: Problem {
        switch self {
        case .user: Problem(.conflict, "The user was deleted while this request was under way.", action: .tenant)
        case .app:
            Problem(
                .conflict, "The provider app was changed while this request was under way; start again.",
                action: .user)
        case .account:
            Problem(
                .conflict, "The Meeting BaaS account was changed while this request was under way; try again.",
                action: .wait)
        }
    }
}

extension Caller {
    /// The caller's own admission, without anything else that an action may depend on.
    var admission: Admission {
        var admission = Admission(tenant, credential: proof.map { .init(credential: credential, digest: $0) })
        if let user, let userGeneration {
            admission.generations.append(.init(kind: .user, id: user, number: userGeneration))
        }
        return admission
    }
}

extension Database {
    /// Admits an action that will wait for something: checks the caller again, since the body may have taken long, and
    /// notes the generations of what the action depends on.
    /// - Parameter user: the user that the action is for.
    func admit(
        _ caller: Caller, user: String? = nil, app: ProviderName? = nil, at now: Timestamp
    ) async throws -> Admission {
        try await read { tx in
            var admission = caller.admission
            try admission.check(at: now, in: tx)
            if let user = user ?? caller.user, caller.userGeneration == nil || user != caller.user {
                try admission.add(.user, user, in: tx)
            }
            if let app { try admission.add(.app, app.rawValue, in: tx) }
            return admission
        }
    }

    /// A write on behalf of a caller. The caller's credential and tenant are checked again in the same transaction: the
    /// body may have taken long to arrive.
    /// - Throws: `unauthenticated` or `tenant_suspended`, and what `body` throws.
    func write<T: Sendable>(
        as caller: Caller, at now: Timestamp, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        let admission = caller.admission
        return try await write { tx in
            try admission.check(at: now, in: tx)
            return try body(tx)
        }
    }

    /// The same for work whose reply is stored under the request's Idempotency-Key.
    func writeReply(
        as caller: Caller, at now: Timestamp, _ body: @escaping @Sendable (any Transaction) throws -> BufferedResponse
    ) async throws -> Response {
        let admission = caller.admission
        return try await writeReply { tx in
            try admission.check(at: now, in: tx)
            return try body(tx)
        }
    }
}
