import Synchronization

/// The fake of api.meetingbaas.com: v1 at the root, v2 under `/v2`.
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

    /// v1: a bad key is 401; the legacy header counts (facts 1).
    func v1(_ api: inout Routes, _ method: String, _ pattern: String, _ handler: @escaping V1Handler) {
        let upstream = upstream
        api.on(method, pattern) { call in
            guard let key = call.headers["x-meeting-baas-api-key"] ?? call.headers["x-spoke-api-key"],
                let account = upstream.state.withLock({ $0.account(of: key) })
            else { return V1.error(401, "InvalidApiKey") }
            if call.method != "GET", WriteRate(account, upstream).isExceeded { return V1.error(429, "TooManyRequests") }
            return try handler(call, account)
        }
    }

    /// v2: a bad key is 403, not 401 (facts 3.1); a write without a JSON body is refused before anything is read.
    func v2(_ api: inout Routes, _ method: String, _ pattern: String, _ handler: @escaping V2Handler) {
        let upstream = upstream
        api.on(method, pattern) { call in
            guard let key = call.headers["x-meeting-baas-api-key"],
                let account = upstream.state.withLock({ $0.account(of: key) })
            else { return V2.error(403, "FST_ERR_FORBIDDEN", "Forbidden: invalid API key") }
            guard call.method != "GET" else { return try handler(call, account, .null) }
            let rate = WriteRate(account, upstream)
            var reply: Reply
            do {
                reply =
                    rate.isExceeded
                    ? V2.tooManyRequests(rate.limit) : try handler(call, account, MeetingBaaS.v2Body(call))
            } catch let refusal as Refusal {
                reply = refusal.reply
            }
            reply.headers += rate.headers
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
}
