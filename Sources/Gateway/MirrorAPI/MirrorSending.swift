import HTTPTransport
import JSONValue
import HTTPTypes
import Hummingbird
import Logging
import MeetingBaaS
import NIOCore
import Sealing
import SQL

/// Whether a call may be made, and making it.
extension MirrorAPI {
    /// The call as it goes out, once every object it names is known to be the caller's.
    /// - Throws: `MirrorError`.
    func allowed(_ x: MirrorContext) async throws -> MirrorDecision.Outbound {
        let outcome = try await decided(x) { owners in
            MirrorDecision.decide(
                x.call, caller: x.caller, account: x.account.id, headers: x.request.headers, known: owners)
        }
        switch outcome {
        case .forward(let outbound)?: return outbound
        case .refuse(let fault)?: throw fault
        // Never: all that was asked for was passed on.
        case .ask?, nil: throw MirrorError(UpstreamError.malformed)
        }
    }

    /// The same for objects that a body names.
    func check(_ references: [ObjectReference], _ x: MirrorContext) async throws {
        let outcome = try await decided(x) { MirrorDecision.judge(references, caller: x.caller, known: $0) }
        switch outcome {
        case .forward?, nil: return
        case .refuse(let fault)?: throw fault
        // Never: all that was asked for was passed on.
        case .ask?: throw MirrorError(UpstreamError.malformed)
        }
    }

    /// Decides by what is in memory and, when that is not enough, once more by the same and what is missing.
    private func decided(
        _ x: MirrorContext, by decide: ((ObjectReference) -> MirrorDecision.CacheLookup) -> MirrorDecision.Outcome?
    ) async throws -> MirrorDecision.Outcome? {
        let outcome = decide { cached($0, x) }
        guard case .ask? = outcome else { return outcome }
        // An owner that is in memory now may be gone after the reads: it is passed on as well.
        var owners: [ObjectReference: MirrorDecision.CacheLookup] = [:]
        let second = decide { reference in
            let known = cached(reference, x)
            owners[reference] = known
            return known
        }
        guard case .ask(let missing)? = second else { return second }
        for reference in missing {
            owners[reference] = try await find(reference, x).map { .owner($0) } ?? .nobody
        }
        return decide { owners[$0] ?? .unread }
    }

    private func cached(_ reference: ObjectReference, _ x: MirrorContext) -> MirrorDecision.CacheLookup {
        guard let owner = ownership.cached(reference) else { return .unread }
        // For another's event upstream is asked each time, as for one that nobody has.
        return reference.kind == .event && !x.caller.owns(owner) ? .unread : .owner(owner)
    }

    private func find(_ reference: ObjectReference, _ x: MirrorContext) async throws -> Owner? {
        let owner = try await ownership.owner(of: reference)
        switch reference.kind {
        case .event where !(owner.map(x.caller.owns) ?? false):
            let told = try await eventOwner(reference, x)
            return owner == nil ? told : nil
        case .series where owner == nil: return try await seriesOwner(reference, x)
        default: return owner
        }
    }

    /// An event that no list and no webhook has told of yet: Meeting BaaS says to which calendar it belongs.
    private func eventOwner(_ reference: ObjectReference, _ x: MirrorContext) async throws -> Owner? {
        if let calendar = reference.calendar, try await ownCalendar(calendar, x) == nil { return nil }
        do {
            let event = try await upstream.api(for: x.account, tenant: x.tenant)
                .event(reference.id, calendarID: reference.calendar ?? "")
            guard event.id.lowercased() == reference.id, let owner = try await ownCalendar(event.calendarID, x) else {
                return nil
            }
            try await ownership.learn([(reference, owner)], at: clock.now)
            return owner
        } catch let fault as UpstreamError {
            switch fault {
            case .notFound, .rejected: return nil
            default: throw MirrorError(fault)
            }
        }
    }

    /// A series that the record of changes does not know yet.
    private func seriesOwner(_ reference: ObjectReference, _ x: MirrorContext) async throws -> Owner? {
        let generation = ownership.generation
        guard let calendar = reference.calendar, let owner = try await ownCalendar(calendar, x) else { return nil }
        let api = upstream.api(for: x.account, tenant: x.tenant)
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

    private func ownCalendar(_ id: String, _ x: MirrorContext) async throws -> Owner? {
        let owner = try await ownership.owner(of: x.reference(.calendar, id))
        return owner.flatMap { x.caller.owns($0) ? $0 : nil }
    }

    /// A call by way of the API's client, its faults told as the mirror's.
    func upstreamCall<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let fault as UpstreamError {
            throw MirrorError(fault)
        }
    }

    // MARK: - sending

    /// - Returns: a success, its body still to come; the call is counted once that has ended.
    /// - Throws: `MirrorError` for everything else.
    func send(_ outbound: MirrorDecision.Outbound, _ body: [UInt8]?, _ x: MirrorContext) async throws
        -> OpenReply
    {
        let operation = outbound.operation
        var headers = outbound.headers
        if body != nil { headers.append(("Content-Type", "application/json")) }
        headers.append(("x-meeting-baas-api-key", x.account.apiKey.revealText()))
        let (sent, url, stream) = (headers, upstream.baseURL + outbound.target, self.stream)
        let started = ContinuousClock.now
        let reply: HTTPStream.Reply
        do {
            reply = try await upstream.gate.run(
                operation, account: x.account.id, lane: x.tenant, admit: { try await upstream.admit(x.tenant) },
                signals: { reply in .init(status: reply.status) { reply.header($0) } }
            ) {
                try await stream.open(
                    x.isHead ? .head : operation.method, url, headers: sent, body: body, firstByte: Self.firstByte,
                    total: Self.total)
            }
        } catch let fault as TransportError {
            throw failed(.transport(fault), operation, started)
        } catch let fault as UpstreamError {
            throw failed(fault, operation, started)
        }
        if (200..<300).contains(reply.status) { return OpenReply(reply: reply, started: started) }
        // A redirect would carry the key to another place.
        if (300..<400).contains(reply.status) { throw failed(.malformed, operation, started) }
        let whole = HTTPExchange.Reply(
            status: reply.status, headers: reply.headers, body: (try? await reply.body.collect(65_536)) ?? [])
        let fault = MirrorError(operation, whole, sent: x.said)
        upstream.metrics.upstreamCall(operation, fault.upstream?.kind ?? "rejected", .now - started)
        await note(fault, x)
        await noteMissingBot(whole, x)
        throw fault
    }

    private func failed(
        _ fault: UpstreamError, _ operation: UpstreamOperation, _ started: ContinuousClock.Instant
    ) -> MirrorError {
        upstream.metrics.upstreamCall(operation, fault.kind, .now - started)
        return MirrorError(fault)
    }

    /// A refusal that somebody must act on.
    private func note(_ fault: MirrorError, _ x: MirrorContext) async {
        switch fault.upstream {
        case .keyRefused:
            logger.error(
                "Meeting BaaS refuses the account's API key",
                metadata: ["account.id": .string(x.account.id), "operation": .string(x.operation.name)])
        case .grantRefused:
            // The provider itself will be asked whether the grant is dead, before anybody is told to reconnect.
            guard case .success(let references) = MirrorDecision.references(of: x.call, account: x.account.id) else {
                return
            }
            let (tenant, now) = (x.tenant, clock.now)
            for reference in references {
                guard let connection = (try? await ownership.owner(of: reference))?.connection else { continue }
                _ = try? await database.write {
                    try JobStore.add(CheckConnectionJob.kind, tenant, connection, at: now, in: $0)
                }
                return
            }
        default: return
        }
    }

    /// The whole reply.
    func reply(to outbound: MirrorDecision.Outbound, _ body: [UInt8]?, _ x: MirrorContext) async throws -> MirrorReply {
        let open = try await send(outbound, body, x)
        do {
            let bytes = try await open.reply.body.collect(Self.replyLimit)
            upstream.metrics.upstreamCall(outbound.operation, "ok", .now - open.started)
            return MirrorReply(status: open.reply.status, bytes: bytes)
        } catch let fault as TransportError {
            throw failed(.transport(fault), outbound.operation, open.started)
        }
    }

    /// A success of Meeting BaaS whose body is still to come.
    struct OpenReply: Sendable {
        let reply: HTTPStream.Reply
        let started: ContinuousClock.Instant
    }

    func handedOn(_ open: OpenReply, _ x: MirrorContext) -> Response {
        let (reply, started, operation, metrics) = (open.reply, open.started, x.operation, upstream.metrics)
        if x.isHead || reply.status == 204 { metrics.upstreamCall(operation, "ok", .now - started) }
        var headers = HTTPFields()
        for name in [HTTPField.Name.contentType, .contentEncoding] { headers[name] = reply.headers[name] }
        if reply.status == 204 { return Response(status: .noContent) }
        let length = reply.length
        if let length { headers[.contentLength] = String(length) }
        return Response(
            status: .init(code: reply.status), headers: headers,
            body: .init(contentLength: length) { writer in
                var parts = reply.body.makeAsyncIterator()
                do {
                    while let part = try await parts.next() { try await writer.write(part) }
                } catch let fault as TransportError {
                    metrics.upstreamCall(operation, UpstreamError.transport(fault).kind, .now - started)
                    throw MirrorError(.transport(fault))
                }
                metrics.upstreamCall(operation, "ok", .now - started)
                try await writer.finish(nil)
            })
    }

    /// The errors of single items may name others' things, as whole refusals may.
    private static func cleaned(_ json: JSON, said: String) -> JSON {
        guard var members = json.objectValue, let errors = members["errors"]?.arrayValue, !errors.isEmpty else {
            return json
        }
        members["errors"] = .array(
            errors.map { error in
                guard var error = error.objectValue else { return error }
                for name in ["message", "details"] {
                    guard let text = error[name]?.stringValue else { continue }
                    error[name] = .string(MirrorError.Words.cleaned(text, sent: said))
                }
                return .object(error)
            })
        return .object(members)
    }

    /// A reply without what is not the tenant's to see; the same bytes when there is nothing of it.
    /// - Parameter change: more that becomes of it.
    func shown(
        _ reply: MirrorReply, _ x: MirrorContext, change: (JSON) throws -> JSON = { $0 }
    ) async throws -> Response {
        if reply.bytes.isEmpty { return Response(status: .init(code: reply.status)) }
        let json = try reply.json
        var out = Self.cleaned(try change(json), said: x.said)
        let rules = ReplyRules(
            callbackBase: callbacks.base, tenantTag: marks.tag(x.tenant), isKey: x.caller.isKey)
        let (tenant, references) = (x.tenant, rules.references(in: out))
        let urls =
            references.isEmpty
            ? [:]
            : try await database.read { try BotCreationStore.callbackURLs(tenant, references: references, in: $0) }
        out = rules.cleaned(out, urls: urls) ?? out
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
