import HTTPTransport
import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import MeetingBaaS
import NIOCore
import Sealing
import SQL

/// Checks calls and sends them.
extension MirrorAPI {
    /// The call as it goes out, once every object it names is known to be the caller's.
    /// - Throws: `MirrorError`.
    func allowed(_ context: MirrorContext) async throws -> MirrorDecision.Outbound {
        let outcome = try await decided(context) { owners in
            MirrorDecision.decide(
                context.call, caller: context.caller, account: context.account.id, headers: context.request.headers,
                cached: owners)
        }
        switch outcome {
        case .forward(let outbound)?: return outbound
        case .refuse(let error)?: throw error
        // Never: all that was asked for was passed on.
        case .ask?, nil: throw MirrorError(UpstreamError.malformed)
        }
    }

    /// The same for objects that a body names.
    func check(_ references: [ObjectReference], _ context: MirrorContext) async throws {
        let outcome = try await decided(context) {
            MirrorDecision.judge(references, caller: context.caller, cached: $0)
        }
        switch outcome {
        case .forward?, nil: return
        case .refuse(let error)?: throw error
        // Never: all that was asked for was passed on.
        case .ask?: throw MirrorError(UpstreamError.malformed)
        }
    }

    /// The decision as far as memory allows one.
    func decidedInMemory(
        _ call: MirrorCall, caller: Caller, account: Account, headers: some RequestFields
    ) -> MirrorDecision.Outcome {
        MirrorDecision.decide(
            call, caller: caller, account: account.id, headers: headers, cached: { cached($0, caller) })
    }

    /// Decides by what is in memory and, when that is not enough, once more by the same and what is missing.
    private func decided(
        _ context: MirrorContext,
        by decide: ((ObjectReference) -> MirrorDecision.CacheLookup) -> MirrorDecision.Outcome?
    ) async throws -> MirrorDecision.Outcome? {
        let outcome = decide { cached($0, context.caller) }
        guard case .ask? = outcome else { return outcome }
        // A cached owner may be evicted during the reads, so it is passed on as well.
        var owners: [ObjectReference: MirrorDecision.CacheLookup] = [:]
        let second = decide { reference in
            let cached = cached(reference, context.caller)
            owners[reference] = cached
            return cached
        }
        guard case .ask(let missing)? = second else { return second }
        for reference in missing {
            owners[reference] = try await find(reference, context).map { .owner($0) } ?? .unowned
        }
        return decide { owners[$0] ?? .miss }
    }

    private func cached(_ reference: ObjectReference, _ caller: Caller) -> MirrorDecision.CacheLookup {
        guard let owner = ownership.cached(reference) else { return .miss }
        // For an event of another owner upstream is asked each time, as for one without an owner.
        return reference.kind == .event && !caller.owns(owner) ? .miss : .owner(owner)
    }

    private func find(_ reference: ObjectReference, _ context: MirrorContext) async throws -> Owner? {
        let owner = try await ownership.owner(of: reference)
        switch reference.kind {
        case .event where !(owner.map(context.caller.owns) ?? false):
            let found = try await eventOwner(reference, context)
            return owner == nil ? found : nil
        case .series where owner == nil: return try await seriesOwner(reference, context)
        default: return owner
        }
    }

    /// An event that no list and no webhook has named yet: Meeting BaaS returns its calendar.
    private func eventOwner(_ reference: ObjectReference, _ context: MirrorContext) async throws -> Owner? {
        if let calendar = reference.calendar, try await ownCalendar(calendar, context) == nil { return nil }
        do {
            let event = try await upstream.api(for: context.account, tenant: context.tenant)
                .event(reference.id, calendarID: reference.calendar ?? "")
            guard event.id.lowercased() == reference.id, let owner = try await ownCalendar(event.calendarID, context)
            else {
                return nil
            }
            try await ownership.recordOwner([(reference, owner)], at: clock.now)
            return owner
        } catch let error as UpstreamError {
            switch error {
            case .notFound, .rejected: return nil
            default: throw MirrorError(error)
            }
        }
    }

    /// A series that the record of changes does not know yet.
    private func seriesOwner(_ reference: ObjectReference, _ context: MirrorContext) async throws -> Owner? {
        let generation = ownership.generation
        guard let calendar = reference.calendar, let owner = try await ownCalendar(calendar, context) else {
            return nil
        }
        let api = upstream.api(for: context.account, tenant: context.tenant)
        var filter = EventFilter()
        filter.limit = 250
        var cursor: String?
        for _ in 0..<20 {
            let page = try await upstreamCall { try await api.events(calendar, filter, cursor: cursor) }
            if page.events.contains(where: { $0.seriesID?.lowercased() == reference.id }) {
                ownership.record(reference, of: calendar, in: generation)
                return owner
            }
            cursor = page.next
            if cursor == nil { break }
        }
        return nil
    }

    private func ownCalendar(_ id: String, _ context: MirrorContext) async throws -> Owner? {
        let owner = try await ownership.owner(of: context.reference(.calendar, id))
        return owner.flatMap { context.caller.owns($0) ? $0 : nil }
    }

    /// A call by the API's client; its errors become the mirror's.
    func upstreamCall<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as UpstreamError {
            throw MirrorError(error)
        }
    }

    // MARK: - sending

    /// - Returns: a success, its body still to come; the call is counted once that has ended.
    /// - Throws: `MirrorError` for everything else.
    func send(_ outbound: MirrorDecision.Outbound, _ body: [UInt8]?, _ context: MirrorContext) async throws
        -> OpenReply
    {
        let operation = outbound.operation
        let (sent, url, stream) = (
            headers(outbound, body, context.account), upstream.baseURL + outbound.target, self.stream
        )
        let started = ContinuousClock.now
        let reply: HTTPStream.Reply
        do {
            reply = try await upstream.limiter.run(
                operation, account: context.account.id, tenant: context.tenant,
                admit: { try await upstream.admit(context.tenant) },
                signals: { reply in .init(status: reply.status) { reply.header($0) } }
            ) {
                try await stream.open(
                    context.isHead ? .head : operation.method, url, headers: sent, body: body,
                    firstByte: Self.firstByte,
                    total: Self.total)
            }
        } catch let error as TransportError {
            throw failed(.transport(error), operation, started)
        } catch let error as UpstreamError {
            throw failed(error, operation, started)
        }
        if (200..<300).contains(reply.status) { return OpenReply(reply: reply, started: started) }
        // A redirect would carry the key to another place.
        if (300..<400).contains(reply.status) { throw failed(.malformed, operation, started) }
        let whole = HTTPExchange.Reply(
            status: reply.status, headers: reply.headers, body: (try? await reply.body.collect(65_536)) ?? [])
        let error = refusal(whole, started, context)
        await noteRefusal(error, whole, context)
        throw error
    }

    func headers(
        _ outbound: MirrorDecision.Outbound, _ body: [UInt8]?, _ account: Account
    ) -> [(String, String)] {
        var headers = outbound.headers
        if body != nil { headers.append(("Content-Type", "application/json")) }
        headers.append(("x-meeting-baas-api-key", account.apiKey.revealText()))
        return headers
    }

    /// Measures a refusal of Meeting BaaS.
    func refusal(
        _ reply: HTTPExchange.Reply, _ started: ContinuousClock.Instant, _ context: MirrorContext
    ) -> MirrorError {
        let error = MirrorError(context.operation, reply, sent: context.said)
        upstream.metrics.upstreamCall(context.operation, error.upstream?.kind ?? "rejected", .now - started)
        if case .keyRefused? = error.upstream {
            logger.error(
                "Meeting BaaS refuses the account's API key",
                metadata: ["account.id": .string(context.account.id), "operation": .string(context.operation.name)])
        }
        return error
    }

    /// Stores what a refusal shows.
    func noteRefusal(_ error: MirrorError, _ reply: HTTPExchange.Reply, _ context: MirrorContext) async {
        if case .grantRefused? = error.upstream { await checkConnection(context) }
        await noteMissingBot(reply, context)
    }

    /// False for a refusal that shows nothing about what is stored.
    func isNoted(_ error: MirrorError, _ reply: HTTPExchange.Reply, _ context: MirrorContext) -> Bool {
        if case .grantRefused? = error.upstream { return true }
        return Self.missingBot(context.operation, ids: context.call.ids, reply) != nil
    }

    private func failed(
        _ error: UpstreamError, _ operation: UpstreamOperation, _ started: ContinuousClock.Instant
    ) -> MirrorError {
        upstream.metrics.upstreamCall(operation, error.kind, .now - started)
        return MirrorError(error)
    }

    /// The provider is asked whether the grant is revoked before a user is asked to reconnect.
    private func checkConnection(_ context: MirrorContext) async {
        guard case .success(let references) = MirrorDecision.references(of: context.call, account: context.account.id)
        else { return }
        let (tenant, now) = (context.tenant, clock.now)
        for reference in references {
            guard let connection = (try? await ownership.owner(of: reference))?.connection else { continue }
            _ = try? await database.write {
                try JobStore.add(CheckConnectionJob.kind, tenant, connection, at: now, in: $0)
            }
            return
        }
    }

    /// The whole reply.
    func reply(to outbound: MirrorDecision.Outbound, _ body: [UInt8]?, _ context: MirrorContext) async throws
        -> MirrorReply
    {
        let open = try await send(outbound, body, context)
        do {
            let bytes = try await open.reply.body.collect(Self.replyLimit)
            upstream.metrics.upstreamCall(outbound.operation, "ok", .now - open.started)
            return MirrorReply(status: open.reply.status, bytes: bytes)
        } catch let error as TransportError {
            throw failed(.transport(error), outbound.operation, open.started)
        }
    }

    /// A success of Meeting BaaS whose body is still to come.
    struct OpenReply: Sendable {
        let reply: HTTPStream.Reply
        let started: ContinuousClock.Instant
    }

    func proxied(_ open: OpenReply, _ context: MirrorContext) -> Response {
        let (reply, started, operation, metrics) = (open.reply, open.started, context.operation, upstream.metrics)
        if context.isHead || reply.status == 204 { metrics.upstreamCall(operation, "ok", .now - started) }
        if reply.status == 204 { return Response(status: .noContent) }
        let length = reply.length
        return Response(
            status: .init(code: reply.status), headers: Self.passed(reply.headers),
            body: .init(contentLength: length) { writer in
                var parts = reply.body.makeAsyncIterator()
                do {
                    while let part = try await parts.next() { try await writer.write(part) }
                } catch let error as TransportError {
                    metrics.upstreamCall(operation, UpstreamError.transport(error).kind, .now - started)
                    throw MirrorError(.transport(error))
                }
                metrics.upstreamCall(operation, "ok", .now - started)
                try await writer.finish(nil)
            })
    }

    /// The fields of a reply that the caller gets.
    static func passed(_ headers: HTTPFields) -> HTTPFields {
        var passed = HTTPFields()
        for name in passedFields { passed[name] = headers[name] }
        return passed
    }

    static let passedFields = [HTTPField.Name.contentType, .contentEncoding, .contentLength]

    /// The errors of single items may name others' things, as whole refusals may.
    private static func redacted(_ json: JSON, said: String) -> JSON {
        guard var members = json.objectValue, let errors = members["errors"]?.arrayValue, !errors.isEmpty else {
            return json
        }
        members["errors"] = .array(
            errors.map { error in
                guard var error = error.objectValue else { return error }
                for name in ["message", "details"] {
                    guard let text = error[name]?.stringValue else { continue }
                    error[name] = .string(MirrorError.MessageRedactor.redact(text, sent: said))
                }
                return .object(error)
            })
        return .object(members)
    }

    /// A reply without what is not the tenant's to see; the same bytes when there is nothing of it.
    /// - Parameter change: more that becomes of it.
    func presented(
        _ reply: MirrorReply, _ context: MirrorContext, change: (JSON) throws -> JSON = { $0 }
    ) async throws -> Response {
        if reply.bytes.isEmpty { return Response(status: .init(code: reply.status)) }
        let json = try reply.json
        var out = Self.redacted(try change(json), said: context.said)
        let rules = ReplyRules(
            callbackBase: callbacks.base, tenantTag: tags.tenantTag(context.tenant), isKey: context.caller.isKey)
        let (tenant, references) = (context.tenant, rules.references(in: out))
        let urls =
            references.isEmpty
            ? [:]
            : try await database.read { try BotCreationStore.callbackURLs(tenant, references: references, in: $0) }
        out = rules.redacted(out, urls: urls) ?? out
        return .json(.init(code: reply.status), bytes: out == json ? reply.bytes : out.bytes)
    }
}

/// A success of Meeting BaaS, read whole.
struct MirrorReply: Sendable {
    let status: Int
    let bytes: [UInt8]

    var json: JSON {
        get throws {
            guard let json = try? JSON.parse(bytes, depth: 512, lenient: true) else {
                throw MirrorError(UpstreamError.malformed)
            }
            return json
        }
    }
}
