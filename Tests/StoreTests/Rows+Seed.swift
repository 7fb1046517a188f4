import JSONValue
import MeetingBaaS
import OAuth
import SQL
import Sealing

@testable import Gateway

extension Rows {
    /// Writes a tenant with at least one row in each table that holds rows of tenants.
    static func seed(_ name: String, _ keys: TenantKeys, in tx: any Transaction) throws -> Rows {
        var rows = Rows(name)
        let tenant = rows.tenant
        try TenantStore.insert(rows.tenantRow(), in: tx)
        try keys.createKey(for: tenant, in: tx)
        try rows.seedIdentity(in: tx)
        rows.claim = try rows.seedConnections(in: tx)
        try rows.seedCalendars(in: tx)
        (rows.delivery, rows.replay) = try rows.seedMessages(in: tx)
        try rows.seedBots(in: tx)
        return rows
    }

    private func seedIdentity(in tx: any Transaction) throws {
        let admitted = try tx.admitted(tenant)
        try APIKeyStore.insert(apiKey(), digest: digest("key"), as: admitted, in: tx)
        try FormerKeyStore.insert(
            digest("former"), of: key, tenant: tenant, until: StorePlace.now.adding(seconds: 60), at: made, in: tx)
        try SessionStore.insert(sessionRow(), digest: digest("session"), as: admitted, in: tx)
        try AccountStore.put(
            tenant, .init(version: .v2, sealedKey: [1], sealedSecrets: [1]), as: admitted, at: made, in: tx)
        try AccountStore.setKeyDigest(tenant, digest("account"), in: tx)
        try AccountStore.noteWebhook(account, at: made, in: tx)
        _ = try AccountBudgetStore.take(account, .init(others: 1), at: made, in: tx)
        try GenerationStore.advance(tenant, .user, "gone", at: made, in: tx)
        try DailyQuota.takeBot(tenant, limit: nil, at: made, in: tx)
        _ = try IdempotencyStore.claim(idempotencyRow, as: "claim", user: user, at: made, in: tx)
        _ = try IdempotencyStore.finish(idempotencyRow, claim: "claim", user: user, [7, 7], in: tx)
        try IdempotencyQuota.count([7, 7], idempotencyRow, at: made, in: tx)
        try JobStore.add(EndBotJob.kind, tenant, bot, at: made, in: tx)
    }

    private func seedConnections(in tx: any Transaction) throws -> String {
        let admitted = try tx.admitted(tenant)
        let app = ProviderApp(
            tenant: tenant, provider: .google, clientID: "100-app", sealedSecret: [1], directory: "common")
        try ProviderAppStore.put(app, isNewSecret: true, as: admitted, at: made, in: tx)
        try ConnectionStore.insert(connectionRow(), as: admitted, in: tx)
        try ConsentStore.insert(consent(), as: admitted, in: tx)
        let sealer = try TenantSealer(tenant: tenant, key: .random())
        try RefusedGrants.add(
            SecretBytes("token"), tenant: tenant, clientID: "100-app", subject: subject, sealer: sealer, at: made,
            in: tx)
        return try GrantClaimStore.insert(
            GoogleGrant(clientID: "100-app", subject: "claimed"), tenant: tenant, connection: connection, at: made,
            in: tx)
    }

    private func seedCalendars(in tx: any Transaction) throws {
        let admitted = try tx.admitted(tenant)
        try CalendarStore.insert(calendarRow(), as: admitted, in: tx)
        try CalendarCreationStore.insert(creationRow(), as: admitted, in: tx)
        try UnclaimedCalendarStore.record(unclaimedRow(), in: tx)
        _ = try EventChangeLog.record([observation()], of: calendarRow(), from: .list, at: made, in: tx)
        try RecordingStore.put(recordingRow(), as: admitted, at: made, in: tx)
        try SeriesExceptionStore.add(tenant, calendar: upstream, event: event, series: series, at: made, in: tx)
    }

    /// - Returns: the ids of a delivery and a replay.
    private func seedMessages(in tx: any Transaction) throws -> (String, String) {
        let admitted = try tx.admitted(tenant)
        try EndpointStore.insert(endpointRow(), as: admitted, in: tx)
        _ = try callbackRow.store(as: admitted, in: tx)
        let former = Endpoint.FormerSecret(
            id: "fsc-\(name)", sealed: [2], until: StorePlace.now.adding(seconds: 60))
        try EndpointStore.rotate(endpointRow(), sealedSecret: [3], former: former, at: made, in: tx)
        try MessageStore.insert(messageRow(), source: source("src"), in: tx)
        let delivery = try DeliveryStore.list(tenant, .init(message: message), after: nil, limit: 1, in: tx)[0].id
        try AttemptStore.insert(attempt(of: delivery), tenant: tenant, sealedResponse: nil, in: tx)
        try MessageStore.hold(
            quarantined, type: "bot.status_change", body: [1, 2, 3], calendar: "lost", bot: "lost",
            source: source("held"), at: made, in: tx)
        let replay = try ReplayStore.begin(
            endpointRow(), since: made.adding(seconds: -60), until: nil, types: nil, statuses: [.dead, .none],
            as: admitted, at: made, in: tx)
        return (delivery, replay.id)
    }

    private func seedBots(in tx: any Transaction) throws {
        let admitted = try tx.admitted(tenant)
        try BotCreationStore.insert(orderRow(reference: reference, endpoint: callback), as: admitted, in: tx)
        try BotCreationStore.setRequest(orderRow(), [4], allOccurrences: false, series: series, in: tx)
        try BotStore.record(botRow(), at: made, in: tx)
        try OwnershipStore.insertCredential(
            zoom(), Owner(tenant: tenant, user: user), as: admitted, at: made, in: tx)
    }
}

/// All rows of a tenant, for comparison.
enum Dump {
    /// The tables, with the condition for a tenant's rows.
    static let tables: [(name: String, column: Query)] = [
        ("accounts", "tenant_id"), ("api_keys", "tenant_id"), ("attempts", "tenant_id"), ("bot_orders", "tenant_id"),
        ("bots", "tenant_id"), ("calendar_creations", "tenant_id"), ("calendars", "tenant_id"),
        ("connections", "tenant_id"), ("consents", "tenant_id"), ("daily_uses", "tenant_id"),
        ("deliveries", "tenant_id"), ("delivery_counts", "tenant_id"), ("event_changes", "tenant_id"),
        ("former_api_keys", "tenant_id"), ("former_endpoint_secrets", "tenant_id"), ("generations", "tenant_id"),
        ("grant_claims", "tenant_id"), ("idempotency_keys", "tenant_id"), ("idempotency_use", "tenant_id"),
        ("jobs", "tenant_id"), ("messages", "COALESCE(tenant_id, account_id)"), ("owned_objects", "tenant_id"),
        ("provider_apps", "tenant_id"), ("recordings", "tenant_id"), ("refused_grants", "tenant_id"),
        ("replays", "tenant_id"), ("series_exceptions", "tenant_id"), ("sessions", "tenant_id"),
        ("webhook_endpoints", "tenant_id"), ("tenants", "id"), ("vault_keys", "name"),
        ("account_budgets", "account_id"), ("account_states", "account_id"), ("quarantine_counts", "account_id"),
        ("unclaimed_calendars", "account_id"),
    ]

    /// Tables whose rows belong to no tenant.
    static let common: Set<String> = [
        "database_moves", "leases", "object_leases", "queue_counts", "readiness_probes", "replicas", "request_reports",
        "revocations",
    ]

    /// Each row as a text.
    static func rows(of tenant: String, in tx: any Transaction) throws -> [String] {
        try tables.flatMap { table in
            let name = Query(stringLiteral: table.name)
            return try tx.run("SELECT * FROM \(name) WHERE \(table.column) = \(tenant)")
                .map { "\(table.name): \(text(of: $0))" }.sorted()
        }
    }

    /// The columns in the order of their names. A row has no list of them for its readers.
    private static func text(of row: Row) -> String {
        let parts = Mirror(reflecting: row).children.map(\.value)
        let names = parts.lazy.flatMap { Mirror(reflecting: $0).children }.compactMap { $0.value as? [String] }.first
        guard let names, let values = parts.lazy.compactMap({ $0 as? [Value] }).first else {
            preconditionFailure("a row has another form: \(row)")
        }
        return zip(names, values).sorted { $0.0 < $1.0 }.map { "\($0.0) = \($0.1)" }.joined(separator: ", ")
    }

    /// A text without the ids and secrets that are drawn anew each time.
    static func normalized(_ text: String) -> String {
        text.replacing(/(msg|dlv|rpl|job|grt)_[0-9a-v]{26}/) { "\($0.output.1)_" }
            .replacing(/blob\(\[[0-9, ]{60,}\]\)/, with: "blob")
    }
}
