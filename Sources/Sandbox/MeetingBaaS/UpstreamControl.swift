import Synchronization

/// The control calls of the Meeting BaaS port: what a person or the vendor would do from outside.
struct UpstreamControl: Sendable {
    let upstream: Upstream

    func routes() -> Routes {
        let upstream = upstream
        let bots = BotControl(upstream: upstream)
        let events = EventControl(upstream: upstream)
        var routes = Routes()
        routes.on("GET", "/") { _ in
            .text(200, "Meeting Gateway sandbox: a stand-in of the Meeting BaaS API, v1 and v2.\n")
        }
        routes.on("PUT", "/_sandbox/accounts") { try setAccount($0) }
        routes.on("POST", "/_sandbox/restore") { try Restore(upstream: upstream).restore($0) }
        routes.on("POST", "/_sandbox/events") { try events.add($0) }
        routes.on("PATCH", "/_sandbox/events/:event_id") { try events.change($0) }
        routes.on("POST", "/_sandbox/events/:event_id/run-bot") { try bots.runEvent($0) }
        routes.on("POST", "/_sandbox/bots/:bot_id/run") { try bots.runBot($0) }
        routes.on("GET", "/_sandbox/bots") { _ in .json(200, ["data": .array(bots.list)]) }
        routes.on("PUT", "/_sandbox/limits") { setLimits($0) }
        routes.on("POST", "/_sandbox/webhooks") { try sendWebhook($0) }
        routes.on("GET", "/_sandbox/webhooks") { _ in .json(200, ["data": upstream.outbox.history]) }
        routes.on("POST", "/_sandbox/calendars/:calendar_id/status") { try setStatus($0) }
        routes.on("GET", "/_sandbox/calendars") { _ in .json(200, ["data": .array(calendars)]) }
        routes.on("GET", "/_sandbox/artifacts/:bot_id/:name") { call in
            .text(200, "This would be \(call.parameter("name")) of bot \(call.parameter("bot_id")).\n")
        }
        return routes
    }

    private func setAccount(_ call: Call) throws -> Reply {
        let body = JSON.parse(call.body)
        guard let key = body?["api_key"]?.string, !key.isEmpty else {
            return .json(400, ["error": "api_key is missing"])
        }
        upstream.state.withLock { state in
            let number = state.accounts[key]?.number ?? state.accounts.count + 1
            var settings = state.accounts[key]?.settings ?? SandboxAccount(apiKey: key, webhookSecret: "whsec_")
            if let secret = body?["webhook_secret"]?.string { settings.webhookSecret = secret }
            if let url = body?["webhook_url"] { settings.webhookURL = url.string }
            // `team_of`: a second key of that account.
            state.accounts[key] = Upstream.Account(
                settings: settings, number: number, teamOf: body?["team_of"]?.string)
        }
        return .json(200, ["api_key": .string(key)])
    }

    private func setLimits(_ call: Call) -> Reply {
        upstream.state.withLock { state in
            var limits = state.limits
            guard let body = JSON.parse(call.body), limits.change(body) else {
                return .json(400, ["error": "writes_per_second, daily_bots, calendars and tokens are numbers or null"])
            }
            state.limits = limits
            return .json(200, limits.json)
        }
    }

    /// `{api_key, version: v1|v2, body}`: any body at all, signed like a real one.
    private func sendWebhook(_ call: Call) throws -> Reply {
        let request = JSON.parse(call.body)
        guard let key = request?["api_key"]?.string, let body = request?["body"],
            let version = request?["version"]?.string.flatMap({ APIVersion(rawValue: $0) })
        else { return .json(400, ["error": "api_key, version (v1 or v2) and body are needed"]) }
        let id = upstream.outbox.send(WebhookMessage(account: key, version: version, body: body))
        return .json(202, ["id": .string(id)])
    }

    private func setStatus(_ call: Call) throws -> Reply {
        let body = JSON.parse(call.body)
        let known = ["active", "error", "revoked", "permission_denied"]
        guard let status = body?["status"]?.string, known.contains(status) else {
            return .json(400, ["error": .string("status is one of \(known.joined(separator: ", "))")])
        }
        let id = call.parameter("calendar_id").lowercased()
        guard let calendar = upstream.setStatus(id, status, body?["status_message"]?.string) else {
            return .json(404, ["error": "There is no such calendar"])
        }
        return .json(200, ["calendar_id": .string(calendar.id), "status": .string(calendar.status)])
    }

    /// Every calendar of every account, with what the vendor never shows.
    private var calendars: [JSON] {
        upstream.state.withLock { state in
            state.calendars.values.sorted { $0.createdAt < $1.createdAt }.map { calendar in
                [
                    "calendar_id": .string(calendar.id), "api_key": .string(calendar.account),
                    "version": .string(calendar.version.rawValue), "platform": .string(calendar.platform.rawValue),
                    "email": .string(calendar.email), "raw_calendar_id": .string(calendar.raw.id),
                    "refresh_token": .string(calendar.credentials.refreshToken), "status": .string(calendar.status),
                    "events": .integer(calendar.events.count),
                ]
            }
        }
    }
}
