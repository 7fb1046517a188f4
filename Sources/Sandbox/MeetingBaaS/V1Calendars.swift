import Synchronization

/// v1's calendars: `/calendars/…`. Bare objects, and errors as `{"error": …}` (facts 3.3; the file documents none).
struct V1Calendars: Sendable {
    let upstream: Upstream

    func raw(_ call: Call, _ account: String) throws -> Reply {
        let (platform, credentials) = try V1Calendars.credentials(V1.body(call))
        let email = try access(platform, credentials).access.email
        let calendars = People.calendars(of: email, at: platform)
        return .json(
            200,
            [
                "calendars": .array(
                    calendars.map {
                        ["id": .string($0.id), "email": .string($0.email), "is_primary": .bool($0.isPrimary)]
                    })
            ])
    }

    func create(_ call: Call, _ account: String) throws -> Reply {
        let body = try V1.body(call)
        let (platform, credentials) = try V1Calendars.credentials(body)
        let rawID = try V1.string(body, "raw_calendar_id")
        let (access, kept) = try access(platform, credentials)
        let raw: RawCalendar
        do { raw = try upstream.raw(rawID, of: access.email, at: platform) } catch { throw V1.refusal(error) }
        // v1 does not detect duplicates: the same calendar twice would record twice.
        guard let calendar = upstream.connect(platform, kept, raw: raw, account: account, version: .v1) else {
            throw Refusal(V1.error(500, "The calendar could not be created"))
        }
        V1Messages.sync(calendar, calendar.sortedEvents, upstream.outbox)
        return .json(200, ["calendar": V1Calendars.item(calendar)])
    }

    /// The whole account, unpaged.
    func list(_ call: Call, _ account: String) throws -> Reply {
        let calendars = upstream.state.withLock { $0.calendars(of: account, .v1) }
        return .json(200, .array(calendars.map { V1Calendars.item($0) }))
    }

    func get(_ call: Call, _ account: String) throws -> Reply { .json(200, V1Calendars.item(try find(call, account))) }

    /// New credentials, same uuid: "automatically unschedules existing bots … and triggers a full resync" (v1).
    func update(_ call: Call, _ account: String) throws -> Reply {
        let body = try V1.body(call)
        let calendar = try find(call, account)
        let (platform, credentials) = try V1Calendars.credentials(body)
        let (access, kept) = try access(platform, credentials)
        let same = platform == calendar.platform
        let raw: RawCalendar
        do {
            raw = try upstream.raw(same ? calendar.raw.id : nil, of: access.email, at: platform)
        } catch {
            throw V1.refusal(error)
        }
        let fresh = same ? nil : upstream.state.withLock { $0.seeds(raw, platform, $0.tick()) }
        let changed = upstream.update(calendar.id) { calendar, now in
            if let fresh { calendar.events = fresh }
            calendar.platform = platform
            calendar.email = access.email
            calendar.raw = raw
            calendar.credentials = kept
            calendar.syncedAt = now
            for id in calendar.events.keys where calendar.events[id]?.bot != nil {
                calendar.events[id]?.bot = nil
                calendar.events[id]?.updatedAt = now
            }
        }
        guard let changed else { throw V1.notFound("Calendar") }
        V1Messages.sync(changed, changed.sortedEvents, upstream.outbox)
        return .json(200, ["calendar": V1Calendars.item(changed)])
    }

    func delete(_ call: Call, _ account: String) throws -> Reply {
        let calendar = try find(call, account)
        upstream.state.withLock { $0.calendars[calendar.id] = nil }
        return Reply(200)
    }

    /// Every calendar of the account: v1 has no sync of a single one.
    func resyncAll(_ call: Call, _ account: String) throws -> Reply {
        if let days = call.query("days"), Int(days) == nil { throw Refusal(V1.error(400, "days is not a number")) }
        var synced: [JSON] = []
        var errors: [JSON] = []
        for calendar in upstream.state.withLock({ $0.calendars(of: account, .v1) }) {
            do {
                let kept = try upstream.access(calendar.platform, calendar.credentials).credentials
                let changed = upstream.update(calendar.id) { calendar, now in
                    calendar.credentials = kept
                    calendar.syncedAt = now
                }
                if let changed { V1Messages.sync(changed, changed.sortedEvents, upstream.outbox) }
                synced.append(.string(calendar.id))
            } catch {
                errors.append([.string(calendar.id), .string(V1.message(error))])
            }
        }
        return .json(200, ["synced_calendars": .array(synced), "errors": .array(errors)])
    }

    private func find(_ call: Call, _ account: String) throws -> CalendarRecord {
        let calendar = upstream.state.withLock { $0.calendar(call.parameter("uuid"), of: account, .v1) }
        guard let calendar else { throw V1.notFound("Calendar") }
        return calendar
    }

    private func access(_ platform: Platform, _ credentials: CalendarRecord.Credentials) throws
        -> (access: Access, credentials: CalendarRecord.Credentials)
    {
        do { return try upstream.access(platform, credentials) } catch { throw V1.refusal(error) }
    }

    private static func credentials(_ body: JSON) throws -> (Platform, CalendarRecord.Credentials) {
        let name = try V1.required(body, "platform")
        guard let platform = [Platform.google, .microsoft].first(where: { $0.capitalized == name }) else {
            throw Refusal(V1.error(400, "unknown variant `\(name)`, expected `Google` or `Microsoft`"))
        }
        let credentials = CalendarRecord.Credentials(
            clientID: try V1.required(body, "oauth_client_id"),
            clientSecret: try V1.required(body, "oauth_client_secret"),
            refreshToken: try V1.required(body, "oauth_refresh_token"), tenant: "common")
        return (platform, credentials)
    }

    /// `google_id` is the provider's id for Microsoft as well; no status, no platform, no times (facts 1.4).
    private static func item(_ calendar: CalendarRecord) -> JSON {
        [
            "uuid": .string(calendar.id), "name": .string(calendar.raw.name), "email": .string(calendar.email),
            "google_id": .string(calendar.raw.id), "resource_id": .string(calendar.subscriptionID),
        ]
    }
}
