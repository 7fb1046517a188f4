import JSONValue
import Logging
import OAuth
import SQL

/// What each kind of job does.
struct Jobs: Sendable {
    let database: any Database
    let clock: GatewayClock
    let vault: TenantKeys
    let calendars: CalendarService
    let events: EventService
    let broker: TokenBroker
    let disconnector: ConnectionTeardown
    let teardown: UpstreamTeardown
    let anonymiser: UserAnonymiser
    let refusedGrants: RefusedGrants
    let replayer: Replayer
    let binder: WebhookAttribution

    func register(with queue: JobRunner) {
        queue.handle(.deleteConnection) { job, lastTry in
            try await disconnector.run(job.tenant, job.subject, lastTry: lastTry)
        }
        queue.handle(.deleteCalendar) { job, lastTry in
            guard let calendar = try await calendar(job) else { return }
            try await calendars.remove(calendar, givingUp: lastTry)
        }
        queue.handle(.renewCalendars) { job, _ in try await calendars.renew(job.tenant, connection: job.subject) }
        queue.handle(.recoverCalendar) { job, _ in try await calendars.recover(job.tenant, rowID: job.subject) }
        queue.handle(.fillCalendar) { job, _ in
            guard let calendar = try await calendar(job) else { return }
            try await events.fill(calendar)
        }
        queue.handle(.renewAppCalendars) { job, _ in
            try await CalendarSecretStore.queueRest(job.tenant, job.subject, database, clock)
        }
        queue.handle(.revokeGrant) { job, lastTry in
            try await refusedGrants.revoke(job.tenant, job.subject, lastTry: lastTry)
        }
        queue.handle(.checkConnection) { job, _ in
            guard
                let connection = try await database.read({
                    try ConnectionStore.find(job.tenant, job.subject, user: nil, in: $0)
                }), connection.status == .active || connection.status == .blocked
            else { return }
            // A refusal marks the connection and tells the tenant; only a passing fault is worth another try.
            do {
                _ = try await broker.refresh(connection)
            } catch let fault as TokenError where !fault.isPassing {}
        }
        queue.handle(.deleteUserBots) { job, lastTry in try await endUser(job, lastTry: lastTry) }
        queue.handle(.endBot) { job, lastTry in
            do {
                try await teardown.end(job.tenant, bot: job.subject)
            } catch  where lastTry && !Task.isCancelled {
                teardown.logger.warning(
                    "a bot remained at Meeting BaaS",
                    metadata: ["tenant.id": .string(job.tenant), "bot.id": .string(job.subject)])
            }
        }
        queue.handle(.endCredential) { job, lastTry in
            do {
                try await teardown.end(job.tenant, credential: job.subject)
            } catch  where lastTry && !Task.isCancelled {
                teardown.logger.warning(
                    "a Zoom credential remained at Meeting BaaS",
                    metadata: ["tenant.id": .string(job.tenant), "credential.id": .string(job.subject)])
            }
        }
        queue.handle(.updateDeliveries) { job, _ in try await DeliveryUpdates.run(job, database, clock) }
        queue.handle(.hastenDeliveries) { job, _ in try await DeliveryUpdates.runHasten(job, database, clock) }
        queue.handle(.bindHeld) { job, _ in try await binder.runBindHeld(job, database, clock) }
        queue.handle(.endSessions) { job, _ in
            try await BackgroundWrites(database: database).repeatingByRows {
                try SessionStore.endSome(of: job.subject, tenant: job.tenant, limit: BackgroundWrites.rows, in: $0)
            }
        }
        queue.handle(.anonymiseUser) { job, _ in try await anonymiser.run(job.tenant, job.subject) }
        queue.handle(.replay) { job, lastTry in
            do {
                try await replayer.run(job.tenant, job.subject)
            } catch  where lastTry && !Task.isCancelled {
                try await replayer.giveUp(job.tenant, job.subject)
                throw error
            }
        }
        queue.handle(.deleteTenant) { job, lastTry in
            try await waitForDeletions(job, lastTry: lastTry)
            let remained = try await teardown.run(job.tenant, user: nil, lastTry: lastTry)
            if !remained.isEmpty {
                teardown.logger.warning(
                    "a tenant's things remained at Meeting BaaS",
                    metadata: ["tenant.id": .string(job.tenant), "remained": .string(remained.joined(separator: ", "))])
            }
            let vault = self.vault
            try await BackgroundWrites(database: database).repeating { tx in
                // Something may have come while Meeting BaaS was asked, or since the last batch.
                guard try !isBusy(job.tenant, lastTry, in: tx) else { throw Self.busy }
                if try TenantErasure.deleteRows(job.tenant, for: job, limit: BackgroundWrites.rows, in: tx) > 0 {
                    return true
                }
                try vault.destroyKey(of: job.tenant, in: tx)
                try TenantStore.delete(job.tenant, in: tx)
                return false
            }
        }
    }

    /// A user's bots and credentials are taken down; once the connections are gone too, the tenant is told what remained.
    private func endUser(_ job: Job, lastTry: Bool) async throws {
        try await eraseUser(job.tenant, job.subject)
        let remained = try await teardown.run(job.tenant, user: job.subject, lastTry: lastTry)
        let now = clock.now
        try await database.write { tx in
            guard let since = try GenerationStore.current(job.tenant, .user, job.subject, in: tx).since else { return }
            guard try lastTry || !ConnectionStore.hasUnfinished(job.tenant, user: job.subject, before: since, in: tx)
            else { throw Problem(.conflict, "The user's connections are still being taken down.") }
            try MessageStore.emit(
                "user.deleted", job.tenant,
                data: [
                    "user_id": .string(job.subject), "deleted_at": .string("\(since)"),
                    "remained": .array(remained.map { .string($0) }),
                ], context: MessageContext(), at: now, in: tx)
        }
    }

    /// The rows that the deletion of a user left for later: connections that are still to be taken down, and stored
    /// replies. What came since then belongs to whoever has the id now.
    private func eraseUser(_ tenant: String, _ user: String) async throws {
        let clock = self.clock
        try await BackgroundWrites(database: database).repeating { tx in
            guard let since = try GenerationStore.current(tenant, .user, user, in: tx).since,
                let settings = try TenantStore.find(id: tenant, in: tx)?.settings
            else { return false }
            return try disconnector.beginSome(
                tenant, user: user, before: since, settings: settings, at: clock.now,
                in: tx)
        }
        try await BackgroundWrites(database: database).repeatingByRows { tx in
            guard let since = try GenerationStore.current(tenant, .user, user, in: tx).since else { return 0 }
            return try IdempotencyStore.eraseSome(
                tenant, user: user, before: since, limit: BackgroundWrites.rows, in: tx)
        }
    }

    /// The tenant goes last: the deletions that it waits for tell what remained, and end by themselves.
    /// - Throws: `conflict` while one of them is left.
    private func waitForDeletions(_ job: Job, lastTry: Bool) async throws {
        let clock = self.clock
        try await BackgroundWrites(database: database).repeating { tx in
            guard let tenant = try TenantStore.find(id: job.tenant, in: tx) else { return false }
            return try disconnector.beginSome(
                tenant.id, settings: tenant.settings, at: clock.now, in: tx)
        }
        let tenant = job.tenant
        try await BackgroundWrites(database: database).repeatingByRows {
            try ConsentStore.deleteSome(tenant, user: nil, limit: BackgroundWrites.rows, in: $0)
        }
        let isDone = try await database.read { tx in
            try !isBusy(tenant, lastTry, in: tx) && ConnectionStore.list(tenant, limit: 1, in: tx).isEmpty
        }
        guard isDone else { throw Self.busy }
    }

    /// Returns whether other deletions of the tenant are to be done first, or a call may still bring something.
    /// Deletions end by themselves; what has no end is waited for until the last try.
    private func isBusy(_ tenant: String, _ lastTry: Bool, in tx: any Transaction) throws -> Bool {
        let deletions: [Job.Kind] = [
            .deleteConnection, .deleteCalendar, .deleteUserBots, .revokeGrant, .endBot, .endCredential,
        ]
        if try JobStore.waits(tenant, deletions, in: tx) { return true }
        // A calendar may still come of a call that is under way, or whose answer was lost.
        return try !lastTry
            && (RefusedGrants.hasAny(tenant, in: tx) || CalendarCreationStore.isAny(tenant: tenant, in: tx))
    }

    private static let busy = Problem(.conflict, "Other deletions of the tenant are still to be done.")

    private func calendar(_ job: Job) async throws -> ConnectedCalendar? {
        try await database.read { try CalendarStore.find(job.tenant, job.subject, user: nil, in: $0) }
    }
}
