import JSONValue
import Logging
import MeetingBaaS
import ServiceLifecycle
import SQL

/// Resolves calendar creations of unknown outcome, and stores upstream calendars without an owner.
///
/// Once a minute it lists the accounts in which a call has ended without a known outcome; every quarter of an hour it
/// lists every account that is in use.
struct CalendarWatch: Service {
    /// The versions in which calendars or bots live in an account.
    typealias Versions = @Sendable (_ account: String, any Transaction) throws -> [APIVersion]

    let database: any Database
    let replica: Replica
    let clock: GatewayClock
    let adoption: CalendarAdoption
    let versions: Versions
    let logger: Logger

    private static let pause = Duration.seconds(60)
    /// Rounds between two lists of every account.
    private static let everybody = 15
    /// Seconds after which a creation is checked only in rounds over all accounts; ambiguous ones wait for the
    /// operator.
    private static let recent = 3_600.0

    /// An account in one version.
    private struct AccountVersion: Hashable {
        let account: String
        let version: APIVersion
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                // No event shows the outcome of a call that was lost, so the service polls.
                try? await Task.sleep(for: Self.pause)
                if Task.isCancelled { return }
                do {
                    guard try await replica.has(.calendarWatch) else { continue }
                    try await self.round(all: round.isMultiple(of: Self.everybody))
                } catch {
                    logger.error("calendar creations cannot be settled", metadata: ["error": "\(type(of: error))"])
                }
                round += 1
            }
        }
    }

    /// - Parameter all: lists every account in use.
    func round(all: Bool) async throws {
        let now = clock.now
        let writes = BackgroundWrites(database: database)
        for rows in CalendarCreationStore.ofErasedTenants + [UnclaimedCalendarStore.ofErasedTenants] {
            try await writes.expire(rows)
        }
        let ended = try await database.read { try CalendarCreationStore.ended(at: now, in: $0) }
        var due: [AccountVersion: [CalendarCreation]] = [:]
        for creation in ended where all || now.seconds(since: creation.beganAt) < Self.recent {
            due[AccountVersion(account: creation.accountID, version: creation.version), default: []].append(creation)
        }
        if all { for target in try await inUse() { due[target] = due[target] ?? [] } }
        for (target, creations) in due.sorted(by: { $0.key.account < $1.key.account }) {
            guard let account = try? await adoption.account(target.account)?.speaking(target.version) else { continue }
            do {
                let listing = try await adoption.list(account)
                for creation in creations { await settle(creation, listing) }
            } catch {
                let kind = (error as? UpstreamError)?.kind ?? "\(type(of: error))"
                logger.warning(
                    "an account's calendars cannot be listed, will be tried again",
                    metadata: ["account.id": .string(target.account), "error": .string(kind)])
            }
        }
    }

    private func inUse() async throws -> [AccountVersion] {
        let versions = self.versions
        return try await database.read { tx in
            try (AccountStore.owners(in: tx) + [Account.sharedID]).flatMap { id in
                try versions(id, tx).map { AccountVersion(account: id, version: $0) }
            }
        }
    }

    /// One that fails stands in no other's way.
    private func settle(_ creation: CalendarCreation, _ listing: CalendarAdoption.Listing) async {
        let name = CalendarAdoption.leaseName(creation.accountID, creation.provider, raw: creation.rawCalendarID)
        do {
            try await adoption.leases.withLease(name) {
                // A call that was under way may have its outcome by now.
                guard let present = try await database.read({ try CalendarCreationStore.find(creation.rowID, in: $0) })
                else { return }
                _ = try await adoption.settle(present, in: listing)
            }
        } catch {
            let kind = (error as? UpstreamError)?.kind ?? "\(type(of: error))"
            logger.warning(
                "a calendar's creation cannot be settled, will be tried again",
                metadata: [
                    "tenant.id": .string(creation.tenant), "calendar.id": .string(creation.rowID),
                    "error": .string(kind),
                ])
        }
    }
}
