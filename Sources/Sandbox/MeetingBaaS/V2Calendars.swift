import Synchronization

/// v2's calendar connections: `/v2/calendars…`.
struct V2Calendars: Sendable {
    let upstream: Upstream

    func listRaw(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let (platform, credentials) = try V2Calendars.credentials(V2Checks(body))
        let access = try access(platform, credentials)
        let calendars = People.calendars(of: access.access.email, at: platform)
        return V2.success(
            200,
            .array(
                calendars.map {
                    [
                        "id": .string($0.id), "name": .string($0.name), "email": .string($0.email),
                        "is_primary": .bool($0.isPrimary),
                    ]
                }))
    }

    func create(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let checks = try V2Checks(body)
        let (platform, credentials) = try V2Calendars.credentials(checks)
        let rawID = try checks.text("raw_calendar_id")
        let isFull = upstream.state.withLock { state in
            state.limits.calendars.map { state.calendars(of: account, .v2).count >= $0 } ?? false
        }
        guard !isFull else {
            throw Refusal(
                V2.error(
                    429, "FST_ERR_CALENDAR_CONNECTION_LIMIT_EXCEEDED",
                    "The calendar connections of your plan are used up"))
        }
        let (access, kept) = try access(platform, credentials)
        let raw: RawCalendar
        do { raw = try upstream.raw(rawID, of: access.email, at: platform) } catch { throw V2.refusal(error) }
        guard let calendar = upstream.connect(platform, kept, raw: raw, account: account, version: .v2) else {
            throw Refusal(
                V2.error(
                    409, "FST_ERR_CALENDAR_CONNECTION_ALREADY_EXISTS",
                    "A calendar connection already exists for this calendar"))
        }
        // Both may arrive before this reply does (facts 10, item 14).
        upstream.outbox.send(V2Messages.connectionCreated(calendar), of: calendar)
        upstream.outbox.send(V2Messages.eventsSynced(calendar), of: calendar)
        return V2.success(
            201, .object(V2Calendars.summary(calendar).merging(["created_at": calendar.createdAt.json]) { $1 }))
    }

    func list(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let query = V2Query(call)
        let platforms = try query.choices("calendar_platform", ["google", "microsoft"])
        let statuses = try query.choices("status", ["active", "error", "revoked", "permission_denied"])
        let email = query["account_email"]?.lowercased()
        let rows = upstream.state.withLock { $0.calendars(of: account, .v2) }
            .reversed()
            .filter { platforms?.contains($0.platform.rawValue) ?? true }
            .filter { statuses?.contains($0.status) ?? true }
            .filter { calendar in email.map { calendar.email.contains($0) } ?? true }
            .map { calendar -> (key: String, item: JSON) in
                var item = V2Calendars.summary(calendar)
                item["synced_at"] = calendar.syncedAt.json
                item["created_at"] = calendar.createdAt.json
                return ("\(calendar.createdAt.text)::\(calendar.id)", .object(item))
            }
        return V2.list(try V2Page(rows, limit: query.limit(), cursor: query["cursor"]))
    }

    func get(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let calendar = try find(call, account)
        var item = V2Calendars.summary(calendar)
        item["status_message"] = .optional(calendar.statusMessage)
        item["subscription_id"] = .string(calendar.subscriptionID)
        item["subscription_expires_at"] = calendar.subscriptionExpiresAt.json
        item["synced_at"] = calendar.syncedAt.json
        item["sync_status"] = .string(calendar.syncStatus)
        item["sync_error"] = .optional(calendar.syncStatus == "success" ? nil : calendar.statusMessage)
        // No raw_calendar_id: the schema's details have none (facts 2.3).
        item["provider_metadata"] = JSON.null
        item["created_at"] = calendar.createdAt.json
        item["updated_at"] = calendar.updatedAt.json
        return V2.success(200, .object(item))
    }

    func update(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let checks = try V2Checks(body)
        let calendar = try find(call, account)
        let credentials = try V2Calendars.secrets(checks)
        let kept: CalendarRecord.Credentials
        do {
            let result = try upstream.access(calendar.platform, credentials)
            kept = result.credentials
            // Another person's grant does not see the calendar that is connected here.
            _ = try upstream.raw(calendar.raw.id, of: result.access.email, at: calendar.platform)
        } catch {
            // "If the refresh fails, the connection status is updated to `error`" (v2, PATCH).
            if case .calendar = error {
                throw Refusal(
                    V2.error(403, "FST_ERR_CALENDAR_PERMISSION_DENIED", "Permission denied for this calendar"))
            }
            upstream.setStatus(calendar.id, "error", "OAuth token refresh failed")
            throw V2.refusal(error)
        }
        upstream.update(calendar.id) { calendar, now in
            calendar.credentials = kept
            calendar.subscriptionID = Identifiers.uuid()
            calendar.subscriptionExpiresAt = now.adding(Upstream.subscriptionSeconds(calendar.platform))
        }
        guard let changed = upstream.setStatus(calendar.id, "active", nil) else { throw V2Calendars.notFound }
        return V2.success(
            200, .object(V2Calendars.summary(changed).merging(["updated_at": changed.updatedAt.json]) { $1 }))
    }

    func delete(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let calendar = try find(call, account)
        let time = upstream.state.withLock { state in
            state.calendars[calendar.id] = nil
            return state.tick()
        }
        upstream.outbox.send(V2Messages.connectionDeleted(calendar, at: time), of: calendar)
        return V2.success(200, ["message": "Calendar connection deleted successfully"])
    }

    func sync(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let calendar = try find(call, account)
        try refresh(calendar)
        // No webhook: events_synced is sent once per connection, never on a resync (facts 6.4).
        upstream.update(calendar.id) { calendar, now in calendar.syncedAt = now }
        return V2.success(200, ["message": "Calendar sync started"])
    }

    func resubscribe(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let calendar = try find(call, account)
        try refresh(calendar)
        let changed = upstream.update(calendar.id) { calendar, now in
            calendar.subscriptionID = Identifiers.uuid()
            calendar.subscriptionExpiresAt = now.adding(Upstream.subscriptionSeconds(calendar.platform))
        }
        guard let changed else { throw V2Calendars.notFound }
        return V2.success(
            200, ["calendar_id": .string(changed.id), "resubscribed_at": changed.updatedAt.json])
    }

    /// The calendar of the path; 400 when it is no UUID, 404 when it is not this account's.
    func find(_ call: Call, _ account: String) throws -> CalendarRecord {
        let id = call.parameter("calendar_id")
        guard Identifiers.isUUID(id) else { throw V2.invalid("params/calendar_id Invalid UUID") }
        guard let calendar = upstream.state.withLock({ $0.calendar(id, of: account, .v2) }) else {
            throw V2Calendars.notFound
        }
        return calendar
    }

    private static var notFound: Refusal {
        V2.missing("FST_ERR_CALENDAR_CONNECTION_NOT_FOUND", "Calendar connection not found")
    }

    private func access(_ platform: Platform, _ credentials: CalendarRecord.Credentials) throws
        -> (access: Access, credentials: CalendarRecord.Credentials)
    {
        do { return try upstream.access(platform, credentials) } catch { throw V2.refusal(error) }
    }

    /// Refreshes with the stored token; a revoked grant makes the connection `revoked` and sends a webhook.
    private func refresh(_ calendar: CalendarRecord) throws {
        do {
            let kept = try upstream.access(calendar.platform, calendar.credentials).credentials
            upstream.update(calendar.id) { calendar, _ in calendar.credentials = kept }
        } catch {
            if case .scope = error {
                upstream.setStatus(calendar.id, "permission_denied", "Calendar access was not granted")
            } else {
                upstream.setStatus(calendar.id, "revoked", "OAuth token refresh failed")
            }
            throw V2.refusal(error)
        }
    }

    private static func summary(_ calendar: CalendarRecord) -> [String: JSON] {
        [
            "calendar_id": .string(calendar.id), "calendar_platform": .string(calendar.platform.rawValue),
            "account_email": .string(calendar.email), "status": .string(calendar.status),
        ]
    }

    private static func credentials(_ checks: V2Checks) throws -> (Platform, CalendarRecord.Credentials) {
        let name = try checks.string("calendar_platform", required: true, oneOf: ["google", "microsoft"])
        return (name == "google" ? .google : .microsoft, try secrets(checks))
    }

    private static func secrets(_ checks: V2Checks) throws -> CalendarRecord.Credentials {
        CalendarRecord.Credentials(
            clientID: try checks.text("oauth_client_id"), clientSecret: try checks.text("oauth_client_secret"),
            refreshToken: try checks.text("oauth_refresh_token"),
            tenant: try checks.string("oauth_tenant_id") ?? "common")
    }
}
