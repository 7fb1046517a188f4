import JSONValue

/// Removes from Meeting BaaS's replies: the gateway's tags, secrets that were handed over once, and the account's own
/// number. The gateway's callback URLs become the tenant's again. A reply without any of them passes byte for byte.
struct ReplyRules: Sendable {
    /// The prefix of the gateway's callback URLs.
    let callbackBase: String
    /// The tag of the tenant, with which its deduplication keys begin.
    let tenantTag: String
    /// URLs of callbacks are shown to a tenant's server alone.
    let isKey: Bool

    /// The references of the gateway's callback URLs in a reply.
    func references(in json: JSON) -> [String] {
        var found: [String] = []
        walk(json) { _, members in
            for name in ["webhook_url", "url"] {
                if let reference = members[name]?.stringValue.flatMap(reference) { found.append(reference) }
            }
        }
        return found
    }

    /// - Parameter urls: the tenant's own URLs by reference.
    /// - Returns: nil when nothing has to change.
    func redacted(_ json: JSON, urls: [String: String]) -> JSON? {
        switch json {
        case .array(let items):
            var isChanged = false
            let out = items.map { item -> JSON in
                guard let clean = redacted(item, urls: urls) else { return item }
                isChanged = true
                return clean
            }
            return isChanged ? .array(out) : nil
        case .object(let members):
            var out = members
            for (name, value) in members {
                if let clean = member(name, value, urls) { out[name] = clean }
            }
            return out == members ? nil : .object(out)
        default: return nil
        }
    }

    /// - Returns: nil when it stays.
    private func member(_ name: String, _ value: JSON, _ urls: [String: String]) -> JSON? {
        switch name {
        case "extra":
            let clean = AttributionTags.stripped(value)
            return clean == value ? nil : clean
        // Numbers of the same name are costs of streaming.
        case _ where Self.secrets.contains(name): return value.stringValue == nil ? nil : .null
        case "webhook_url":
            // v1 shows the account's URL where the bot has none of its own.
            return .string(isKey ? value.stringValue.flatMap(reference).flatMap { urls[$0] } ?? "" : "")
        case "account_id": return 0
        case "deduplication_key":
            let own = value.stringValue.flatMap { AttributionTags.givenDeduplicationKey($0, tenantTag: tenantTag) }
            return own.map { $0.isEmpty ? .null : .string($0) }
        case "callback_config": return callback(value, urls)
        case _ where Self.others.contains(name): return nil
        default: return redacted(value, urls: urls)
        }
    }

    private func callback(_ value: JSON, _ urls: [String: String]) -> JSON? {
        guard var config = value.objectValue else { return nil }
        if !isKey { return .null }
        if config["secret"] != nil { config["secret"] = .null }
        if let url = config["url"]?.stringValue {
            config["url"] = .string(reference(url).flatMap { urls[$0] } ?? "")
        }
        return .object(config)
    }

    private func reference(_ url: String) -> String? {
        url.hasPrefix(callbackBase) ? String(url.dropFirst(callbackBase.count)) : nil
    }

    private func walk(_ json: JSON, _ visit: (String, JSON.Members) -> Void) {
        switch json {
        case .array(let items): for item in items { walk(item, visit) }
        case .object(let members):
            visit("", members)
            for (name, value) in members where !Self.others.contains(name) { walk(value, visit) }
        default: break
        }
    }

    private static let secrets: Set = [
        "speech_to_text_api_key", "zoom_sdk_pwd", "zoom_obf_token", "zoom_obf_token_url", "zoom_access_token_url",
        "streaming_input", "streaming_output", "input_url", "output_url", "obf_token", "obf_token_url", "zak_token_url",
        "oauth_client_secret", "oauth_refresh_token",
        "client_secret", "zoom_client_secret",
    ]
    /// Members with the provider's or the tenant's own data, whatever names their members have.
    private static let others: Set = [
        "raw", "raw_payload", "transcription_custom_parameters", "custom_params", "transcripts", "transcript",
        "chat_messages", "participants", "speakers",
    ]
}
