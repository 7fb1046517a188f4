import JSONValue
import MeetingBaaS
import OAuth
import SQL
import Sealing

@testable import Gateway

private let now = StorePlace.now

extension TenantCall {
    static let identity: [TenantCall] = [
        .init("TenantStore.find(id:)") { try TenantStore.find(id: $0.tenant, in: $1) as Any },
        .init("TenantStore.isActive") { try TenantStore.isActive($0.tenant, in: $1) },
        .init("TenantStore.update(name:)") {
            try TenantStore.update($0.tenant, name: "New", status: .suspended, in: $1)
        },
        .init("TenantStore.update(settings:)") { rows, tx in
            var settings = TenantSettings()
            settings.allowedOrigins = ["https://app.example.com"]
            return try TenantStore.update(rows.tenant, settings: settings, in: tx)
        },
        .init("TenantStore.delete") { try TenantStore.delete($0.tenant, in: $1) },
        .init("TenantKeys.hasKey") { try TenantKeys.hasKey(of: $0.tenant, in: $1) },
        .init("TenantMessageCounters.advance") {
            try TenantMessageCounters.advance($0.tenant, adding: 5, in: $1) as Any
        },
        .init("TenantMessageCounters.position") { try TenantMessageCounters.position(of: $0.tenant, in: $1) },
        .init("TenantMessageCounters.add") { try TenantMessageCounters.add(5, to: $0.tenant, in: $1) },
        .init("TenantMessageCounters.find") {
            try TenantMessageCounters.find($0.tenant, hasAccount: AccountStore.isOwned, in: $1) as Any
        },
        .init("TenantMessageCounters.setTold") { try TenantMessageCounters.setTold($0.tenant, at: now, in: $1) },
        .init("APIKeyStore.list") { try APIKeyStore.list($0.tenant, in: $1) },
        .init("APIKeyStore.find") { try APIKeyStore.find($0.tenant, $0.key, in: $1) as Any },
        .init("APIKeyStore.delete") { try APIKeyStore.delete($0.tenant, $0.key, at: now, in: $1) },
        .init("APIKeyStore.rotate") {
            try APIKeyStore.rotate(
                $0.tenant, $0.key, digest: [99], previousUntil: now.adding(seconds: 5), at: now, in: $1)
        },
        .init("APIKeyStore.touch") { try APIKeyStore.touch($0.tenant, $0.key, at: now, in: $1) },
        .init("FormerKeyStore.digests") { try FormerKeyStore.digests(of: $0.key, tenant: $0.tenant, in: $1) },
        .init("SessionStore.delete") { try SessionStore.delete($0.tenant, $0.session, user: $0.user, in: $1) },
        .init("SessionStore.deleteAll") { try SessionStore.deleteAll($0.tenant, user: $0.user, in: $1) },
        .init("SessionStore.end") { rows, tx in
            _ = try APIKeyStore.rotate(
                rows.tenant, rows.key, digest: [99], previousUntil: now.adding(seconds: 5), at: now, in: tx)
            return try SessionStore.end(ofKey: rows.key, tenant: rows.tenant, in: tx) as Any
        },
        // Without the key's row it ends the sessions of the key: those of the tenant alone.
        .init("SessionStore.endAll, endSome") { rows, tx in
            try tx.run("DELETE FROM api_keys WHERE tenant_id = \(rows.tenant)")
            try SessionStore.endAll(of: rows.key, tenant: rows.tenant, at: now, in: tx)
            return try SessionStore.endSome(of: rows.key, tenant: rows.tenant, limit: 10, in: tx)
        },
        .init("UserAnonymisation.queue") { rows, tx in
            guard try TenantKeys.hasKey(of: rows.tenant, in: tx) else { return "" }
            return try UserAnonymisation.queue(rows.tenant, at: now, in: tx)
        },
        .init("GenerationStore.current") { try GenerationStore.current($0.tenant, .user, "gone", in: $1) },
        .init("GenerationStore.advance") { rows, tx in
            guard try TenantKeys.hasKey(of: rows.tenant, in: tx) else { return "" }
            return try GenerationStore.advance(rows.tenant, .user, "gone", at: now, in: tx)
        },
        .init("GenerationStore.present") {
            try GenerationStore.present("gone", of: $0.tenant, made: $0.made, in: $1) as Any
        },
        .init("GenerationStore.users") {
            try GenerationStore.users(
                $0.tenant, deletedIn: Timestamp(milliseconds: 0)..<Timestamp(milliseconds: .max), in: $1)
        },
        .init("JobStore.remove") { try JobStore.remove(EndBotJob.kind, $0.tenant, $0.bot, in: $1) },
        .init("JobStore.removeAll") { try JobStore.removeAll($0.tenant, except: "", limit: 100, in: $1) },
        .init("JobStore.waits") { try JobStore.waits($0.tenant, [EndBotJob.kind, ReplayJob.kind], in: $1) },
        .init("JobStore.hasten") { rows, tx in
            try tx.run(
                """
                UPDATE jobs SET last_error = 'tenant_suspended', due_at = \(now.adding(seconds: 9).milliseconds)
                WHERE tenant_id = \(rows.tenant)
                """)
            return try JobStore.hasten(rows.tenant, at: now, limit: 100, in: tx)
        },
        .init("JobStore.claim") { rows, tx in
            try JobStore.claim(
                [.init(tenant: rows.tenant, kind: EndBotJob.kind, due: now)], running: [], at: now, in: tx
            ).map(\.tenant)
        },
        .init("TenantErasure.deleteRows") { rows, tx in
            let job = QueuedJob(
                id: "", tenant: rows.tenant, kind: .deleteTenant, subject: rows.tenant, attempts: 0, deadline: now,
                version: 0, lease: 0)
            let steps: [ErasureStep] = [.recordings, .calendars, .accounts, .identity, .core]
            return try TenantErasure.deleteRows(rows.tenant, steps, for: job, limit: 1_000, in: tx)
        },
    ]

    static let accounts: [TenantCall] = [
        .init("AccountStore.find") { try AccountStore.find($0.tenant, in: $1) as Any },
        .init("AccountStore.delete") { try AccountStore.delete($0.tenant, in: $1) },
        .init("AccountStore.setKeyDigest") { try AccountStore.setKeyDigest($0.tenant, [98], in: $1) },
        .init("AccountStore.noteWebhook") { try AccountStore.noteWebhook($0.account, at: now, in: $1) },
        .init("AccountStore.lastWebhook") { try AccountStore.lastWebhook($0.account, in: $1) as Any },
        .init("AccountStore.takeSync, releaseSync") { rows, tx in
            try tx.run(
                "UPDATE account_states SET last_sync_at = \(now.milliseconds) WHERE account_id = \(rows.account)")
            let isTaken = try AccountStore.takeSync(rows.account, at: now, in: tx)
            try AccountStore.releaseSync(rows.account, in: tx)
            return [isTaken, try AccountStore.takeSync(rows.account, at: now, in: tx)]
        },
        .init("AccountStore.reconciledAt") { rows, tx in
            try AccountStore.setReconciled(rows.account, at: now, in: tx)
            return try AccountStore.reconciledAt(rows.account, in: tx) as Any
        },
        .init("DailyQuota.takeBot") { rows, tx in
            try rows.ifPresent(in: tx) { try DailyQuota.takeBot(rows.tenant, limit: 2, at: rows.made, in: tx) }
        },
        .init("DailyQuota.returnBot") { try DailyQuota.returnBot($0.tenant, takenAt: $0.made, in: $1) },
        .init("IdempotencyStore.claim") {
            try IdempotencyStore.claim($0.idempotencyRow, as: "claim2", at: now, in: $1)
        },
        .init("IdempotencyStore.release") { rows, tx in
            try tx.run("UPDATE idempotency_keys SET sealed_reply = NULL WHERE tenant_id = \(rows.tenant)")
            return try IdempotencyStore.release(rows.idempotencyRow, claim: "claim", hasDoneNothing: true, in: tx)
        },
        .init("IdempotencyStore.markSent, finish") { rows, tx in
            try tx.run("UPDATE idempotency_keys SET sealed_reply = NULL WHERE tenant_id = \(rows.tenant)")
            return [
                try IdempotencyStore.markSent(rows.idempotencyRow, claim: "claim", at: now, in: tx),
                try IdempotencyStore.finish(rows.idempotencyRow, claim: "claim", user: nil, [6], in: tx),
            ]
        },
        .init("IdempotencyStore.eraseSome") {
            try IdempotencyStore.eraseSome($0.tenant, user: $0.user, before: now, limit: 10, in: $1)
        },
        .init("IdempotencyQuota.check") { rows, tx in
            try tx.run("UPDATE idempotency_use SET bytes = \(1 << 40) WHERE tenant_id = \(rows.tenant)")
            let unknown = IdempotencyStore.Row(tenant: rows.tenant, id: "new", fingerprint: [])
            return try IdempotencyQuota.check(unknown, at: now, in: tx)
        },
        .init("IdempotencyQuota.count") { try IdempotencyQuota.count([8], $0.idempotencyRow, at: now, in: $1) },
    ]
}

extension Rows {
    /// Rows with a foreign key need their tenant.
    func ifPresent<T>(in tx: any Transaction, _ body: () throws -> T) throws -> Any {
        guard try TenantKeys.hasKey(of: tenant, in: tx) else { return "" }
        return try body()
    }
}
