import JSONValue
import MeetingBaaS
import SQL
import Testing

@testable import Gateway

@Suite struct BotStoreTests {
    private static let now = StorePlace.now

    @Test(arguments: StoreEngine.all) func `Webhooks come in any order, and a final state stays`(engine: StoreEngine)
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func record(_ state: Bot.State, _ seconds: Double) throws -> Bot.State? {
                try BotStore.record(
                    rows.botRow(state: state, at: rows.made.adding(seconds: seconds)), at: Self.now, in: tx)
                return try BotStore.find(rows.tenant, bot: "bot", in: tx)?.state
            }
            #expect(try record(.joining, -1) == .recording, "an earlier one")
            #expect(try record(.joining, 1) == .joining && record(.failed, 0) == .failed)
            #expect(try record(.recording, 9) == .failed && record(.completed, 0) == .completed)
            #expect(try record(.failed, 10) == .completed)
            // Another tenant's word about it does not count.
            var foreign = place.other.botRow(state: .failed)
            foreign = Bot(
                accountID: rows.account, botID: "bot", tenant: place.other.tenant, eventID: nil, calendarID: nil,
                connection: nil, user: nil, state: foreign.state, stateAt: Self.now)
            try BotStore.record(foreign, at: Self.now, in: tx)
            try BotStore.insertIfNew(foreign, at: Self.now, in: tx)
            let found = try #require(try BotStore.owner(account: rows.account, bot: "bot", in: tx))
            #expect(found.tenant == rows.tenant && found.state == .completed && found.createdAt == rows.made)
            try BotStore.insertIfNew(rows.botRow("bot2", state: .joining, at: Self.now), at: Self.now, in: tx)
            #expect(try BotStore.latest(rows.tenant, event: "ev", in: tx)?.botID == "bot2")
            #expect(try BotStore.latest(rows.tenant, event: "none", in: tx) == nil)
            #expect(try BotStore.owner(account: "shared", bot: "bot2", in: tx) == nil)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `Running bots are listed by id, of a tenant or a user, made until a time`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            try BotStore.record(rows.botRow("b2", state: .completed), at: rows.made, in: tx)
            try BotStore.record(rows.botRow("b0", state: .joining), at: rows.made, in: tx)
            func running(_ user: String? = "ann", after id: String = "", limit: Int = 9, before: Timestamp = Self.now)
                throws
                -> [String]
            {
                let scope = UpstreamTeardown.Scope(tenant: rows.tenant, user: user, before: before)
                return try BotStore.running(scope, after: id, limit: limit, in: tx).map(\.botID)
            }
            #expect(try running() == ["b0", "bot"] && running(nil, limit: 1) == ["b0"])
            #expect(try running(after: "b0") == ["bot"] && running("bob") == [])
            #expect(try running(before: rows.made.adding(seconds: -1)) == [])
            func forget(_ limit: Int) throws -> Int {
                try BotStore.forgetUser(rows.tenant, user: "ann", before: Self.now, limit: limit, in: tx)
            }
            #expect(try [forget(0), forget(9), forget(9)] == [0, 1, 0], "running ones keep it")
            #expect(try BotStore.find(rows.tenant, bot: "b2", in: tx)?.user == nil)
        }
        let notices = try await place.notices { try BotStore.forgetUser(rows.botRow(), in: $0) }
        #expect(notices == ["owner \(rows.account) bot bot"])
        #expect(try await place.read { try BotStore.find(rows.tenant, bot: "bot", in: $0) }?.user == nil)
        #expect(try await place.read { try BotStore.find(place.other.tenant, bot: "bot", in: $0) }?.user == "ann")
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `A bot lives in its calendar's version, or in that of its request`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        try await place.write { tx in
            #expect(try BotStore.version(of: rows.botRow(), in: tx) == .v2)
            try tx.run("UPDATE calendars SET api_version = 'v1'")
            #expect(try BotStore.version(of: rows.botRow(), in: tx) == .v1)
            let free = rows.botRow(calendar: nil)
            #expect(try BotStore.version(of: free, in: tx) == .v2)
            try tx.run("UPDATE bot_orders SET api_version = 'v1'")
            #expect(try BotStore.version(of: free, in: tx) == .v1)
            #expect(try BotStore.version(of: rows.botRow("none", calendar: nil), in: tx) == .v2)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `A missing bot goes when it has ended, has no calendar and is of the present key`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func isThere() throws -> Bool { try BotStore.find(rows.tenant, bot: "bot", in: tx) != nil }
            func missing(_ change: Query) throws {
                try tx.run("UPDATE bots SET \(change) WHERE tenant_id = \(rows.tenant)")
                try BotStore.deleteMissing("bot", of: rows.tenant, account: rows.account, in: tx)
            }
            try missing("calendar_id = NULL")
            #expect(try isThere(), "it runs")
            try missing("state = 'completed', calendar_id = 'up'")
            #expect(try isThere(), "it goes with its calendar")
            #expect(try BotStore.isOfPresentAccount("bot", account: rows.account, in: tx))
            try GenerationStore.advance(rows.account, .account, GenerationStore.account, at: Self.now, in: tx)
            #expect(try !BotStore.isOfPresentAccount("bot", account: rows.account, in: tx))
            #expect(try BotStore.isOfPresentAccount("none", account: rows.account, in: tx))
            try missing("calendar_id = NULL")
            #expect(try isThere(), "another key proves nothing")
            try missing("account_generation = 1")
            #expect(try !isThere())
            #expect(try BotStore.find(place.other.tenant, bot: "bot", in: tx) != nil)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all)
    func `Bots that ended long ago go, and owners of events that were recorded long ago`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine, ["a"])
        let rows = place.rows
        try await place.write { tx in
            for (id, state) in [("b1", Bot.State.completed), ("b2", .failed), ("b3", .joining)] {
                try BotStore.record(rows.botRow(id, state: state, calendar: nil), at: rows.made, in: tx)
            }
            try BotStore.record(rows.botRow("b4", state: .completed), at: rows.made, in: tx)
            func prune(_ seconds: Double, limit: Int = 9) throws -> Bool {
                try BotStore.pruneEnded(at: rows.made.adding(seconds: seconds), limit: limit, in: tx)
            }
            #expect(try !prune(BotStore.keptAfterEnd - 1) && prune(BotStore.keptAfterEnd, limit: 1))
            #expect(try !prune(BotStore.keptAfterEnd))
            #expect(try tx.count("bots") == 3)
            #expect(try !prune(BotStore.keptAfterEnd + BotStore.endsWithin))
            #expect(try tx.count("bots") == 2, "those of the calendar")
            for number in 0..<2 {
                try OwnershipStore.recordOwner(
                    rows.object(.event, "e\(number)"), Owner(tenant: rows.tenant, user: nil), at: rows.made, in: tx)
            }
            let end = rows.made.adding(seconds: OwnershipStore.eventsKept)
            #expect(try !OwnershipStore.pruneEvents(at: end.adding(seconds: -1), limit: 1, in: tx))
            #expect(try OwnershipStore.pruneEvents(at: end, limit: 1, in: tx))
            #expect(try !OwnershipStore.pruneEvents(at: end, in: tx))
            #expect(try tx.count("owned_objects") == 1, "the credential")
        }
        await place.database.close()
    }

    // MARK: - owners

    @Test(arguments: StoreEngine.all)
    func `An object is found through its calendar, and of a deleted user it is the tenant's`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            func find(_ kind: ObjectKind, _ id: String, calendar: String? = nil) throws -> Owner? {
                var reference = rows.object(kind, id)
                reference.calendar = calendar
                return try OwnershipStore.find(reference, in: tx)
            }
            let owner = Owner(tenant: rows.tenant, user: "ann", calendar: "up", connection: rows.connection)
            #expect(try find(.calendar, "up") == owner && find(.event, "ev") == owner && find(.bot, "bot") == owner)
            #expect(try find(.series, "ser", calendar: "up") == owner && find(.series, "ser") == nil)
            #expect(try find(.series, "none", calendar: "up") == nil && find(.event, "none") == nil)
            #expect(try find(.zoomCredential, "zoom") == Owner(tenant: rows.tenant, user: "ann"))
            #expect(
                try OwnershipStore.find(ObjectReference(account: "shared", version: .v2, kind: .bot, id: "bot"), in: tx)
                    == nil)
            #expect(
                try OwnershipStore.find(
                    ObjectReference(account: rows.account, version: .v1, kind: .calendar, id: "up"), in: tx) == nil)
            try OwnershipStore.recordOwner(
                rows.object(.event, "e9"), Owner(tenant: rows.tenant, user: nil, calendar: "up"), at: Self.now, in: tx)
            #expect(try find(.event, "e9") == owner)
            if case .calendar(let calendar)? = try OwnershipStore.entry(rows.object(.event, "e9"), in: tx) {
                #expect(calendar.id == "up")
            } else {
                Issue.record("an event is its calendar's")
            }
            try GenerationStore.advance(rows.tenant, .user, "ann", at: Self.now, in: tx)
            #expect(try find(.calendar, "up")?.user == nil && find(.calendar, "up")?.tenant == rows.tenant)
            #expect(try find(.bot, "bot")?.user == nil && find(.zoomCredential, "zoom")?.user == nil)
            try CalendarStore.markDeleting(rows.tenant, rowID: rows.calendar, at: Self.now, in: tx)
            #expect(try find(.calendar, "up") == nil && find(.event, "ev") == nil)
        }
        await place.database.close()
    }

    @Test(arguments: StoreEngine.all) func `The first owner of an object stays, until it is deleted`(
        engine: StoreEngine
    )
        async throws
    {
        let place = try await StorePlace(engine)
        let rows = place.rows
        try await place.write { tx in
            let later = Owner(tenant: rows.tenant, user: "bob")
            try OwnershipStore.insertCredential(
                rows.zoom(), later, as: tx.admitted(rows.tenant), at: Self.now, in: tx)
            try OwnershipStore.recordOwner(rows.zoom("z2"), later, at: Self.now, in: tx)
            func ids(_ user: String?, _ kind: ObjectKind = .zoomCredential) throws -> Set<String> {
                try OwnershipStore.ids(
                    rows.tenant, user: user, account: rows.account, version: .v2, kind: kind, in: tx)
            }
            #expect(try ids("ann") == ["zoom"] && ids("bob") == ["z2"] && ids(nil) == ["zoom", "z2"])
            #expect(try ids(nil, .calendar) == ["up"] && ids(nil, .bot) == [])
            #expect(try OwnershipStore.credential(rows.tenant, "z2", in: tx) == rows.zoom("z2"))
            #expect(try OwnershipStore.credential(place.other.tenant, "z2", in: tx) == nil)
            func credentials(_ user: String?, before: Timestamp = Self.now) throws -> Set<String> {
                let scope = UpstreamTeardown.Scope(tenant: rows.tenant, user: user, before: before)
                return Set(try OwnershipStore.credentials(scope, in: tx).map(\.id))
            }
            #expect(try credentials("ann") == ["zoom"] && credentials(nil) == ["zoom", "z2"])
            #expect(try credentials(nil, before: rows.made) == ["zoom"])
        }
        #expect(
            try await place.notices { try OwnershipStore.delete(rows.zoom(), in: $0) }
                == ["owner \(rows.account) zoom_credential zoom"])
        #expect(try await place.read { try OwnershipStore.find(rows.zoom(), in: $0) } == nil)
        #expect(try await place.read { try OwnershipStore.find(place.other.zoom(), in: $0) } != nil)
        await place.database.close()
    }
}
