import HTTPTransport
import HTTPTypes
import Hummingbird
import MeetingBaaS

/// One call of the mirror, read and not yet judged.
struct MirrorCall: Sendable {
    let operation: UpstreamOperation
    /// The values of the path's placeholders, decoded and in lower case.
    let ids: [String]
    /// Names are unique, since it is not documented which of two values upstream would take.
    let query: [(name: String, value: String)]

    init(operation: UpstreamOperation, ids: [String], query: [(name: String, value: String)]) {
        (self.operation, self.ids, self.query) = (operation, ids, query)
    }

    /// The fields of a query, as text.
    /// - Throws: `MirrorError` for one that cannot be read.
    static func fields(_ text: some StringProtocol) throws -> [(name: String, value: String)] {
        if text.isEmpty { return [] }
        guard let query = Form.decode(String(text)) else {
            throw MirrorError(400, "FST_ERR_BAD_REQUEST", "The query string is not properly percent-encoded UTF-8.")
        }
        var names: Set<String> = []
        for (name, _) in query where !names.insert(name).inserted {
            throw MirrorError.invalid("querystring/\(name)", "may be given once only")
        }
        return query
    }

    /// - Throws: `MirrorError` for a query that cannot be read, and for a value that names no object.
    init(_ operation: UpstreamOperation, _ request: Request, _ values: PathValues) throws {
        let query = try Self.fields(request.uri.query ?? "")
        let ids = try zip(operation.placeholders, operation.subjects).map { placeholder, kind in
            // A value that is no UUID names no object.
            guard let id = (try? values(placeholder))?.lowercased(), UpstreamID.isUUID(id) else {
                throw MirrorError.unknown(kind)
            }
            return id
        }
        self.init(operation: operation, ids: ids, query: query)
    }

    subscript(parameter name: String) -> String? { query.first { $0.name == name }?.value }
}

extension UpstreamOperation {
    /// The scope that a caller of the mirror needs.
    var scope: Scope { method == .get ? .mirrorRead : .mirrorWrite }
}

/// Decides which caller may make a call on which objects, and with which headers it is sent. A pure function over
/// values in memory. It returns the owners that are missing and is then called again, so the router and the fast path
/// decide alike.
enum MirrorDecision {
    enum CacheLookup: Sendable {
        case miss
        case unowned
        case owner(Owner)
    }

    enum Outcome: Sendable {
        case refuse(MirrorError)
        /// The owners of these objects are not in memory.
        case ask([ObjectReference])
        case forward(Outbound)
    }

    /// The request to Meeting BaaS without the key, which is added last, at the moment of sending.
    struct Outbound: Sendable {
        let operation: UpstreamOperation
        /// With its query.
        let target: String
        let headers: [(String, String)]
    }

    static func decide(
        _ call: MirrorCall, caller: Caller, account: String, headers: some RequestFields,
        cached: (ObjectReference) -> CacheLookup
    ) -> Outcome {
        let references: [ObjectReference]
        switch self.references(of: call, account: account) {
        case .success(let found): references = found
        case .failure(let error): return .refuse(error)
        }
        if let outcome = judge(references, caller: caller, cached: cached) { return outcome }
        return .forward(outbound(call, headers: headers))
    }

    /// - Returns: nil when every object is the caller's.
    static func judge(
        _ references: [ObjectReference], caller: Caller, cached: (ObjectReference) -> CacheLookup
    ) -> Outcome? {
        var missing: [ObjectReference] = []
        for reference in references {
            switch cached(reference) {
            case .miss: missing.append(reference)
            case .unowned: return .refuse(.unknown(reference.kind))
            case .owner(let owner):
                guard caller.owns(owner), reference.calendar == nil || reference.calendar == owner.calendar else {
                    return .refuse(.unknown(reference.kind))
                }
            }
        }
        return missing.isEmpty ? nil : .ask(missing)
    }

    /// Every object that the path and the query name.
    static func references(of call: MirrorCall, account: String) -> Result<[ObjectReference], MirrorError> {
        let operation = call.operation
        for (name, value) in call.query where value.isEmpty && selecting.contains(name) {
            return .failure(.invalid("querystring/\(name)", "must not be empty; leave it out instead"))
        }
        var found: [ObjectReference] = []
        var calendar: String?
        for (kind, id) in zip(operation.subjects, call.ids) {
            found.append(
                ObjectReference(account: account, version: operation.version, kind: kind, id: id, calendar: calendar))
            if kind == .calendar { calendar = id }
        }
        for (owning, name, kind) in queried where owning == operation {
            guard let id = call[parameter: name], !id.isEmpty else {
                return .failure(.invalid("querystring/\(name)", "is required"))
            }
            found.append(
                ObjectReference(account: account, version: operation.version, kind: kind, id: id.lowercased()))
        }
        return .success(found)
    }

    /// Calls that name an object in their query.
    private static let queried: [(UpstreamOperation, String, ObjectKind)] = [
        (UpstreamOperation.V1.meetingData, "bot_id", .bot), (UpstreamOperation.V1.listEvents, "calendar_id", .calendar),
    ]

    /// Parameters that select the owner of the answer: an object, an account, or a condition on `extra`. An empty one
    /// would return all that the caller may see.
    private static let selecting: Set = [
        "user_id", "connection_id", "calendar_id", "bot_id", "event_id", "series_id", "credential_id", "extra",
        "filter_by_extra", "account_email", "zoom_email", "zoom_user_id",
    ]

    static func outbound(_ call: MirrorCall, headers: some RequestFields) -> Outbound {
        let query = Form.encode(call.query.map { ($0.name, $0.value) })
        let path = call.operation.path(call.ids)
        return Outbound(
            operation: call.operation, target: query.isEmpty ? path : "\(path)?\(query)", headers: outbound(headers))
    }

    /// The caller's headers that upstream gets: these and no other, so that no credential, cookie, address or hop-by-hop
    /// field (RFC 9110 section 7.6.1) leaves. What `Connection` names is the connection's own, and stays too.
    static func outbound(_ headers: some RequestFields) -> [(String, String)] {
        let hop = headers.values(of: .connection).flatMap { $0.split(separator: ",") }
            .map { $0.filter { !$0.isWhitespace }.lowercased() }
        var out: [(String, String)] = []
        for name in passed where !hop.contains(name.canonicalName) {
            guard let value = headers[name], value.utf8.count <= 1024 else { continue }
            out.append((name.rawName, value))
        }
        if !out.contains(where: { $0.0 == "Accept" }) { out.append(("Accept", "application/json")) }
        out.append(("User-Agent", userAgent))
        return out
    }

    private static let userAgent = "meeting-gateway/\(Version.number)"
    private static let passed: [HTTPField.Name] = [
        .make("Accept"), .make("Accept-Language"), .make("traceparent"), .make("tracestate"),
    ]
}
