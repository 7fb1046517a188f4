import JSONValue
import MeetingBaaS
import SQL

/// Finds a webhook's owner, records its content, and makes the tenant's message, in the transaction that stores it. It
/// reads only objects of the account by which the webhook came.
struct WebhookAttribution: Sendable {
    let changeLog: EventChangeLog

    struct Owner: Sendable {
        let tenant: String
        var context: MessageContext
        /// For what is about a calendar that still lives.
        let calendar: ConnectedCalendar?
        /// The order whose correlation id the webhook has. `apply` records the bot's id in it.
        var order: BotCreation?
        /// True if the user was deleted since the object was made: the message belongs to the tenant, and a running bot
        /// is removed.
        var isEnded = false

        /// - Parameter made: the time at which the owning object was made.
        init(
            tenant: String, context: MessageContext, made: Timestamp, calendar: ConnectedCalendar? = nil,
            order: BotCreation? = nil,
            in tx: any Transaction
        ) throws {
            (self.tenant, self.context, self.calendar, self.order) = (tenant, context, calendar, order)
            self.context.user = try GenerationStore.present(context.user, of: tenant, made: made, in: tx)
            isEnded = context.user != self.context.user || order?.endedAt != nil
        }
    }

    /// Looks the owner up and writes nothing: readers call it too.
    /// - Returns: nil if no owner is known yet.
    func owner(_ given: MeetingBaaS.WebhookPayload, account: String, in tx: any Transaction) throws -> Owner? {
        if let correlationID = given.extra?[AttributionTags.correlationIDKey]?.stringValue {
            if let recording = try RecordingStore.find(account: account, correlationID: correlationID, in: tx) {
                return try owner(recording, given, account: account, in: tx)
            }
            if let order = try BotCreationStore.find(account: account, correlationID: correlationID, in: tx) {
                return try Self.owner(order, given, in: tx)
            }
        }
        if let event = given.eventID {
            if let recording = try RecordingStore.find(account: account, event: event, in: tx) {
                return try owner(recording, given, account: account, in: tx)
            }
            if let calendar = try EventChangeLog.calendar(account: account, event: event, in: tx) {
                return try owner(ofCalendar: calendar, given, account: account, in: tx)
            }
        }
        if let id = given.botID, let bot = try BotStore.owner(account: account, bot: id, in: tx) {
            let context = MessageContext(
                user: bot.user, connection: bot.connection, calendar: bot.calendarID,
                event: given.eventID ?? bot.eventID, bot: id)
            return try Owner(tenant: bot.tenant, context: context, made: bot.createdAt, in: tx)
        }
        if let id = given.calendarID { return try owner(ofCalendar: id, given, account: account, in: tx) }
        return nil
    }

    static func owner(
        _ order: BotCreation, _ given: MeetingBaaS.WebhookPayload, in tx: any Transaction
    ) throws -> Owner {
        var context = order.context
        context.event = given.eventID ?? context.event
        context.bot = given.botID ?? context.bot
        return try Owner(tenant: order.tenant, context: context, made: order.createdAt, order: order, in: tx)
    }

    private func owner(
        _ recording: Recording, _ given: MeetingBaaS.WebhookPayload, account: String, in tx: any Transaction
    ) throws -> Owner {
        var context = recording.context
        context.event = given.eventID ?? recording.eventID
        context.bot = given.botID
        return try Owner(tenant: recording.tenant, context: context, made: recording.createdAt, in: tx)
    }

    private func owner(
        ofCalendar id: String, _ given: MeetingBaaS.WebhookPayload, account: String, in tx: any Transaction
    ) throws -> Owner? {
        guard let calendar = try CalendarStore.owner(account: account, calendarID: id, in: tx) else { return nil }
        var context = calendar.context
        context.event = given.eventID ?? (given.instances.count == 1 ? given.instances[0].eventID : nil)
        context.bot = given.botID
        return try Owner(
            tenant: calendar.tenant, context: context, made: calendar.createdAt, calendar: calendar, in: tx)
    }

    /// The content of a message without its owner. It is made before the transaction, so that no other transaction
    /// waits for it.
    struct Content: Sendable {
        let id: String
        let type: String
        let timestamp: String
        let data: String
        let extra: String?
        let receivedAt: Timestamp

        init(_ given: MeetingBaaS.WebhookPayload, id: String, at receivedAt: Timestamp) {
            (self.id, type, self.receivedAt) = (id, given.event, receivedAt)
            timestamp = given.ownTime.flatMap { Timestamp(rfc3339: $0) }.map { "\($0)" } ?? "\(receivedAt)"
            data = WebhookAttribution.presented(given).text
            let extra = AttributionTags.stripped(given.extra ?? .null)
            self.extra = extra.isNull ? nil : extra.text
        }

        /// The message as its tenant gets it.
        func message(of owner: Owner, account: String) -> Message {
            Message(
                id: id, tenant: owner.tenant, type: type, timestamp: timestamp, data: data, extra: extra,
                context: owner.context, receivedAt: receivedAt, account: account)
        }
    }

    /// Events of a list that are noted in its webhook's transaction.
    private static let instanceLimit = 500

    /// Records a webhook's content: the bot's owner, states of bots, statuses of calendars, changes of events.
    func apply(
        _ given: MeetingBaaS.WebhookPayload, _ owner: Owner, account: String, at now: Timestamp, in tx: any Transaction
    ) throws {
        if let bot = given.botID {
            if let order = owner.order { try BotCreationStore.recordBot(order, bot, at: now, in: tx) }
            let code = given.data["status"]?["code"]?.stringValue
            let time = given.ownTime.flatMap { Timestamp(rfc3339: $0) } ?? now
            let state = Bot.State(event: given.event, code: code)
            let bot = Bot(
                accountID: account, botID: bot, tenant: owner.tenant, eventID: owner.context.event,
                calendarID: owner.context.calendar, connection: owner.context.connection, user: owner.context.user,
                state: state ?? .joining, stateAt: time)
            if state == nil {
                try BotStore.insertIfNew(bot, at: now, in: tx)
            } else {
                try BotStore.record(bot, at: now, in: tx)
            }
            if owner.isEnded, state?.isFinal != true {
                try JobStore.add(EndBotJob.kind, owner.tenant, bot.botID, at: now, in: tx)
            }
        }
        guard var calendar = owner.calendar, given.event.hasPrefix("calendar.") else { return }
        switch given.event {
        case "calendar.connection_updated", "calendar.connection_error":
            calendar.status = ConnectedCalendar.normalized(status: given.data["status"]?.stringValue ?? "error")
            calendar.statusMessage = given.data["status_message"]?.stringValue ?? calendar.statusMessage
            try CalendarStore.update(calendar, at: now, in: tx)
            let isBlocked =
                try ConnectionStore.find(
                    calendar.tenant, calendar.connection, user: nil, in: tx)?.status == .blocked
            if calendar.status != "active" || isBlocked {
                // The provider is asked whether the grant is revoked before a user is asked to reconnect, and whether
                // an administrator's block has ended.
                try JobStore.add(CheckConnectionJob.kind, calendar.tenant, calendar.connection, at: now, in: tx)
            }
        case "calendar.connection_deleted" where calendar.status != "deleting":
            calendar.status = "unknown"
            calendar.statusMessage = "The calendar was deleted at Meeting BaaS."
            try CalendarStore.update(calendar, at: now, in: tx)
        default: break
        }
        if calendar.version == .v2, given.event == "calendar.events_synced" {
            // The message may hold all events, some, or only their number.
            try JobStore.add(FillCalendarJob.kind, calendar.tenant, calendar.rowID, at: now, in: tx)
        }
        guard calendar.version == .v2, !given.instances.isEmpty, calendar.status != "deleting" else { return }
        // A list is read again by the job above.
        let isList = given.event == "calendar.events_synced"
        let instances = isList ? given.instances.prefix(Self.instanceLimit) : given.instances[...]
        let changes = try EventChangeLog.record(
            instances.map { changeLog.fingerprint($0) }, of: calendar, from: isList ? .list : .change, at: now, in: tx)
        try EventChangeLog.emitSync(changes, of: calendar, at: now, in: tx)
    }

    // MARK: - what the tenant sees

    /// Both spellings of the change time; nothing of the gateway's own.
    fileprivate static func presented(_ given: MeetingBaaS.WebhookPayload) -> JSON {
        guard var members = given.data.objectValue else { return given.data }
        if let extra = members["extra"] { members["extra"] = AttributionTags.stripped(extra) }
        if let time = given.changeTime {
            members["last_updated_at"] = .string(time)
            members["last_updated_ts"] = .string(time)
        }
        return .object(members)
    }
}
