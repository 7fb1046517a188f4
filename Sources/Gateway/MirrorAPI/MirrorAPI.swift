import HTTPTransport
import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSONValue
import Logging
import MeetingBaaS
import NIOCore
import SQL

/// Meeting BaaS's own API under the gateway's key (`/meeting-baas/**`): its paths, bodies and envelopes, each tenant and
/// user with nothing but its own.
///
/// `stream` passes a call through unchanged while its bytes arrive. `answer` handles the calls whose request or reply has to
/// be read and changed.
struct MirrorAPI: Sendable {
    let database: any Database
    let clock: GatewayClock
    let tenantKeys: TenantKeys
    let identity: Identity
    let upstream: Upstream
    let stream: HTTPStream
    let ownership: OwnershipResolver
    let calendars: CalendarService
    let grants: TokenImport
    let attribution: WebhookAttribution
    let tags: AttributionTags
    let rules: BotRules
    let callbacks: BotCallbacks
    let logger: Logger
    let usesFastPath: Bool

    static let path = "/meeting-baas"
    /// Meeting BaaS's own clients send their key in its header, and join paths with slashes.
    static let surface = APISurface(
        path + "/", errorFormat: MirrorErrorFormat(), bodyLimit: bodyLimit, credentialHeader: .meetingBaaSKey,
        allowsOrigins: true, allowsTrailingSlash: true,
        emptySegmentDetail: "The path holds //: is there a slash too many at the end of the client's base URL?"
    )

    /// A request's body.
    static let bodyLimit = 1 << 20
    /// A reply that has to be read; what is handed on may be of any size.
    static let replyLimit = 16 << 20
    static let firstByte: Duration = .seconds(30)
    static let total: Duration = .seconds(900)

    func answer(
        _ request: Request, _ caller: Caller, _ call: MirrorCall, _ metadata: RequestMetadata
    ) async throws -> Response {
        let account = try await upstream.accounts.account(for: caller.tenant.id, version: call.operation.version)
        // The `{}` that some clients send with GET is ignored.
        let body = call.operation.method == .get ? [] : try await request.collect(Self.bodyLimit)
        return try await answer(
            MirrorContext(
                request: request, caller: caller, call: call, account: account, body: body, metadata: metadata))
    }

    /// Calls that must not be repeated when their outcome is unknown, since it cannot be determined. (Single bots and
    /// batches are found by their correlation id, calendars by their row; the others change nothing twice.)
    static let unrepeatable: Set = [
        UpstreamOperation.V1.retranscribe, UpstreamOperation.V1.scheduleBot, UpstreamOperation.V1.createZoom,
        UpstreamOperation.V2.chat,
        UpstreamOperation.V2.resendWebhook, UpstreamOperation.V2.retryCallback, UpstreamOperation.V2.scheduleBot,
        UpstreamOperation.V2.createZoom,
    ]

    private func answer(_ context: MirrorContext) async throws -> Response {
        if context.operation.isStreamed { return try await stream(context) }
        return switch context.operation {
        case UpstreamOperation.V1.createBot, UpstreamOperation.V2.createBot, UpstreamOperation.V2.createScheduled:
            try await createBot(context)
        case UpstreamOperation.V2.createBots, UpstreamOperation.V2.createScheduledBots: try await createBots(context)
        case UpstreamOperation.V2.updateScheduled: try await updateScheduled(context)
        case UpstreamOperation.V2.updateConfig: try await updateConfig(context)
        case UpstreamOperation.V2.retryCallback: try await retryCallback(context)
        case UpstreamOperation.V1.retranscribe: try await retranscribe(context)
        case UpstreamOperation.V1.scheduleBot, UpstreamOperation.V1.changeBot, UpstreamOperation.V1.cancelBot:
            try await eventBotV1(context)
        case UpstreamOperation.V2.scheduleBot, UpstreamOperation.V2.changeBot, UpstreamOperation.V2.cancelBot:
            try await eventBotV2(context)
        case UpstreamOperation.V1.rawCalendars, UpstreamOperation.V2.rawCalendars: try await rawCalendars(context)
        case UpstreamOperation.V1.createCalendar, UpstreamOperation.V2.createCalendar: try await createCalendar(context)
        case UpstreamOperation.V1.updateCalendar, UpstreamOperation.V2.updateCalendar: try await updateCalendar(context)
        case UpstreamOperation.V1.deleteCalendar, UpstreamOperation.V2.deleteCalendar: try await deleteCalendar(context)
        case UpstreamOperation.V1.resyncAll: try await resync(context)
        case UpstreamOperation.V1.listCalendars, UpstreamOperation.V1.listZoom, UpstreamOperation.V2.listZoom:
            try await listWhole(context)
        case UpstreamOperation.V2.listCalendars: try await listCalendars(context)
        case UpstreamOperation.V1.listBots, UpstreamOperation.V2.listBots, UpstreamOperation.V2.listScheduled:
            try await listBots(context)
        case UpstreamOperation.V1.listEvents, UpstreamOperation.V2.listEvents, UpstreamOperation.V2.listSeries:
            try await listEvents(context)
        case UpstreamOperation.V1.createZoom, UpstreamOperation.V2.createZoom, UpstreamOperation.V2.updateZoom:
            try await zoomCredential(context)
        case UpstreamOperation.V1.deleteZoom, UpstreamOperation.V2.deleteZoom: try await deleteZoom(context)
        case UpstreamOperation.V1.getEvent, UpstreamOperation.V1.meetingData, UpstreamOperation.V1.getCalendar,
            UpstreamOperation.V1.getZoom, UpstreamOperation.V2.getZoom, UpstreamOperation.V2.bot,
            UpstreamOperation.V2.getScheduled:
            try await read(context)
        default:
            // Never: every other call is named above, and the tests make each of them.
            throw MirrorError(UpstreamError.malformed)
        }
    }

    /// Streams: nothing is parsed.
    private func stream(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        let reply = try await send(outbound, try plainBody(context), context)
        context.metadata.isStreamed = !context.isHead
        return proxied(reply, context)
    }

    /// A reply that may hold what is not the tenant's to see.
    private func read(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        if context.isHead { return try await head(outbound, context) }
        return try await presented(try await self.reply(to: outbound, try plainBody(context), context), context)
    }

    /// The head of a reply whose body would be changed on its way: its length is not known.
    func head(_ outbound: MirrorDecision.Outbound, _ context: MirrorContext) async throws -> Response {
        var response = proxied(try await send(outbound, nil, context), context)
        response.headers[.contentLength] = nil
        return response
    }

    // MARK: - reading the request

    /// The unchanged body, for calls whose body is not inspected. v2 requires at least `{}` of every write; a call
    /// without a body in the vendor's contract gets no other (facts/meeting-baas.md 9.2).
    private func plainBody(_ context: MirrorContext) throws -> [UInt8]? {
        guard context.version == .v2, context.operation.method != .get else { return nil }
        guard Self.withBody.contains(context.operation), !context.body.isEmpty else { return Array("{}".utf8) }
        try Self.checkType(context.request)
        return context.body
    }

    private static let withBody: Set = [
        UpstreamOperation.V2.chat, UpstreamOperation.V2.pause, UpstreamOperation.V2.resume,
    ]

    /// - Throws: 400 or 415 as Meeting BaaS does.
    func body(_ context: MirrorContext) throws -> JSON {
        if context.body.isEmpty { return .object([:]) }
        try Self.checkType(context.request)
        do {
            return try JSON.parse(context.body)
        } catch {
            throw MirrorError(400, "FST_ERR_CTP_INVALID_JSON_BODY", "The body is not valid JSON: \(error).")
        }
    }

    private static func checkType(_ request: Request) throws {
        let type = request.headers[.contentType]?.split(separator: ";").first?.filter { !$0.isWhitespace }
        guard type?.lowercased() == "application/json" else {
            throw MirrorError(415, "FST_ERR_CTP_INVALID_MEDIA_TYPE", "A body must be application/json.")
        }
    }
}

/// One call under way.
struct MirrorContext: Sendable {
    let request: Request
    let caller: Caller
    let call: MirrorCall
    let account: Account
    /// Of a write, whole: it may have to wait for its turn, and to be sent again.
    let body: [UInt8]
    let metadata: RequestMetadata

    /// The call is judged as its GET is, and goes upstream as HEAD.
    var isHead: Bool { request.method == .head }
    /// True if the account also holds other tenants' objects.
    var isShared: Bool { account.id == Account.sharedID }
    /// Everything that the caller said: what a refusal may repeat.
    var said: String { (request.head.path ?? "") + String(decoding: body, as: UTF8.self) }

    var operation: UpstreamOperation { call.operation }
    var version: APIVersion { call.operation.version }
    var tenant: String { caller.tenant.id }
    var user: String? { caller.user }
    /// The caller's, and the account that the call goes to.
    var admission: Admission {
        var admission = caller.admission
        admission.add(account)
        return admission
    }

    /// Reads one bot's options.
    func parsedOptions(_ rules: BotRules, _ json: JSON, place: String = "body") throws -> BotRules.ParsedBotOptions {
        try rules.read(json, version, isKey: caller.isKey, isShared: isShared || user != nil, place: place)
    }

    func reference(_ kind: ObjectKind, _ id: String, calendar: String? = nil) -> ObjectReference {
        ObjectReference(account: account.id, version: version, kind: kind, id: id.lowercased(), calendar: calendar)
    }
}
