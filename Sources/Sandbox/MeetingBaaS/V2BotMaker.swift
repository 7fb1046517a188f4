import Synchronization

/// v2's `POST /v2/bots`, `POST /v2/bots/scheduled` and their batches.
struct V2BotMaker: Sendable {
    /// Why no bot was made: an error of its own, or an item's in a batch, where the code has no prefix (facts 3.3).
    private struct Problem: Error {
        let status: Int
        let code: String
        let message: String

        static let platform = Problem(
            status: 400, code: "INVALID_MEETING_PLATFORM", message: "The meeting URL is of no supported platform")
        static let cap = Problem(
            status: 429, code: "DAILY_BOT_CAP_REACHED", message: "The daily bot cap of your plan is reached")
        static let tokens = Problem(
            status: 402, code: "INSUFFICIENT_TOKENS", message: "Insufficient tokens to create a bot")
        static let twin = Problem(
            status: 409, code: "BOT_ALREADY_EXISTS", message: "A bot already exists for this meeting URL")

        var refusal: Refusal {
            guard status != 400 else { return V2.invalid(message, code: "FST_ERR_" + code) }
            return Refusal(V2.error(status, "FST_ERR_" + code, message))
        }
    }

    let upstream: Upstream

    func create(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        try one(body) { try join($0, account) }
    }

    func schedule(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        try one(body) { try plan($0, account) }
    }

    func createBatch(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        try batch(body) { try join($0, account) }
    }

    func scheduleBatch(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        try batch(body) { try plan($0, account) }
    }

    private func one(_ body: JSON, _ make: (V2Checks) throws -> String) throws -> Reply {
        do {
            return V2.success(201, ["bot_id": .string(try make(V2Checks(body)))])
        } catch let problem as Problem {
            throw problem.refusal
        }
    }

    /// Item by item in their order; 201 even when all fail (v2, `batchCreateBots`).
    private func batch(_ body: JSON, _ make: (V2Checks) throws -> String) throws -> Reply {
        guard let items = body.array, (1...100).contains(items.count) else {
            throw V2.invalid("body Invalid input: expected an array of 1 to 100 items")
        }
        var data: [JSON] = []
        var errors: [JSON] = []
        for (index, item) in items.enumerated() {
            let extra: JSON = item["extra"].flatMap { $0.object == nil ? nil : $0 } ?? .null
            func fail(_ code: String, _ message: String) {
                errors.append([
                    "index": .integer(index), "code": .string(code), "message": .string(message), "details": nil,
                    "extra": extra,
                ])
            }
            do {
                let id = try make(V2Checks(item, path: "body/\(index)"))
                data.append(["index": .integer(index), "bot_id": .string(id), "extra": extra])
            } catch let problem as Problem {
                fail(problem.code, problem.message)
            } catch let refusal as Refusal {
                fail("VALIDATION_ERROR", JSON.parse(refusal.reply.body)?["message"]?.string ?? "Invalid input")
            }
        }
        return .json(201, ["success": true, "data": .array(data), "errors": .array(errors)])
    }

    /// Checked in the vendor's order: platform, daily cap, tokens, duplicates.
    private func join(_ checks: V2Checks, _ account: String) throws -> String {
        let url = try check(checks)
        let alone = checks.object["allow_multiple_bots"]?.bool == false
        return try upstream.state.withLock { state -> Result<String, Problem> in
            if V2BotMaker.isCapped(account, state) { return .failure(.cap) }
            if let tokens = state.limits.tokens {
                let reserved = Double(state.bots(of: account, .v2).count + 1) / 2
                if reserved > tokens { return .failure(.tokens) }
            }
            if alone, state.hasTwin(url, account: account, .v2, at: .now) { return .failure(.twin) }
            return .success(state.addBot(checks.object, account: account, version: .v2).id)
        }.get()
    }

    /// Duplicates and tokens are looked at when the bot joins. So is the daily cap by the text, but see `Limits`.
    private func plan(_ checks: V2Checks, _ account: String) throws -> String {
        let joinAt = try V2BotMaker.joinTime(checks, required: true) ?? .now
        _ = try check(checks)
        return try upstream.state.withLock { state -> Result<String, Problem> in
            if V2BotMaker.isCapped(account, state) { return .failure(.cap) }
            return .success(state.addScheduled(checks.object, account: account, joinAt: joinAt).id)
        }.get()
    }

    private func check(_ checks: V2Checks) throws -> String {
        try checks.plainBot(creating: true)
        let url = try checks.text("meeting_url")
        guard MeetingLink.platform(of: url) != nil else { throw Problem.platform }
        return url
    }

    private static func isCapped(_ account: String, _ state: Upstream.State) -> Bool {
        state.limits.dailyBots.map { state.botsOfDay(account) >= $0 } ?? false
    }

    /// `join_at`: a minute late at most, 90 days ahead at most (facts 2.1).
    static func joinTime(_ checks: V2Checks, required: Bool) throws -> Moment? {
        guard let moment = try checks.moment("join_at", required: required) else { return nil }
        let now = Moment.now
        guard moment >= now.adding(-60), moment <= now.adding(90 * 86400) else {
            throw V2.invalid("\(checks.path)/join_at must be in the future, and within 90 days")
        }
        return moment
    }
}
