import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import OAuth
import SQL

/// Calendars. Where Meeting BaaS requires OAuth credentials, the caller names a connection, and the API's own service
/// does the work, so that a calendar made here is one like any other.
extension MirrorAPI {
    func rawCalendars(_ context: MirrorContext) async throws -> Response {
        _ = try await allowed(context)
        let connection = try await connection(try fields(context), context)
        let found = try await upstreamCall { try await calendars.rawCalendars(connection, version: context.version) }
        switch context.version {
        case .v1:
            let items = found.map { raw -> JSON in
                ["id": .string(raw.id), "email": .string(raw.email ?? ""), "is_primary": .bool(raw.isPrimary)]
            }
            return .json(.ok, ["calendars": .array(items)])
        case .v2:
            let items = found.map { raw -> JSON in
                [
                    "id": .string(raw.id), "name": .string(raw.name ?? raw.email ?? raw.id),
                    "email": .string(raw.email ?? ""), "is_primary": .bool(raw.isPrimary),
                ]
            }
            return .json(.ok, ["success": true, "data": .array(items)])
        }
    }

    /// The owner's repeated create answers as the first did.
    func createCalendar(_ context: MirrorContext) async throws -> Response {
        _ = try await allowed(context)
        let fields = try fields(context)
        let connection = try await connection(fields, context)
        // `primary` is not the same to the check for duplicates as the calendar's id (facts/meeting-baas.md 4.1).
        let raw = fields["raw_calendar_id"]?.stringValue.flatMap { $0.isEmpty || $0 == "primary" ? nil : $0 }
        let (_, admission) = try await database.admit(context.caller, connection: connection.id, at: clock.now)
        let (calendar, _) = try await upstreamCall {
            try await calendars.create(
                connection, raw: raw, limit: context.caller.tenant.settings.limits.calendars, version: context.version,
                as: admission)
        }
        let now = try await upstreamState(calendar)
        switch context.version {
        case .v1: return .json(.ok, ["calendar": Self.v1(calendar, now)])
        case .v2:
            return .json(
                .created,
                [
                    "success": true,
                    "data": [
                        "calendar_id": .string(calendar.publicID),
                        "calendar_platform": .string(calendar.provider.rawValue),
                        "account_email": .string(now?.email ?? connection.email ?? calendar.email ?? ""),
                        "status": .string(now?.status ?? calendar.status),
                        "created_at": .string(now?.createdAt ?? "\(calendar.createdAt)"),
                    ],
                ])
        }
    }

    /// New credentials for a calendar: those of its own connection, whatever they are by now.
    func updateCalendar(_ context: MirrorContext) async throws -> Response {
        _ = try await allowed(context)
        let fields = try fields(context)
        let connection = try await connection(fields, context)
        let calendar = try await calendar(context)
        guard connection.id == calendar.connection else {
            throw MirrorError.invalid("body/connection_id", "must be the connection that the calendar was made from")
        }
        let renewed = try await upstreamCall { try await calendars.renew(calendar, of: connection) }
        let now = try await upstreamState(renewed)
        switch context.version {
        case .v1: return .json(.ok, ["calendar": Self.v1(renewed, now)])
        case .v2:
            return .json(
                .ok,
                [
                    "success": true,
                    "data": [
                        "calendar_id": .string(renewed.publicID),
                        "calendar_platform": .string(renewed.provider.rawValue),
                        "account_email": .string(now?.email ?? connection.email ?? ""),
                        "status": .string(now?.status ?? renewed.status), "updated_at": .string("\(clock.now)"),
                    ],
                ])
        }
    }

    func deleteCalendar(_ context: MirrorContext) async throws -> Response {
        _ = try await allowed(context)
        try await calendars.disconnect(try await calendar(context))
        return context.version == .v1
            ? Response(status: .ok)
            : .json(.ok, ["success": true, "data": ["message": "The calendar connection was deleted."]])
    }

    /// v1 can only sync the whole account (`AccountSync`). The reply contains the caller's own calendars only.
    func resync(_ context: MirrorContext) async throws -> Response {
        _ = try await allowed(context)
        let own = try await ids(.calendar, context)
        guard !own.isEmpty else { return .json(.ok, ["synced_calendars": [], "errors": []]) }
        // A number of days would apply to all tenants' calendars, so the vendor's default is used.
        let call = MirrorCall(operation: context.operation, ids: [], query: [])
        let outbound = MirrorDecision.outbound(call, headers: context.request.headers)
        func didNothing(_ error: any Error) -> Bool { (error as? MirrorError).map { !$0.mayHaveHappened } ?? false }
        let synced = try await AccountSync(database: database, clock: clock).run(
            context.account.id, didNothing: didNothing
        ) {
            let reply = try await self.reply(to: outbound, nil, context)
            return try await presented(reply, context) { json in
                guard var out = json.objectValue else { throw MirrorError(UpstreamError.malformed) }
                out["synced_calendars"] = .array(
                    (out["synced_calendars"]?.arrayValue ?? []).filter {
                        own.contains($0.stringValue?.lowercased() ?? "")
                    })
                out["errors"] = .array(
                    (out["errors"]?.arrayValue ?? []).compactMap { item in
                        guard let pair = item.arrayValue, let id = pair.first?.stringValue?.lowercased(),
                            own.contains(id)
                        else { return nil }
                        return .array([.string(id), .string(pair.dropFirst().first?.stringValue ?? "")])
                    })
                return .object(out)
            }
        }
        return synced
            ?? .json(.ok, ["synced_calendars": .array(own.sorted().map { .string($0) }), "errors": []])
    }

    // MARK: - pieces

    private func fields(_ context: MirrorContext) throws -> JSON.Members {
        guard let fields = try body(context).objectValue else {
            throw MirrorError.invalid("body", "must be an object with connection_id")
        }
        return fields
    }

    /// The connection that a body names, by `connection_id` or, since the vendor's SDK drops fields it does not know,
    /// by `oauth_refresh_token: "con_…"`. Credentials themselves become a connection only for who may import.
    private func connection(_ fields: JSON.Members, _ context: MirrorContext) async throws -> Connection {
        let token = fields["oauth_refresh_token"]?.stringValue
        let named = fields["connection_id"]?.stringValue ?? token.flatMap { $0.hasPrefix("con_") ? $0 : nil }
        let platform = (fields["calendar_platform"] ?? fields["platform"])?.stringValue?.lowercased()
        guard let named else {
            let connection = try await imported(token, platform, fields, context)
            IdempotencyClaim.current?.concern(user: connection.user)
            return connection
        }
        guard let found = try await database.connection(context.tenant, named, user: context.user) else {
            throw MirrorError(404, "FST_ERR_NOT_FOUND", "There is no such connection that this caller may see.")
        }
        guard platform == nil || platform == found.provider.rawValue else {
            throw MirrorError.invalid(
                "body/\(context.version == .v1 ? "platform" : "calendar_platform")",
                "must be the connection's own, which is \(found.provider.rawValue)")
        }
        IdempotencyClaim.current?.concern(user: found.user)
        return found
    }

    private func imported(
        _ token: String?, _ platform: String?, _ fields: JSON.Members, _ context: MirrorContext
    ) async throws -> Connection {
        guard let token else {
            throw MirrorError.invalid("body/connection_id", "is required: the gateway keeps the credentials")
        }
        guard context.caller.scopes.contains(.connectionsImport), context.caller.isKey else {
            throw MirrorError.invalid(
                "body/oauth_refresh_token",
                "is not taken here: send connection_id, or a key with the scope connections:import")
        }
        guard let provider = platform.flatMap({ ProviderName(rawValue: $0) }) else {
            throw MirrorError.invalid("body/calendar_platform", "must be google or microsoft")
        }
        guard let user = context.user else {
            throw MirrorError.invalid("header Gateway-User", "is required to import a token: it names whose it is")
        }
        guard try await grants.clientID(context.tenant, provider) == fields["oauth_client_id"]?.stringValue else {
            throw MirrorError.invalid(
                "body/oauth_client_id", "must be the client that the tenant has with \(provider.rawValue)")
        }
        return try await grants.connection(
            token, of: user, provider, for: context.caller, place: "body/oauth_refresh_token")
    }

    private func calendar(_ context: MirrorContext) async throws -> ConnectedCalendar {
        let (tenant, user, id) = (context.tenant, context.user, context.call.ids[0])
        guard let calendar = try await database.read({ try CalendarStore.find(tenant, id, user: user, in: $0) }) else {
            throw MirrorError.unknown(.calendar)
        }
        return calendar
    }

    /// The calendar at Meeting BaaS; nil if it cannot be asked.
    private func upstreamState(_ calendar: ConnectedCalendar) async throws -> UpstreamCalendar? {
        try? await upstream.api(for: calendar).calendar(calendar.publicID)
    }

    private static func v1(_ calendar: ConnectedCalendar, _ current: UpstreamCalendar?) -> JSON {
        [
            "uuid": .string(calendar.publicID), "name": .string(current?.name ?? calendar.name ?? ""),
            "email": .string(current?.email ?? calendar.email ?? ""),
            "google_id": .string(current?.rawCalendarID ?? calendar.rawCalendarID),
        ]
    }
}
