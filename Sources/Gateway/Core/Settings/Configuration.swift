public import Foundation
import HTTPTransport
public import Logging
import MeetingBaaS
import NIOCore
public import SQL
public import Sealing

/// Everything that can be set, read once and checked whole. Every mistake is one line that names the variable.
public struct GatewayConfiguration: Sendable {
    public var host: String
    public var port: Int
    /// Without a trailing slash; redirect URIs and webhook URLs are made from it.
    public var publicURL: String
    public var database: DatabaseLocation
    /// A PEM file of authorities that may sign a database server's certificate.
    var databaseAuthorities: String
    /// True if `serve` locks the database file against a second process.
    public var locksDatabase: Bool
    /// Seconds that a start waits for the process that has the lock.
    public var lockWaitSeconds: Int
    public var masterKey: SecretKey
    public var previousMasterKeys: [SecretKey]
    public var adminToken: SecretBytes?
    public var meetingBaaSURL: String
    var sharedAccount: SharedAccountSettings?
    public var googleAuthorizeURL: String
    public var googleTokenURL: String
    public var googleRevokeURL: String
    public var microsoftURL: String
    var egressAllow: [AddressRange]
    /// Through which deliveries leave.
    var egressProxy: EgressProxy?
    /// PEM files of authorities that deliveries trust beside the system's.
    var egressAuthorities: [String]
    var trustedProxies: [AddressRange]
    var metricsToken: SecretBytes?
    /// Requests per second without a valid credential, for each address; the burst is ten times as many.
    public var anonymousRequestsPerSecond: Int
    /// Open connections of callers.
    public var maxConnections: Int
    /// The same for one address that is no trusted proxy; nil: no such limit.
    public var maxConnectionsPerAddress: Int?
    public var retentionDays: Int
    /// True if tenants may give URLs to which their v1 bots connect.
    public var v1BotURLs: Bool
    /// False if mirrored reads all go through the router.
    public var mirrorFastPath: Bool
    public var logLevel: Logger.Level
    /// nil: JSON on a pipe, text on a terminal.
    public var logFormat: LogFormat?

    enum Switch: String, CaseIterable { case on, off }

    public enum LogFormat: String, Sendable, CaseIterable {
        case json, text
    }
}

/// The mistakes in a configuration, one line for each.
public struct ConfigurationError: Error, CustomStringConvertible {
    public let lines: [String]
    public var description: String { lines.joined(separator: "\n") }
}

extension GatewayConfiguration {
    /// The path of the database's file; nil for a database on a server.
    public var databaseFile: String? { database.path }

    /// The names that may be set. Each secret may also come from a file, by its name with `_FILE`.
    public static let names: [String] = [
        "GATEWAY_HOST", "GATEWAY_PORT", "GATEWAY_PUBLIC_URL", "GATEWAY_MEETING_BAAS_URL",
        "GATEWAY_MEETING_BAAS_API_VERSION", "GATEWAY_GOOGLE_AUTHORIZE_URL", "GATEWAY_GOOGLE_TOKEN_URL",
        "GATEWAY_GOOGLE_REVOKE_URL", "GATEWAY_MICROSOFT_URL", "GATEWAY_EGRESS_ALLOW", "GATEWAY_TRUSTED_PROXIES",
        "GATEWAY_RETENTION_DAYS", "GATEWAY_LOG_LEVEL", "GATEWAY_LOG_FORMAT",
        "GATEWAY_ANONYMOUS_REQUESTS_PER_SECOND", "GATEWAY_MAX_CONNECTIONS", "GATEWAY_MAX_CONNECTIONS_PER_ADDRESS",
        "GATEWAY_V1_BOT_URLS", "GATEWAY_MIRROR_FAST_PATH",
        "GATEWAY_EGRESS_CA_FILE", "GATEWAY_DATABASE_LOCK", "GATEWAY_LOCK_WAIT_SECONDS", "GATEWAY_DATABASE_CA_FILE",
        "GATEWAY_DATABASE_PREPARE", "GATEWAY_DATABASE_CONNECTIONS",
    ]
    public static let secretNames: [String] = [
        "GATEWAY_MASTER_KEY", "GATEWAY_PREVIOUS_MASTER_KEYS", "GATEWAY_ADMIN_TOKEN", "GATEWAY_MEETING_BAAS_API_KEY",
        "GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS", "GATEWAY_METRICS_TOKEN", "GATEWAY_EGRESS_PROXY", "GATEWAY_DATABASE_URL",
        "GATEWAY_DATABASE_LISTEN_URL",
    ]

    /// Reads the environment first, then a YAML file with the same names.
    /// - Throws: `ConfigurationError`.
    public static func read(
        environment: [String: String] = ProcessInfo.processInfo.environment, file: String? = nil
    ) async throws -> GatewayConfiguration {
        var source = try await ConfigurationSource(environment: environment, file: file)
        let configuration = GatewayConfiguration(&source)
        guard source.errors.isEmpty, let configuration else { throw ConfigurationError(lines: source.errors) }
        return configuration
    }

    /// nil when something without a default is missing; the source holds what is wrong then.
    private init?(_ source: inout ConfigurationSource) {
        host = source.text("GATEWAY_HOST") ?? "127.0.0.1"
        port = source.port()
        publicURL = source.url("GATEWAY_PUBLIC_URL", default: "http://localhost:\(port)")
        databaseAuthorities = source.databaseAuthorities()
        database = source.database(authorities: databaseAuthorities)
        locksDatabase = (source.choice("GATEWAY_DATABASE_LOCK", Switch.self) ?? .on) == .on
        lockWaitSeconds = source.int("GATEWAY_LOCK_WAIT_SECONDS", default: 35, in: 0...3600)
        adminToken = source.secret("GATEWAY_ADMIN_TOKEN").map { SecretBytes($0) }
        if let token = adminToken, token.count < 32 {
            source.fail("GATEWAY_ADMIN_TOKEN", "must have at least 32 characters")
        }
        meetingBaaSURL = source.url("GATEWAY_MEETING_BAAS_URL", default: "https://api.meetingbaas.com")
        sharedAccount = source.sharedAccount()
        googleAuthorizeURL = source.url(
            "GATEWAY_GOOGLE_AUTHORIZE_URL", default: "https://accounts.google.com/o/oauth2/v2/auth")
        googleTokenURL = source.url("GATEWAY_GOOGLE_TOKEN_URL", default: "https://oauth2.googleapis.com/token")
        googleRevokeURL = source.url("GATEWAY_GOOGLE_REVOKE_URL", default: "https://oauth2.googleapis.com/revoke")
        microsoftURL = source.url("GATEWAY_MICROSOFT_URL", default: "https://login.microsoftonline.com")
        egressAllow = source.ranges("GATEWAY_EGRESS_ALLOW")
        egressProxy = source.egressProxy()
        egressAuthorities = source.file("GATEWAY_EGRESS_CA_FILE").map { [$0] } ?? []
        trustedProxies = source.ranges("GATEWAY_TRUSTED_PROXIES")
        metricsToken = source.secret("GATEWAY_METRICS_TOKEN").map { SecretBytes($0) }
        if let token = metricsToken, token.count < 16 {
            source.fail("GATEWAY_METRICS_TOKEN", "must have at least 16 characters")
        }
        anonymousRequestsPerSecond = source.int("GATEWAY_ANONYMOUS_REQUESTS_PER_SECOND", default: 20, in: 1...1_000_000)
        maxConnections = source.int("GATEWAY_MAX_CONNECTIONS", default: 4096, in: 16...1_000_000)
        let perAddress = source.int("GATEWAY_MAX_CONNECTIONS_PER_ADDRESS", default: 0, in: 0...1_000_000)
        maxConnectionsPerAddress = perAddress == 0 ? nil : perAddress
        retentionDays = source.int("GATEWAY_RETENTION_DAYS", default: 30, in: 1...3650)
        v1BotURLs = source.flag("GATEWAY_V1_BOT_URLS", default: false)
        mirrorFastPath = (source.choice("GATEWAY_MIRROR_FAST_PATH", Switch.self) ?? .on) == .on
        logLevel = source.choice("GATEWAY_LOG_LEVEL", Logger.Level.self) ?? .info
        logFormat = source.choice("GATEWAY_LOG_FORMAT", LogFormat.self)
        previousMasterKeys = source.secrets("GATEWAY_PREVIOUS_MASTER_KEYS")
            .compactMap { source.key("GATEWAY_PREVIOUS_MASTER_KEYS", $0) }
        guard let text = source.secret("GATEWAY_MASTER_KEY") else {
            source.fail(
                "GATEWAY_MASTER_KEY",
                "is required: `meeting-gateway vault generate-key` prints one; keep it, what it sealed opens with nothing else"
            )
            return nil
        }
        guard let key = source.key("GATEWAY_MASTER_KEY", text) else { return nil }
        masterKey = key
    }
}
