import Synchronization

/// The stand-in of api.meetingbaas.com: v1 at the root, v2 under `/v2`.
struct MeetingBaaS: Sendable {
    typealias V1Handler = @Sendable (Call, _ account: String) throws -> Reply
    typealias V2Handler = @Sendable (Call, _ account: String, _ body: JSON) throws -> Reply

    let upstream: Upstream

    func origin() -> Origin {
        var api = Routes()
        addV1(&api)
        addV2(&api)
        return Origin(
            api: api, control: UpstreamControl(upstream: upstream).routes(),
            unknown: { call in
                let isV2 = call.path == "/v2" || call.path.hasPrefix("/v2/")
                guard isV2 else { return V1.error(404, "Not found") }
                return V2.error(404, "FST_ERR_NOT_FOUND", "Route \(call.method):\(call.path) not found")
            })
    }

    private func addV1(_ api: inout Routes) {
        let calendars = V1Calendars(upstream: upstream)
        let events = V1Events(upstream: upstream)
        let bots = V1Bots(upstream: upstream)
        v1(&api, "POST", "/calendars/raw") { try calendars.raw($0, $1) }
        v1(&api, "POST", "/calendars/resync_all") { try calendars.resyncAll($0, $1) }
        v1(&api, "GET", "/calendars") { try calendars.list($0, $1) }
        v1(&api, "POST", "/calendars") { try calendars.create($0, $1) }
        v1(&api, "GET", "/calendars/:uuid") { try calendars.get($0, $1) }
        v1(&api, "PATCH", "/calendars/:uuid") { try calendars.update($0, $1) }
        v1(&api, "DELETE", "/calendars/:uuid") { try calendars.delete($0, $1) }
        v1(&api, "GET", "/calendar_events") { try events.list($0, $1) }
        v1(&api, "GET", "/calendar_events/:uuid") { try events.get($0, $1) }
        v1(&api, "POST", "/calendar_events/:uuid/bot") { try events.schedule($0, $1) }
        v1(&api, "PATCH", "/calendar_events/:uuid/bot") { try events.reschedule($0, $1) }
        v1(&api, "DELETE", "/calendar_events/:uuid/bot") { try events.unschedule($0, $1) }
        v1(&api, "GET", "/bots/meeting_data") { try bots.meetingData($0, $1) }
    }

    private func addV2(_ api: inout Routes) {
        let calendars = V2Calendars(upstream: upstream)
        let events = V2Events(calendars: calendars)
        let eventBots = V2EventBots(calendars: calendars)
        let bots = V2Bots(upstream: upstream)
        v2(&api, "POST", "/v2/calendars/list-raw") { try calendars.listRaw($0, $1, $2) }
        v2(&api, "POST", "/v2/calendars") { try calendars.create($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars") { try calendars.list($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars/:calendar_id") { try calendars.get($0, $1, $2) }
        v2(&api, "PATCH", "/v2/calendars/:calendar_id") { try calendars.update($0, $1, $2) }
        v2(&api, "DELETE", "/v2/calendars/:calendar_id") { try calendars.delete($0, $1, $2) }
        v2(&api, "POST", "/v2/calendars/:calendar_id/sync") { try calendars.sync($0, $1, $2) }
        v2(&api, "POST", "/v2/calendars/:calendar_id/resubscribe") { try calendars.resubscribe($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars/:calendar_id/events") { try events.list($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars/:calendar_id/series") { try events.series($0, $1, $2) }
        v2(&api, "GET", "/v2/calendars/:calendar_id/events/:event_id") { try events.get($0, $1, $2) }
        v2(&api, "POST", "/v2/calendars/:calendar_id/bots") { try eventBots.schedule($0, $1, $2) }
        v2(&api, "PATCH", "/v2/calendars/:calendar_id/bots") { try eventBots.change($0, $1, $2) }
        v2(&api, "DELETE", "/v2/calendars/:calendar_id/bots") { try eventBots.cancel($0, $1, $2) }
        v2(&api, "GET", "/v2/bots/:bot_id") { try bots.get($0, $1, $2) }
        v2(&api, "GET", "/v2/bots/:bot_id/status") { try bots.status($0, $1, $2) }
    }

    /// v1: a bad key is 401; the legacy header counts (facts 1).
    private func v1(_ api: inout Routes, _ method: String, _ pattern: String, _ handler: @escaping V1Handler) {
        let upstream = upstream
        api.on(method, pattern) { call in
            guard let key = call.headers["x-meeting-baas-api-key"] ?? call.headers["x-spoke-api-key"],
                upstream.state.withLock({ $0.accounts[key] != nil })
            else { return V1.error(401, "InvalidApiKey") }
            return try handler(call, key)
        }
    }

    /// v2: a bad key is 403, not 401 (facts 3.1); a write without a JSON body is refused before anything is read.
    private func v2(_ api: inout Routes, _ method: String, _ pattern: String, _ handler: @escaping V2Handler) {
        let upstream = upstream
        api.on(method, pattern) { call in
            guard let key = call.headers["x-meeting-baas-api-key"], upstream.state.withLock({ $0.accounts[key] != nil })
            else { return V2.error(403, "FST_ERR_FORBIDDEN", "Forbidden: invalid API key") }
            guard call.method != "GET" else { return try handler(call, key, .null) }
            var reply: Reply
            do {
                reply = try handler(call, key, MeetingBaaS.v2Body(call))
            } catch let refusal as Refusal {
                reply = refusal.reply
            }
            reply.headers += MeetingBaaS.rateLimit(key, upstream)
            return reply
        }
    }

    private static func v2Body(_ call: Call) throws -> JSON {
        guard call.mediaType == "application/json" else {
            throw Refusal(
                V2.error(
                    415, "FST_ERR_CTP_INVALID_MEDIA_TYPE", "Unsupported Media Type: \(call.mediaType ?? "undefined")"))
        }
        guard !call.body.isEmpty else {
            throw V2.invalid(
                "Body cannot be empty when content-type is set to 'application/json'",
                code: "FST_ERR_CTP_EMPTY_JSON_BODY")
        }
        guard let body = JSON.parse(call.body) else {
            throw V2.invalid("Body is not valid JSON", code: "FST_ERR_CTP_INVALID_JSON_BODY")
        }
        return body
    }

    /// The headers of a Pro plan, ten writes a second; told, not enforced.
    private static func rateLimit(_ key: String, _ upstream: Upstream) -> [(name: String, value: String)] {
        let second = Moment.now.seconds
        let count = upstream.state.withLock { state in
            let before = state.writes[key]
            let count = before?.second == second ? (before?.count ?? 0) + 1 : 1
            state.writes[key] = (second, count)
            return count
        }
        return [
            ("x-ratelimit-limit", "10"), ("x-ratelimit-remaining", String(max(0, 10 - count))),
            ("x-ratelimit-reset", "1"),
        ]
    }
}
