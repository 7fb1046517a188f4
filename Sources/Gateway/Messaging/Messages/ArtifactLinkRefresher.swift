import JSONValue
import MeetingBaaS
import SQL

/// Links to artefacts are valid for two to four hours (facts/meeting-baas.md 6.3). A later delivery contains links that
/// Meeting BaaS made at that moment.
struct ArtifactLinkRefresher: Sendable {
    let database: any Database
    let upstream: Upstream
    let tenantOfBot: TenantOfBot

    /// The tenant that has a bot of an account; nil where nobody is known to have it.
    typealias TenantOfBot = @Sendable (_ account: String, _ bot: String, any Transaction) throws -> String?

    /// Half an hour before the shortest life that the vendor's pages name.
    static let ttl = 5_400.0

    /// Meeting BaaS cannot say at the moment.
    struct TemporarilyUnavailable: Error {}

    private static let versions: [String: APIVersion] = ["bot.completed": .v2, "complete": .v1]

    func mayBeStale(_ message: Message, at now: Timestamp) -> Bool {
        guard Self.versions[message.type] != nil, message.context.bot != nil else { return false }
        // Meeting BaaS itself tries for three hours: the event may be older than its receipt.
        let made = Timestamp(rfc3339: message.timestamp).map { min($0, message.receivedAt) } ?? message.receivedAt
        return now.seconds(since: made) >= Self.ttl
    }

    /// The message with the links of now; as it was where Meeting BaaS has none any more.
    /// - Throws: `TemporarilyUnavailable`.
    func renewed(
        _ message: Message, tenant: String, priority: TransactionPriority = .normal
    ) async throws -> Message {
        let tenantOfBot = self.tenantOfBot
        // Of a callback: the account, and which.
        let id = message.account.map { String($0.prefix { $0 != "/" }) }
        guard let bot = message.context.bot, let version = Self.versions[message.type], let id,
            let account = try await upstream.accounts.account(id: id, priority: priority)?.speaking(version),
            // A callback may name a bot that is another's.
            try await database.read(priority: priority, { try tenantOfBot(id, bot, $0) }) == tenant
        else { return message }
        do {
            let found = try await upstream.api(for: account, tenant: tenant).botArtifacts(bot)
            var fresh = message
            fresh.data = Self.replaced(message.data, found)
            return fresh
        } catch let error as UpstreamError {
            switch error {
            // Deleted, past its retention, or to be repaired by the operator.
            case .notFound, .rejected, .conflict, .keyRefused, .grantRefused: return message
            default: throw TemporarilyUnavailable()
            }
        }
    }

    /// Only what stood there is replaced, under the name by which it stood there.
    static func replaced(_ data: String, _ found: JSON) -> String {
        guard var members = (try? JSON.parse(data.utf8, depth: 600))?.objectValue else { return data }
        let spellings = [("mp4", "video")] + (found.objectValue?.names ?? []).map { ($0, $0) }
        for (name, source) in spellings where members[name].map({ !$0.isNull }) ?? false {
            if let link = found[source], link.stringValue.map({ !$0.isEmpty }) ?? false { members[name] = link }
        }
        return JSON.object(members).text
    }
}
