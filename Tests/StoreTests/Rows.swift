import JSONValue
import MeetingBaaS
import OAuth
import SQL

@testable import Gateway

/// The rows of one tenant. Ids of the gateway's own have the tenant's name in them. Users and the ids that Meeting BaaS and
/// providers give are the same for all tenants.
struct Rows: Sendable {
    let name: String
    /// The tenant that the rows are addressed as; nil: their own.
    var caller: String?
    /// Made by the store itself.
    var delivery = ""
    var replay = ""
    var claim = ""

    init(_ name: String) { self.name = name }

    /// The ids of these rows in the hands of another tenant.
    func addressed(by other: Rows) -> Rows {
        var rows = self
        rows.caller = other.name
        return rows
    }

    var tenant: String { "ten-\(caller ?? name)" }
    /// An account of its own.
    var account: String { tenant }
    var key: String { "key-\(name)" }
    var session: String { "ses-\(name)" }
    var connection: String { "con-\(name)" }
    var calendar: String { "cal-\(name)" }
    var creation: String { "new-\(name)" }
    var unclaimed: String { "unc-\(name)" }
    var endpoint: String { "ep-\(name)" }
    var callback: String { "epc-\(name)" }
    var message: String { "msg-\(name)" }
    var quarantined: String { "held-\(name)" }
    var order: String { "mark-\(name)" }
    var reference: String { "ref-\(name)" }
    var recording: String { "rec-\(name)" }
    var credential: String { "zoom" }
    var user: String { "ann" }
    var event: String { "ev" }
    var series: String { "ser" }
    var upstream: String { "up" }
    var bot: String { "bot" }
    var subject: String { "sub" }

    /// The time at which the rows were made.
    static let made = StorePlace.now.adding(seconds: -60)
    var made: Timestamp { Self.made }

    func digest(_ what: String) -> [UInt8] { Array("\(what) \(name)".utf8) }

    var context: MessageContext {
        MessageContext(user: user, connection: connection, calendar: upstream, event: event, bot: bot)
    }
}

// The values that the stores write.
extension Rows {
    func tenantRow(_ settings: TenantSettings = TenantSettings()) -> Tenant {
        Tenant(id: tenant, slug: name, name: "Same", status: .active, settings: settings, createdAt: made)
    }

    func apiKey(_ id: String? = nil, expiresAt: Timestamp? = nil) -> APIKey {
        APIKey(
            id: id ?? key, tenant: tenant, name: "server", scopes: [.messagesRead], createdAt: made,
            expiresAt: expiresAt, lastUsedAt: nil)
    }

    func sessionRow(_ id: String? = nil, user: String = "ann", at made: Timestamp = made) -> Session {
        Session(
            id: id ?? session, tenant: tenant, user: user, key: key, scopes: [.calendarsRead], createdAt: made,
            expiresAt: made.adding(seconds: 3_600))
    }

    func connectionRow(
        _ id: String? = nil, user: String = "ann", subject: String? = "sub", status: Connection.Status = .active,
        at made: Timestamp = made
    ) -> Connection {
        Connection(
            id: id ?? connection, tenant: tenant, user: user, provider: .google, status: status, subject: subject,
            email: "ann@example.com", clientID: "100-app", directory: nil, scopes: ["calendar"], missingScopes: [],
            sealedRefreshToken: [1], refreshExpiresAt: nil, refreshedAt: made, generation: 0, createdAt: made,
            updatedAt: made)
    }

    func consent(
        _ state: String = "state", connection: String? = nil, user: String = "ann", at made: Timestamp = made
    ) -> Consent {
        Consent(
            stateDigest: digest(state), tenant: tenant, connection: connection ?? self.connection, user: user,
            provider: .google, clientID: "100-app", nonce: "n", sealedVerifier: [2],
            returnURL: "https://app.example.com/", isReconnect: false, status: .started, sealedCode: nil,
            resultID: nil, createdAt: made, expiresAt: made.adding(seconds: 600))
    }

    func calendarRow(
        _ id: String? = nil, raw: String = "raw", upstream: String? = "up", user: String = "ann",
        status: String = "active", version: APIVersion = .v2
    ) -> ConnectedCalendar {
        ConnectedCalendar(
            rowID: id ?? calendar, tenant: tenant, accountID: account, version: version, calendarID: upstream,
            connection: connection, user: user, provider: .google, rawCalendarID: raw, name: "Work",
            email: "ann@example.com", status: status, statusMessage: nil, syncStatus: nil, syncedAt: nil,
            createdAt: made)
    }

    func creationRow(_ id: String? = nil, raw: String = "raw2") -> CalendarCreation {
        CalendarCreation(
            rowID: id ?? creation, tenant: tenant, accountID: account, version: .v2, provider: .google,
            rawCalendarID: raw, beganAt: made, deadlineAt: made.adding(seconds: 300), listedBefore: true,
            absentAt: nil, madeID: nil)
    }

    func unclaimedRow(_ id: String? = nil) -> UnclaimedCalendar {
        UnclaimedCalendar(
            id: id ?? unclaimed, accountID: account, version: .v2, rawCalendarID: nil, platform: "google",
            email: nil, createdAt: nil, firstSeenAt: made)
    }

    func observation(
        _ event: String = "ev", print: UInt8 = 1, series: String? = "ser", endsAt: Timestamp? = nil
    ) -> EventChangeLog.Observation {
        EventChangeLog.Observation(eventID: event, seriesID: series, fingerprint: [print], endsAt: endsAt)
    }

    func endpointRow(
        _ id: String? = nil, types: [String] = ["*"], status: Endpoint.Status = .enabled, callback: String? = nil
    ) -> Endpoint {
        Endpoint(
            id: id ?? endpoint, tenant: tenant, url: "https://hooks.example.com/", description: "hook",
            eventTypes: types, status: status, sealedSecret: [1], createdAt: made, callbackMethod: callback)
    }

    var callbackRow: BotCallbacks.Prepared {
        BotCallbacks.Prepared(
            endpoint: endpointRow(callback, types: [], callback: "POST"), digest: [9])
    }

    func messageRow(
        _ id: String? = nil, type: String = "bot.completed", data: String = "{\"x\":1}", user: String? = "ann",
        at time: Timestamp = made
    ) -> Message {
        var context = context
        context.user = user
        return Message(
            id: id ?? message, tenant: tenant, type: type, timestamp: "\(time)", data: data, extra: nil,
            context: context, receivedAt: time, account: account)
    }

    func source(_ id: String) -> MessageStore.Source { .init(account: account, id: id, bodyHash: nil) }

    func attempt(of delivery: String, _ number: Int = 1, code: Int? = 500, at time: Timestamp = made) -> AttemptRecord {
        AttemptRecord(
            delivery: delivery, number: number, message: message, endpoint: endpoint, type: "bot.completed",
            attempt: .init(at: time, statusCode: code, error: nil, duration: 5), timings: .init(), response: nil)
    }

    func orderRow(
        _ correlationID: String? = nil, bot: String? = "bot", calendar: String? = "up", event: String? = "ev",
        reference: String? = nil, endpoint: String? = nil, callbackOf: String? = nil, at made: Timestamp = made
    ) -> BotCreation {
        BotCreation(
            correlationID: correlationID ?? order, tenant: tenant, user: user, accountID: account, version: .v2,
            calendarID: calendar, eventID: event, connection: connection, botID: bot, meetingDigest: [5],
            reference: reference, endpointID: endpoint, callbackOf: callbackOf, createdAt: made)
    }

    func botRow(
        _ id: String = "bot", state: Bot.State = .recording, calendar: String? = "up", event: String? = "ev",
        at time: Timestamp = made
    ) -> Bot {
        Bot(
            accountID: account, botID: id, tenant: tenant, eventID: event, calendarID: calendar,
            connection: connection, user: user, state: state, stateAt: time)
    }

    func zoom(_ id: String = "zoom") -> ObjectReference {
        ObjectReference(account: account, version: .v2, kind: .zoomCredential, id: id)
    }

    func recordingRow(_ event: String = "ev", all: Bool = false, _ correlationID: String? = nil) -> Recording {
        Recording(
            tenant: tenant, eventID: event, accountID: account, calendarID: upstream, connection: connection,
            user: user, seriesID: series, allOccurrences: all, correlationID: correlationID ?? recording,
            requested: RecordingRequest(), sealedAPIKey: [1], createdAt: made)
    }

    var idempotencyRow: IdempotencyStore.Row { .init(tenant: tenant, id: "idem", fingerprint: [3]) }

    var grant: GoogleGrant { GoogleGrant(clientID: "100-app", subject: subject) }
}
