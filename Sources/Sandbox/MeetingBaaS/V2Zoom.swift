import Synchronization

/// v2's Zoom credentials: `/v2/zoom-credentials` (facts 2.2). Secrets are taken and never shown.
struct V2Zoom: Sendable {
    let upstream: Upstream

    /// Unpaged.
    func list(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let query = V2Query(call)
        let types = try query.choices("credential_type", ["app", "user"])
        let states = try query.choices("state", ["active", "invalid"])
        let extra = try query.extra()
        let name = query.part("name")
        let email = query.part("zoom_email")
        let presented = query.part("zoom_display_name")
        let records = upstream.state.withLock { $0.zoom(of: account, .v2) }
            .filter { types?.contains($0.user == nil ? "app" : "user") ?? true }
            .filter { _ in states?.contains("active") ?? true }
            .filter { extra.matches($0.extra) }
            .filter { record in name.map { record.name.lowercased().contains($0) } ?? true }
            .filter { record in email.map { record.user?.email.contains($0) ?? false } ?? true }
            .filter { record in presented.map { record.user?.name.lowercased().contains($0) ?? false } ?? true }
            .filter { record in query["zoom_user_id"].map { record.user?.id == $0 } ?? true }
        return V2.success(200, .array(records.map { V2Zoom.item($0) }))
    }

    func create(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let checks = try V2Checks(body)
        try V2Zoom.check(checks, creating: true)
        let user = try user(checks)
        let record = upstream.state.withLock { state in
            let now = state.tick()
            let record = ZoomRecord(
                id: Identifiers.uuid(), account: account, version: .v2, name: body["name"]?.string ?? "",
                clientID: body["client_id"]?.string ?? "", clientSecret: body["client_secret"]?.string ?? "",
                user: user, extra: body["extra"] ?? .null, createdAt: now, updatedAt: now)
            state.zoom[record.id] = record
            return record
        }
        return V2.success(201, V2Zoom.item(record))
    }

    func get(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        V2.success(200, V2Zoom.item(try find(call, account)))
    }

    /// Id and secret together; `extra` is replaced; a code authorizes again.
    func update(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let checks = try V2Checks(body)
        try V2Zoom.check(checks, creating: false)
        var record = try find(call, account)
        let secrets = [body["client_id"]?.string, body["client_secret"]?.string].compactMap { $0 }
        guard secrets.count != 1, body["authorization_code"] == nil || secrets.count == 2 else {
            throw V2.invalid("body/client_id and client_secret must be given together")
        }
        let user = try user(checks)
        if let name = body["name"]?.string { record.name = name }
        if secrets.count == 2 { (record.clientID, record.clientSecret) = (secrets[0], secrets[1]) }
        if let extra = body["extra"] { record.extra = extra }
        if let user { record.user = user }
        let changed = upstream.state.withLock { state in
            record.updatedAt = state.tick()
            state.zoom[record.id] = record
            return record
        }
        return V2.success(200, V2Zoom.item(changed))
    }

    func delete(_ call: Call, _ account: String, _ body: JSON) throws -> Reply {
        let record = try find(call, account)
        upstream.state.withLock { $0.zoom[record.id] = nil }
        return V2.done("Zoom credential deleted successfully")
    }

    private static func check(_ checks: V2Checks, creating: Bool) throws {
        try checks.string("name", required: creating, length: 1...100)
        for name in ["client_id", "client_secret"] { try checks.string(name, required: creating, length: 1...256) }
        try checks.string("authorization_code", length: 0...2000)
        try checks.uri("redirect_uri")
        _ = try checks.nested("extra", nullable: true)
    }

    /// The user who authorized, if a code is given.
    private func user(_ checks: V2Checks) throws -> ZoomRecord.User? {
        guard let code = try checks.string("authorization_code") else { return nil }
        guard checks.object["redirect_uri"] != nil else {
            throw V2.invalid("body/redirect_uri is required with an authorization_code")
        }
        guard let user = upstream.state.withLock({ $0.zoomUser(code) }) else {
            throw V2.invalid("Failed to exchange the authorization code", code: "FST_ERR_ZOOM_OAUTH_FAILED")
        }
        return user
    }

    private func find(_ call: Call, _ account: String) throws -> ZoomRecord {
        let id = call.parameter("id")
        guard Identifiers.isUUID(id) else { throw V2.invalid("params/id Invalid UUID") }
        guard let record = upstream.state.withLock({ $0.zoom(id, of: account, .v2) }) else {
            throw V2.missing("FST_ERR_ZOOM_CREDENTIAL_NOT_FOUND", "Zoom credential not found")
        }
        return record
    }

    private static func item(_ record: ZoomRecord) -> JSON {
        [
            "credential_id": .string(record.id), "name": .string(record.name),
            "credential_type": record.user == nil ? "app" : "user", "zoom_user_id": .optional(record.user?.id),
            "zoom_account_id": .optional(record.user?.accountID), "zoom_email": .optional(record.user?.email),
            "zoom_display_name": .optional(record.user?.name), "scopes": .optional(record.user?.scopes),
            "state": "active", "last_error_message": nil, "last_error_at": nil, "created_at": record.createdAt.json,
            "updated_at": record.updatedAt.json, "extra": record.extra,
        ]
    }
}
