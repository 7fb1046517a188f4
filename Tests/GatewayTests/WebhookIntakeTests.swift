import JSONValue
import Logging
import MeetingBaaS
import OAuth
import SQL
import Testing

@testable import Gateway

/// The one function that stores webhooks, for each way that they come, without HTTP.
@Suite struct WebhookIntakeTests {
    /// A tenant with two endpoints, and the intake over its database.
    private struct WebhookPlace {
        let tenant: TenantPlace
        let webhookIntake: WebhookIntake

        init(_ settings: TenantSettings = TenantSettings(), hasOwnAccount: Bool = false) async throws {
            tenant = try await TenantPlace(settings, hasOwnAccount: hasOwnAccount)
            try await tenant.write { try RetentionTests.endpoints(2, of: "ten_1", in: $0) }
            webhookIntake = WebhookIntake(
                database: tenant.database,
                attribution: WebhookAttribution(changeLog: EventChangeLog(tenantKeys: tenant.tenantKeys)),
                storage: MessageTrimming(
                    database: tenant.database, clock: tenant.clock,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
                metrics: CounterSet(.webhooks, factory: PrometheusFactory()))
        }

        func webhook(
            _ bot: String, _ event: String = "bot.completed", by entry: WebhookIntake.Entry,
            of account: String = Account.sharedID, mark: String = ""
        ) throws -> WebhookIntake.Webhook {
            let body: JSON = ["event": .string(event), "data": ["bot_id": .string(bot), "mark": .string(mark)]]
            let given = try #require(WebhookPayload(body.bytes))
            return WebhookIntake.Webhook(given, body.bytes, by: entry, of: account, at: tenant.now)
        }

        /// A bot whose owner is known.
        func bot(of account: String = Account.sharedID) async throws -> String {
            let (bot, now) = (newUUID(), tenant.now)
            try await tenant.write { tx in
                try BotStore.insertIfNew(
                    Bot(
                        accountID: account, botID: bot, tenant: "ten_1", eventID: nil, calendarID: nil,
                        connection: nil, user: nil, state: .joining, stateAt: now), at: now, in: tx)
            }
            return bot
        }

        /// A bot's order with a callback to the tenant's own URL.
        func order(_ reference: String, bot: String?, _ version: APIVersion = .v2) async throws -> BotCreation {
            let endpoint = Endpoint(
                id: "ep_\(reference)", tenant: "ten_1", url: "https://hooks.example.com/own", description: nil,
                eventTypes: [], status: .enabled, sealedSecret: [1], createdAt: tenant.now, callbackMethod: "POST")
            let order = BotCreation(
                correlationID: "order_\(reference)", tenant: "ten_1", user: nil, accountID: Account.sharedID,
                version: version, botID: bot, reference: reference, endpointID: endpoint.id, createdAt: tenant.now)
            try await tenant.write { tx in
                try EndpointStore.insert(endpoint, in: tx)
                try BotCreationStore.insert(order, as: .test("ten_1", in: tx), in: tx)
            }
            return order
        }

        /// Takes the callback's URL back.
        func takeBack(_ order: BotCreation) async throws {
            var change = order
            change.correlationID = "back_\(order.correlationID)"
            (change.reference, change.endpointID, change.callbackOf) = (nil, nil, order.correlationID)
            change.createdAt = tenant.now.adding(seconds: 1)
            let row = change
            try await tenant.write { try BotCreationStore.insert(row, as: .test("ten_1", in: $0), in: $0) }
        }

        func count(_ rows: Query) async throws -> Int64 {
            try await tenant.number("SELECT COUNT(*) AS n FROM \(rows)")
        }

        /// The numbers of messages and of deliveries.
        var stored: [Int64] { get async throws { [try await count("messages"), try await count("deliveries")] } }
    }

    @Test func `The account's webhook is stored once, with a delivery for each endpoint`() async throws {
        let place = try await WebhookPlace()
        let bot = try await place.bot()
        let webhook = try place.webhook(bot, by: .account(svixID: "msg_1"))
        #expect(try await place.webhookIntake.store(webhook) == .attributed)
        #expect(try await place.webhookIntake.store(webhook) == .duplicate)
        #expect(try await place.stored == [1, 2])
        #expect(try await place.count("messages WHERE tenant_id = 'ten_1' AND bot_id = \(bot)") == 1)
        #expect(try await place.count("bots WHERE state = 'completed'") == 1, "what it says is recorded")
        #expect(try await place.count("account_states WHERE last_webhook_at IS NOT NULL") == 1)
    }

    @Test func `A webhook without an owner is quarantined, and attributed once a later one names it`() async throws {
        let place = try await WebhookPlace()
        let bot = newUUID()
        let first = try place.webhook(bot, "bot.status_change", by: .account(svixID: "msg_1"))
        #expect(try await place.webhookIntake.store(first) == .quarantined)
        #expect(try await place.webhookIntake.store(first) == .duplicate)
        #expect(try await place.count("messages WHERE tenant_id IS NULL") == 1)
        let order = try await place.order("one", bot: nil)
        let body: JSON = [
            "event": "bot.completed", "data": ["bot_id": .string(bot)],
            "extra": [AttributionTags.correlationIDKey: .string(order.correlationID)],
        ]
        let given = try #require(WebhookPayload(body.bytes))
        let second = WebhookIntake.Webhook(
            given, body.bytes, by: .account(svixID: "msg_2"), of: Account.sharedID, at: place.tenant.now)
        #expect(try await place.webhookIntake.store(second) == .attributed)
        #expect(try await place.count("messages WHERE tenant_id = 'ten_1'") == 2)
        #expect(try await place.stored == [2, 4])
    }

    @Test func `Webhooks that wait for an owner are bounded`() async throws {
        let place = try await WebhookPlace()
        let known = try await place.bot()
        _ = try await place.webhookIntake.store(place.webhook(newUUID(), by: .account(svixID: "msg_1")))
        for (count, bytes) in [(WebhookIntake.quarantineLimit, 1), (1, WebhookIntake.quarantineBytes)] {
            try await place.tenant.write { tx in
                try tx.run("UPDATE quarantine_counts SET n = \(count), bytes = \(bytes)")
            }
            let problem = await place.tenant.problem {
                _ = try await place.webhookIntake.store(place.webhook(newUUID(), by: .account(svixID: "msg_2")))
            }
            #expect(problem?.code == .storageUnavailable)
        }
        let owned = try place.webhook(known, by: .account(svixID: "msg_3"))
        #expect(try await place.webhookIntake.store(owned) == .attributed, "those with an owner are stored")
    }

    @Test func `A tenant's own account has room for its webhooks or refuses them, and the shared one stores them`()
        async throws
    {
        var settings = TenantSettings()
        settings.limits.messageBytes = 1
        let place = try await WebhookPlace(settings, hasOwnAccount: true)
        let (own, shared) = (try await place.bot(of: "ten_1"), try await place.bot())
        let problem = await place.tenant.problem {
            _ = try await place.webhookIntake.store(place.webhook(own, by: .account(svixID: "msg_1"), of: "ten_1"))
        }
        #expect(problem?.code == .storageUnavailable)
        #expect(try await place.stored == [0, 0], "nothing is written")
        #expect(try await place.count("account_states") == 0, "nothing is written")
        #expect(
            try await place.webhookIntake.store(place.webhook(shared, by: .account(svixID: "msg_1"))) == .attributed)
    }

    @Test func `A callback goes to its own URL alone, once`() async throws {
        let place = try await WebhookPlace()
        let bot = newUUID()
        _ = try await place.order("one", bot: bot)
        let callback = try place.webhook(bot, by: .callback(reference: "one"))
        #expect(try await place.webhookIntake.store(callback) == .callback)
        #expect(try await place.webhookIntake.store(callback) == .duplicate)
        #expect(try await place.count("deliveries WHERE endpoint_id = 'ep_one'") == 1)
        #expect(try await place.stored == [1, 1])
        #expect(try await place.count("bots WHERE bot_id = \(bot) AND state = 'completed'") == 1)
    }

    @Test func `A callback about another bot is stored and not believed`() async throws {
        let place = try await WebhookPlace()
        let (bot, other) = (newUUID(), newUUID())
        _ = try await place.order("one", bot: bot)
        let callback = try place.webhook(other, by: .callback(reference: "one"))
        #expect(try await place.webhookIntake.store(callback) == .callback)
        #expect(try await place.count("bots") == 0)
        #expect(try await place.stored == [1, 1])
    }

    @Test(arguments: [APIVersion.v1, .v2])
    func `A callback to a URL that was taken back is version 1's webhook, and version 2's goes nowhere`(
        version: APIVersion
    ) async throws {
        let place = try await WebhookPlace()
        let bot = newUUID()
        let order = try await place.order("one", bot: bot, version)
        try await place.takeBack(order)
        let callback = try place.webhook(bot, by: .callback(reference: "one"))
        #expect(try await place.webhookIntake.store(callback) == .callback)
        #expect(try await place.webhookIntake.store(callback) == .duplicate)
        #expect(try await place.stored == [1, version == .v1 ? 2 : 0])
        #expect(try await place.count("deliveries WHERE endpoint_id = 'ep_one'") == 0)
    }

    @Test func `The reconciler's message is marked, made once, and its late webhook is no other one`() async throws {
        let place = try await WebhookPlace()
        let bot = try await place.bot()
        let key = "bot/\(bot)/bot.completed"
        let found = try place.webhook(bot, by: .reconciler(dedupKey: key))
        #expect(try await place.webhookIntake.store(found) == .reconciled)
        #expect(try await place.webhookIntake.store(found) == .duplicate)
        #expect(try await place.count("messages WHERE reconciled = 1 AND source_id = \("reconciled/" + key)") == 1)
        let late = try place.webhook(bot, by: .account(svixID: "msg_1"))
        #expect(try await place.webhookIntake.store(late) == .duplicate)
        #expect(try await place.stored == [1, 2])
        // Hours later it was asked for again.
        place.tenant.move(seconds: 7 * 3_600)
        let again = try place.webhook(bot, by: .account(svixID: "msg_2"))
        #expect(try await place.webhookIntake.store(again) == .attributed)
        // An end that came by itself needs no reconciler.
        let other = try place.webhook(bot, by: .reconciler(dedupKey: "another"))
        #expect(try await place.webhookIntake.store(other) == .duplicate)
        let unknown = try place.webhook(newUUID(), by: .reconciler(dedupKey: "unknown"))
        #expect(try await place.webhookIntake.store(unknown) == .unowned)
        #expect(try await place.count("messages WHERE tenant_id IS NOT NULL") == 2)
        #expect(try await place.stored == [2, 4])
    }

    @Test func `The reconciler's message goes to the bot's own URL as well, unless it had the end`() async throws {
        let place = try await WebhookPlace()
        let (missed, published) = (newUUID(), newUUID())
        for (bot, reference) in [(missed, "one"), (published, "two")] {
            _ = try await place.order(reference, bot: bot)
            let now = place.tenant.now
            try await place.tenant.write { tx in
                try BotStore.insertIfNew(
                    Bot(
                        accountID: Account.sharedID, botID: bot, tenant: "ten_1", eventID: nil, calendarID: nil,
                        connection: nil, user: nil, state: .joining, stateAt: now), at: now, in: tx)
            }
        }
        _ = try await place.webhookIntake.store(place.webhook(published, by: .callback(reference: "two")))
        for bot in [missed, published] {
            let found = try place.webhook(bot, by: .reconciler(dedupKey: "bot/\(bot)/bot.completed"))
            #expect(try await place.webhookIntake.store(found) == .reconciled)
        }
        #expect(try await place.count("deliveries WHERE endpoint_id = 'ep_one'") == 1)
        #expect(try await place.count("deliveries WHERE endpoint_id = 'ep_two'") == 1)
        #expect(try await place.stored == [3, 6])
    }

    @Test func `Callers that race with the same webhook store one message, whichever way it came`() async throws {
        let place = try await WebhookPlace()
        let bot = try await place.bot()
        _ = try await place.order("one", bot: nil)
        let entries: [WebhookIntake.Entry] = [
            .account(svixID: "msg_1"), .callback(reference: "one"), .reconciler(dedupKey: "changes/1"),
        ]
        for (number, entry) in entries.enumerated() {
            let webhook = try place.webhook(bot, "bot.status_change", by: entry)
            let webhookIntake = place.webhookIntake
            let outcomes = try await withThrowingTaskGroup(of: WebhookIntake.Outcome.self) { group in
                for _ in 0..<16 { group.addTask { try await webhookIntake.store(webhook) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .duplicate } == 15, "\(entry): \(outcomes)")
            #expect(try await place.count("messages") == Int64(number) + 1)
        }
    }

    // MARK: - what was verified is gone when it is stored

    @Test func `A callback whose tenant or order is deleted before it is stored is not stored`() async throws {
        let bot = newUUID()
        for tenantGoes in [true, false] {
            let place = try await WebhookPlace()
            let order = try await place.order("one", bot: bot)
            let callback = try place.webhook(bot, by: .callback(reference: "one"))
            try await place.tenant.write { tx in
                if tenantGoes {
                    try TenantStore.delete("ten_1", in: tx)
                } else {
                    try BotCreationStore.delete(order, in: tx)
                }
            }
            #expect(try await place.webhookIntake.store(callback) == .unowned)
            #expect(try await place.stored == [0, 0])
            #expect(try await place.count("bots") == 0)
        }
    }

    @Test func `The user of a callback's order that is erased meanwhile is not written down`() async throws {
        let place = try await WebhookPlace()
        let bot = newUUID()
        let order = try await place.order("one", bot: bot)
        let callback = try place.webhook(bot, "bot.status_change", by: .callback(reference: "one"))
        let now = place.tenant.now
        try await place.tenant.write { try BotCreationStore.end(order, at: now, in: $0) }
        #expect(try await place.webhookIntake.store(callback) == .callback)
        #expect(try await place.count("jobs WHERE kind = \(EndBotJob.kind.name)") == 1, "the running bot is taken down")
    }

    @Test func `A webhook of an account whose tenant is deleted before it is stored leaves nothing`() async throws {
        for tenantGoes in [true, false] {
            let place = try await WebhookPlace(hasOwnAccount: true)
            let webhook = try place.webhook(newUUID(), by: .account(svixID: "msg_1"), of: "ten_1")
            try await place.tenant.write { tx in
                if tenantGoes {
                    try TenantStore.delete("ten_1", in: tx)
                } else {
                    try AccountStore.delete("ten_1", in: tx)
                }
            }
            #expect(try await place.webhookIntake.store(webhook) == .unowned)
            #expect(try await place.stored == [0, 0])
            #expect(try await place.count("account_states") == 0)
        }
    }

    @Test func `Messages of a tenant that is being deleted are stored, held, and erased with it`() async throws {
        let place = try await WebhookPlace()
        let bot = try await place.bot()
        try await place.tenant.write { try TenantStore.update("ten_1", name: nil, status: .deleting, in: $0) }
        #expect(try await place.webhookIntake.store(place.webhook(bot, by: .account(svixID: "msg_1"))) == .attributed)
        #expect(try await place.count("deliveries WHERE status = 'held'") == 2)
        try await place.tenant.write { try TenantStore.delete("ten_1", in: $0) }
        // Afterwards its bot is unknown.
        #expect(try await place.webhookIntake.store(place.webhook(bot, by: .account(svixID: "msg_2"))) == .quarantined)
        #expect(try await place.count("messages WHERE tenant_id IS NOT NULL") == 0)
    }
}
