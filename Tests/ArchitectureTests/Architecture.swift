import Foundation

/// The rules of the layout, checked over source files: folders and targets depend in one direction, and a table is read and
/// written by its owner alone.
struct Architecture {
    /// Folders of the target `Gateway`. Each may use itself and those before it.
    static let folders = [
        "Core", "Generated", "HTTP", "Identity", "Accounts", "Messaging", "Connections", "Calendars", "Bots",
        "Recordings",
        "InboundWebhooks", "MirrorAPI", "Erasure", "Operations", "Docs", "App",
    ]

    /// Targets of ours that each target may import.
    static let targets: [String: Set<String>] = [
        "Sealing": ["COpenSSL"], "JSONValue": [], "SQL": ["CLibPQ", "CSQLite"], "Scheduling": [],
        "HTTPTransport": ["Scheduling", "Sealing"], "Webhooks": ["Sealing"],
        "OAuth": ["HTTPTransport", "JSONValue", "Sealing"], "MeetingBaaS": ["HTTPTransport", "JSONValue", "Sealing"],
        "Gateway": [
            "HTTPTransport", "JSONValue", "MeetingBaaS", "OAuth", "SQL", "Scheduling", "Sealing", "Webhooks",
        ],
        "Sandbox": [],
        "GatewayCommand": ["CMalloc", "Gateway", "HTTPTransport", "JSONValue", "Sandbox", "Sealing"],
    ]

    /// The folder that owns each table. Migrations, which name all of them, lie in `Core/Schema`.
    static let tables: [String: Set<String>] = [
        "Core": [
            "database_moves", "generations", "jobs", "leases", "object_leases", "queue_counts", "replicas",
            "vault_keys",
        ],
        "HTTP": ["idempotency_keys", "idempotency_use", "request_reports"],
        "Identity": ["api_keys", "former_api_keys", "sessions", "tenants"],
        "Accounts": ["account_budgets", "account_states", "accounts", "daily_uses"],
        "Messaging": [
            "attempts", "deliveries", "delivery_counts", "former_endpoint_secrets", "messages", "quarantine_counts",
            "replays", "webhook_endpoints",
        ],
        "Connections": ["connections", "consents", "grant_claims", "provider_apps", "refused_grants", "revocations"],
        "Calendars": ["calendar_creations", "calendars", "event_changes", "unclaimed_calendars"],
        "Bots": ["bot_orders", "bots", "owned_objects"],
        "Recordings": ["recordings", "series_exceptions"],
        "Operations": ["readiness_probes"],
    ]

    static let longestFile = 350

    struct Violation: Hashable, CustomStringConvertible {
        let path: String
        let rule: String
        var description: String { "\(path): \(rule)" }
    }

    let sources: [SwiftSource]

    /// All Swift files below `folder` of the project.
    static func read(_ folder: String) throws -> [SwiftSource] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let start = root.appendingPathComponent(folder)
        guard let files = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil) else { return [] }
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .map { file in
                let path = String(file.path.dropFirst(root.path.count + 1))
                // Generated texts are megabytes, and hold no code.
                let text = path.contains("/Generated/") ? "" : try String(contentsOf: file, encoding: .utf8)
                return SwiftSource(path: path, text: text)
            }
            .sorted { $0.path < $1.path }
    }

    func with(_ path: String, _ text: String) -> Architecture {
        Architecture(sources: sources + [SwiftSource(path: path, text: text)])
    }

    /// The folder of the target `Gateway` that a file lies in.
    private static func folder(_ path: String) -> String? {
        let parts = path.split(separator: "/")
        return parts.count > 3 && parts[0] == "Sources" && parts[1] == "Gateway" ? String(parts[2]) : nil
    }

    // MARK: - rules

    /// Uses of a type that a later folder declares, and folders that the order does not know.
    var folderViolations: [Violation] {
        var homes: [String: Set<String>] = [:]
        let placed = sources.compactMap { source in Self.folder(source.path).map { (source, $0) } }
        for (source, folder) in placed {
            for type in source.declaredTypes { homes[type, default: []].insert(folder) }
        }
        let rank = Dictionary(uniqueKeysWithValues: zip(Self.folders, 0...))
        return placed.flatMap { source, folder -> [Violation] in
            guard let own = rank[folder] else {
                return [Violation(path: source.path, rule: "the folder \(folder) is not in the order")]
            }
            return source.usedTypes.sorted().compactMap { type in
                guard let homes = homes[type], !homes.contains(folder),
                    let nearest = homes.compactMap({ rank[$0] }).min(), nearest > own
                else { return nil }
                return Violation(path: source.path, rule: "\(folder) uses \(type) of \(Self.folders[nearest])")
            }
        }
    }

    var importViolations: [Violation] {
        let ours = Set(Self.targets.keys).union(["CMalloc", "COpenSSL", "CSQLite", "meeting_gateway"])
        return sources.flatMap { source -> [Violation] in
            let parts = source.path.split(separator: "/").map(String.init)
            guard parts.count > 2, parts[0] == "Sources" else { return [] }
            guard let allowed = Self.targets[parts[1]] else {
                return [Violation(path: source.path, rule: "the target \(parts[1]) is not in the layout")]
            }
            var refused = source.imports.intersection(ours).subtracting(allowed)
            if Self.folder(source.path) == "Core" {
                refused.formUnion(source.imports.intersection(["Hummingbird", "HummingbirdCore"]))
            }
            return refused.sorted().map { Violation(path: source.path, rule: "\(parts[1]) imports \($0)") }
        }
    }

    /// Statements that name another folder's table, and tables without an owner.
    var tableViolations: [Violation] {
        var owners: [String: String] = [:]
        for (folder, tables) in Self.tables {
            for table in tables { owners[table] = folder }
        }
        return sources.flatMap { source -> [Violation] in
            guard let folder = Self.folder(source.path) else { return [] }
            if source.path.contains("/Core/Schema/") {
                return Self.created(in: source).filter { owners[$0] == nil }.sorted()
                    .map { Violation(path: source.path, rule: "the table \($0) has no owner") }
            }
            return Self.named(in: source).sorted().compactMap { table in
                guard let owner = owners[table], owner != folder else { return nil }
                return Violation(path: source.path, rule: "\(folder) names \(owner)'s table \(table)")
            }
        }
    }

    /// Tables that migrations make.
    private static func created(in source: SwiftSource) -> Set<String> {
        let made = source.literals.flatMap { $0.matches(of: /CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)/) }
        return Set(made.map { String($0.output.1) })
    }

    private static func named(in source: SwiftSource) -> Set<String> {
        var named: Set<String> = []
        for literal in source.literals {
            let words = literal.split { !($0.isASCII && ($0.isLetter || $0 == "_")) }
            for (keyword, name) in zip(words, words.dropFirst())
            where ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"].contains(keyword) { named.insert(String(name)) }
        }
        if source.usedTypes.contains("ExpiredRows") {
            let rows = source.text.matches(of: /\b(?:ExpiredRows|rows)\(\s*"([a-z_]+)"/)
            named.formUnion(rows.map { String($0.output.1) })
        }
        return named
    }

    /// Paths of the API in folders that serve every feature alike.
    var pathViolations: [Violation] {
        sources.flatMap { source -> [Violation] in
            guard let folder = Self.folder(source.path), ["Core", "HTTP"].contains(folder) else { return [] }
            return source.literals.filter { Self.isPath($0) && !Self.commonPaths.contains($0) }
                .map { Violation(path: source.path, rule: "\(folder) names the path \($0)") }
        }
    }

    /// A problem's type is the address of its page (RFC 9457 section 3.1.1), whoever reports it.
    private static let commonPaths = ["/docs/problems/ "]

    private static func isPath(_ text: String) -> Bool {
        text.first == "/" && (text.dropFirst().first?.isLetter ?? false)
    }

    /// Task-local values that are closures: a debug build takes them, and an optimized one of Swift 6.3 crashes when one is
    /// bound (swiftlang/swift pull request 88321).
    var taskLocalViolations: [Violation] {
        sources.flatMap { source in
            source.code.split(separator: "\n")
                .filter { $0.contains("@TaskLocal") && ($0.contains("->") || $0.hasSuffix("@TaskLocal")) }
                .map { _ in
                    Violation(path: source.path, rule: "a task-local value is a closure, or its type is not beside it")
                }
        }
    }

    /// Files with more lines than one subject needs.
    var lengthViolations: [Violation] {
        sources.filter { $0.lines > Self.longestFile }
            .map { Violation(path: $0.path, rule: "\($0.lines) lines, \(Self.longestFile) at most") }
    }
}
