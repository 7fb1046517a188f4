import JSONValue
import MeetingBaaS
import SQL
import Synchronization

/// Finds the owners of objects: in memory, in the database, which replies and webhooks fill, and for events at Meeting
/// BaaS, the only source for an event's calendar.
///
/// An event and a series lead to their calendar, and owners name users who may be deleted: calendars and users are cached by
/// themselves, so that the end of one takes effect by one notice. Ids are never used twice.
final class OwnershipResolver: Sendable {
    private let database: any Database
    private let entries = TTLCache<ObjectReference, OwnershipStore.Entry>(ttl: .seconds(600))
    private let users = TTLCache<UserReference, GenerationStore.Generation>(ttl: .seconds(600))

    /// Texts that many entries share: accounts and calendars.
    private let texts = Mutex<Set<String>>([])
    private static let textLimit = 50_000

    private struct UserReference: Hashable, Sendable {
        let tenant: String
        let id: String
    }

    /// The generation that was current before a query whose result is recorded.
    struct Generation: Sendable {
        fileprivate let entries: TTLCache<ObjectReference, OwnershipStore.Entry>.Generation
    }

    init(database: any Database) { self.database = database }

    /// The number of reads from the database.
    var misses: Int { entries.misses + users.misses }

    var generation: Generation { Generation(entries: entries.generation) }

    var invalidations: [Invalidation] {
        let (entries, users) = (self.entries, self.users)
        return [
            .drop(.owner, all: entries.invalidateAll) { payload in
                let parts = payload.split(separator: " ").map(String.init)
                guard parts.count == 3, let kind = ObjectKind(rawValue: parts[1]) else { return }
                for version in APIVersion.allCases {
                    entries.invalidate(ObjectReference(account: parts[0], version: version, kind: kind, id: parts[2]))
                }
            },
            .drop(.user, all: users.invalidateAll) { payload in
                let parts = payload.split(separator: " ").map(String.init)
                if parts.count == 2 { users.invalidate(UserReference(tenant: parts[0], id: parts[1])) }
            },
        ]
    }

    /// The owner as far as memory tells; nil when the database has to be asked.
    func cached(_ reference: ObjectReference) -> Owner? {
        switch entries.cached(reference) {
        case nil: return nil
        case .calendar(let calendar)?: return cached(calendar)
        case .owner(let owner, let made)?:
            guard let user = owner.user else { return owner }
            return users.cached(UserReference(tenant: owner.tenant, id: user)).map { owner.present(made, in: $0) }
        }
    }

    /// - Returns: nil when nobody is known to own it.
    func owner(of reference: ObjectReference) async throws -> Owner? {
        let reference = sharingTexts(reference)
        let entry = try await entries.value(for: reference) { [self] in try await read(reference) }
        switch entry {
        case nil: return nil
        case .calendar(let calendar)?: return try await owner(of: calendar)
        case .owner(let owner, let made)?: return try await present(owner, made: made)
        }
    }

    /// The same reference in memory that others use as well: an entry would have several texts of its own, and there may be
    /// two hundred thousand.
    private func sharingTexts(_ reference: ObjectReference) -> ObjectReference {
        texts.withLock { texts in
            func shared(_ text: String) -> String {
                if let index = texts.firstIndex(of: text) { return texts[index] }
                if texts.count >= Self.textLimit { texts.removeAll(keepingCapacity: true) }
                texts.insert(text)
                return text
            }
            return ObjectReference(
                account: shared(reference.account), version: reference.version, kind: reference.kind,
                id: reference.kind == .calendar ? shared(reference.id) : reference.id,
                calendar: reference.calendar.map(shared))
        }
    }

    private struct Found: Sendable {
        var entry: OwnershipStore.Entry?
        /// The calendar to which the entry leads.
        var calendar: (reference: ObjectReference, entry: OwnershipStore.Entry)?
        var user: (reference: UserReference, generation: GenerationStore.Generation)?
    }

    /// One query reads all that the answer depends on.
    private func read(_ reference: ObjectReference) async throws -> OwnershipStore.Entry? {
        let (ofEntries, ofUsers) = (entries.generation, users.generation)
        var found = try await database.read { tx in
            var found = Found(entry: try OwnershipStore.entry(reference, in: tx))
            var last = found.entry
            if case .calendar(let calendar)? = last {
                last = try OwnershipStore.entry(calendar, in: tx)
                found.calendar = last.map { (calendar, $0) }
            }
            if case .owner(let owner, _)? = last, let user = owner.user {
                found.user = (
                    UserReference(tenant: owner.tenant, id: user),
                    try GenerationStore.current(owner.tenant, .user, user, in: tx)
                )
            }
            return found
        }
        if case .calendar(let calendar)? = found.entry { found.entry = .calendar(sharingTexts(calendar)) }
        found.calendar = found.calendar.map { (sharingTexts($0.reference), $0.entry) }
        if let (reference, entry) = found.calendar { entries.insert(entry, for: reference, readIn: ofEntries) }
        if let (reference, generation) = found.user { users.insert(generation, for: reference, readIn: ofUsers) }
        return found.entry
    }

    private func present(_ owner: Owner, made: Timestamp) async throws -> Owner {
        guard let user = owner.user else { return owner }
        let database = self.database
        let generation = try await users.value(for: UserReference(tenant: owner.tenant, id: user)) {
            try await database.read { try GenerationStore.current(owner.tenant, .user, user, in: $0) }
        }
        return owner.present(made, in: generation ?? GenerationStore.Generation())
    }

    /// Meeting BaaS told that a series is of a calendar.
    /// - Parameter generation: the one before Meeting BaaS was asked.
    func record(_ series: ObjectReference, of calendar: String, in generation: Generation) {
        entries.insert(.calendar(series.ofCalendar(calendar)), for: series, readIn: generation.entries)
    }

    /// A reply told whose things these are. What is known to be somebody's stays that.
    func recordOwner(_ found: [(ObjectReference, Owner)], at now: Timestamp) async throws {
        let fresh = found.filter { cached($0.0) == nil }
        guard !fresh.isEmpty else { return }
        let generation = entries.generation
        let learned = try await database.write { tx in
            // The owners may be others than the caller's tenant.
            try tx.acrossTenants {
                try fresh.map { reference, owner in
                    try OwnershipStore.recordOwner(reference, owner, at: now, in: tx)
                    return try OwnershipStore.entry(reference, in: tx)
                }
            }
        }
        for ((reference, _), entry) in zip(fresh, learned) {
            if let entry { entries.insert(entry, for: reference, readIn: generation) }
        }
    }
}

extension Owner {
    /// The owner without a user who was deleted since the row was made.
    fileprivate func present(_ made: Timestamp, in generation: GenerationStore.Generation) -> Owner {
        let isPresent = generation.since.map { made > $0 } ?? true
        return isPresent ? self : Owner(tenant: tenant, user: nil, calendar: calendar, connection: connection)
    }
}
