import HTTPTransport
import Logging
import MeetingBaaS
import SQL

/// Speaks to Meeting BaaS for the account that a thing lives in.
struct Upstream: Sendable {
    let database: any Database
    let accounts: AccountDirectory
    let baseURL: String
    let http: HTTPExchange
    let limiter: UpstreamLimiter
    let logger: Logger
    let metrics: UpstreamMetrics
    /// True if the tenant is asked about before each write.
    private(set) var asksForTenant = true

    init(
        database: any Database, accounts: AccountDirectory, baseURL: String, http: HTTPExchange,
        limiter: UpstreamLimiter,
        logger: Logger, metrics: UpstreamMetrics
    ) {
        self.database = database
        self.accounts = accounts
        self.baseURL = baseURL
        self.http = http
        self.limiter = limiter
        self.logger = logger
        self.metrics = metrics
    }

    /// The same for taking things down, which goes on for a tenant that is suspended or being deleted.
    var forRemoval: Upstream {
        var copy = self
        copy.asksForTenant = false
        return copy
    }

    /// Asks the database whether the tenant's writes may be sent: it may have been suspended while one waited.
    /// - Throws: `UpstreamError.callerSuspended`; `storageUnavailable` if the tenant's status cannot be read.
    func admit(_ tenant: String) async throws {
        guard asksForTenant else { return }
        let isActive: Bool
        do {
            isActive = try await database.read { try TenantStore.isActive(tenant, in: $0) }
        } catch {
            throw UpstreamError.storageUnavailable(retryAfter: 5)
        }
        guard isActive else { throw UpstreamError.callerSuspended }
    }

    /// - Parameter tenant: whose calls they will be: writes take turns by tenant.
    func api(for account: Account, tenant: String) -> any CalendarAPI {
        let client = client(for: account, tenant: tenant)
        return switch account.version {
        case .v1: V1(client)
        case .v2: V2(client)
        }
    }

    /// For calls that have no function in the API.
    func client(for account: Account, tenant: String) -> MeetingBaaS.UpstreamClient {
        let (metrics, limiter) = (self.metrics, self.limiter)
        return MeetingBaaS.UpstreamClient(
            baseURL: baseURL, key: account.apiKey, http: http,
            limiter: { operation, send in
                try await limiter.run(
                    operation, account: account.id, tenant: tenant, admit: { try await admit(tenant) },
                    signals: { reply in .init(status: reply.status) { reply.header($0) } }, send: send)
            },
            observe: { operation, error, took in
                metrics.upstreamCall(operation, error?.kind ?? "ok", took)
            })
    }
}

/// The problem of an upstream error. Upstream's own message may name other tenants' objects: only its code passes.
extension UpstreamError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .grantRefused:
            Problem(.upstreamRejected, "Meeting BaaS could not use the grant.", action: .wait)
        case .keyRefused:
            Problem(.notConfigured, "Meeting BaaS refuses the gateway's API key.", action: .operator)
        case .notFound: .notFound
        case .conflict(let code):
            Problem(.conflict, "Meeting BaaS refuses this in its present state (\(code)).", action: .user)
        case .rateLimited(let wait):
            Problem(
                .rateLimited, "Meeting BaaS's limit of writes a second is reached.", action: .wait, retryAfter: wait)
        case .quota(let code):
            Problem(.quotaExceeded, "The Meeting BaaS account's quota is used up (\(code)).", action: .operator)
        case .rejected(let status, let code, _):
            Problem(
                .upstreamRejected, "Meeting BaaS refused the request (\(code ?? "status \(status)")).", action: .tenant)
        case .unavailable(let status):
            Problem(
                .upstreamUnavailable, "Meeting BaaS answered with status \(status).", action: .wait, retryAfter: 10)
        case .transport(let error):
            Problem(.upstreamUnavailable, "Meeting BaaS did not answer (\(error)).", action: .wait, retryAfter: 10)
        case .overloaded(let wait):
            Problem(
                .upstreamUnavailable, "Meeting BaaS is not asked at the moment: too many calls wait or have failed.",
                action: .wait, retryAfter: wait)
        case .storageUnavailable(let wait):
            Problem(.storageUnavailable, "Storage did not answer; try again.", action: .wait, retryAfter: wait)
        case .callerSuspended:
            Problem(
                .tenantSuspended, "The tenant is suspended; the operator of this gateway can tell why.",
                action: .operator)
        case .malformed:
            Problem(
                .upstreamUnavailable, "Meeting BaaS's answer could not be read.", action: .wait, retryAfter: 10)
        }
    }
}
