import Configuration
import Foundation
import HTTPTransport
import MeetingBaaS
import Sealing
import Webhooks
import Yams

/// Reads single settings and gathers what is wrong with them.
struct ConfigurationSource {
    private let reader: ConfigReader
    private(set) var errors: [String] = []

    init(environment: [String: String], file: String?) async throws {
        let known = Set(GatewayConfiguration.names + GatewayConfiguration.secretNames)
        let files = Set(GatewayConfiguration.secretNames.map { $0 + "_FILE" })
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: environment.filter { $0.key.hasPrefix("GATEWAY_") })
        ]
        var given = environment.keys.filter { $0.hasPrefix("GATEWAY_") && !Self.isIgnored($0) }.map { ($0, "") }
        if let file {
            do {
                let text = try String(contentsOfFile: file, encoding: .utf8)
                let values = try Self.flat(text)
                given += values.keys.map { ($0, " in \(file)") }
                providers.append(EnvironmentVariablesProvider(environmentVariables: values))
            } catch {
                throw ConfigurationError(lines: ["--config \(file): \(Self.message(for: error))"])
            }
        }
        reader = ConfigReader(providers: providers)
        for (name, place) in given.sorted(by: { $0 < $1 }) where !known.contains(name) && !files.contains(name) {
            errors.append("\(name)\(place): is not a setting of this gateway")
        }
    }

    /// Kubernetes puts addresses of services named `gateway` into the environment; `GATEWAY_URL` is the command line's.
    private static func isIgnored(_ name: String) -> Bool {
        name == "GATEWAY_URL" || name.hasPrefix("GATEWAY_PORT_") || name.contains("_SERVICE_")
    }

    mutating func fail(_ name: String, _ what: String) { errors.append("\(name): \(what)") }

    mutating func egressProxy() -> EgressProxy? {
        guard let text = secret("GATEWAY_EGRESS_PROXY") else { return nil }
        guard let proxy = EgressProxy(text) else {
            fail(
                "GATEWAY_EGRESS_PROXY", "must be http://host:port, with user:password@ before the host if it wants them"
            )
            return nil
        }
        return proxy
    }

    /// A file that can be read.
    mutating func file(_ name: String) -> String? {
        guard let path = text(name) else { return nil }
        if !FileManager.default.isReadableFile(atPath: path) { fail(name, "cannot be read: \(path)") }
        return path
    }

    func text(_ name: String, isSecret: Bool = false) -> String? {
        guard let text = reader.string(forKey: Self.key(name), isSecret: isSecret), !text.isEmpty else { return nil }
        return text
    }

    /// The value itself, or the content of the file that `<name>_FILE` names; without white space at its ends, which editors
    /// and `echo` add.
    mutating func secret(_ name: String) -> String? { secret(name, allowsLines: false) }

    /// Secrets that stand one on a line, or with commas between them.
    mutating func secrets(_ name: String) -> [String] {
        (secret(name, allowsLines: true) ?? "").split { $0 == "," || $0.isNewline }
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    private mutating func secret(_ name: String, allowsLines: Bool) -> String? {
        if let value = text(name, isSecret: true) {
            if text(name + "_FILE") != nil { fail(name, "is given twice, also by \(name)_FILE") }
            return trimmed(value, name, allowsLines: allowsLines)
        }
        guard let path = text(name + "_FILE") else { return nil }
        guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
            fail(name + "_FILE", "cannot be read: \(path)")
            return nil
        }
        return trimmed(content, name + "_FILE", at: ": \(path)", allowsLines: allowsLines)
    }

    private mutating func trimmed(
        _ given: String, _ name: String, at place: String = "", allowsLines: Bool
    ) -> String? {
        let value = given.trimmingCharacters(in: .whitespacesAndNewlines)
        // A secret that was never written is a mistake, not an empty secret; a list may be empty.
        if value.isEmpty, allowsLines, place.isEmpty { return nil }
        if value.isEmpty {
            fail(name, "is empty\(place)")
            return nil
        }
        let isClean = value.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control || allowsLines && ["\n", "\r", "\t"].contains(scalar)
        }
        // No header can carry it.
        if !isClean { fail(name, "must not hold a control character, such as a line break or a tab\(place)") }
        return isClean ? value : nil
    }

    mutating func int(_ name: String, default preset: Int, in range: ClosedRange<Int>) -> Int {
        value(name, WholeNumberRule(range)) ?? preset
    }

    mutating func flag(_ name: String, default preset: Bool) -> Bool { value(name, FlagRule()) ?? preset }

    mutating func port() -> Int {
        if let text = text("GATEWAY_PORT"), text.hasPrefix("tcp://") {
            fail(
                "GATEWAY_PORT",
                "was set by Kubernetes for a service named `gateway`; set enableServiceLinks: false on the pod, or rename it"
            )
            return 8080
        }
        return int("GATEWAY_PORT", default: 8080, in: 0...65_535)
    }

    mutating func choice<T: RawRepresentable & CaseIterable>(_ name: String, _ type: T.Type) -> T?
    where T.RawValue == String {
        value(name, ChoiceRule<T>())
    }

    private mutating func value<Rule: FieldRule>(_ name: String, _ rule: Rule) -> Rule.Value? {
        guard let text = text(name) else { return nil }
        guard let value = rule.value(of: text) else {
            fail(name, "\(rule.message), not \"\(text)\"")
            return nil
        }
        return value
    }

    /// https, or http on loopback: credentials go over it.
    mutating func url(_ name: String, default preset: String) -> String {
        guard var text = text(name) else { return preset }
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty, url.query == nil,
            url.fragment == nil, url.user == nil, url.password == nil
        else {
            // The value is not repeated: it may hold a password.
            fail(name, "must be an absolute URL without user, query or fragment")
            return preset
        }
        let isLoopback = host == "localhost" || host == "127.0.0.1" || host == "[::1]" || host == "::1"
        guard url.scheme == "https" || url.scheme == "http" && isLoopback else {
            fail(name, "must be https; plain http only on loopback")
            return preset
        }
        return text
    }

    mutating func ranges(_ name: String) -> [AddressRange] {
        (text(name) ?? "").split(separator: ",").compactMap { piece in
            let text = piece.trimmingCharacters(in: .whitespaces)
            guard let range = AddressRange(text) else {
                fail(name, "\"\(text)\" is no CIDR like 10.0.0.0/8")
                return nil
            }
            return range
        }
    }

    mutating func key(_ name: String, _ text: String) -> SecretKey? {
        guard let bytes = Base64.decode(text), let key = try? SecretKey(bytes) else {
            fail(name, "must be 32 bytes in base64")
            return nil
        }
        return key
    }

    mutating func sharedAccount() -> SharedAccountSettings? {
        let version = choice("GATEWAY_MEETING_BAAS_API_VERSION", APIVersion.self) ?? .v2
        let secrets = secrets("GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS")
            .compactMap { piece -> SecretBytes? in
                guard let key = WebhookSecret.decode(piece) else {
                    fail(
                        "GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS",
                        "must be Svix secrets (whsec_ and base64), one on a line or with commas between them")
                    return nil
                }
                return key
            }
        guard let apiKey = secret("GATEWAY_MEETING_BAAS_API_KEY") else {
            if !secrets.isEmpty {
                fail("GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS", "needs GATEWAY_MEETING_BAAS_API_KEY beside it")
            }
            return nil
        }
        return SharedAccountSettings(version: version, apiKey: SecretBytes(apiKey), webhookSecrets: secrets)
    }

    /// `GATEWAY_MASTER_KEY` is the key `gateway.master.key`, which the environment provider spells the same again.
    private static func key(_ name: String) -> ConfigKey {
        ConfigKey(name.lowercased().split(separator: "_").map(String.init))
    }

    /// A YAML mapping of names to plain values; a list becomes comma-separated text.
    private static func flat(_ yaml: String) throws -> [String: String] {
        guard let root = try Yams.compose(yaml: yaml) else { return [:] }
        guard let mapping = root.mapping else {
            throw ConfigurationError(lines: ["must be a mapping of names to values"])
        }
        var out: [String: String] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            if let text = value.scalar?.string {
                out[name] = text
            } else if let items = value.sequence {
                out[name] = items.compactMap { $0.scalar?.string }.joined(separator: ",")
            } else {
                throw ConfigurationError(lines: ["\(name) must be a plain value"])
            }
        }
        return out
    }

    /// Never the error's own text: it quotes the file, which may hold secrets.
    private static func message(for error: any Error) -> String {
        switch error {
        case let error as ConfigurationError: error.description
        case YamlError.scanner(_, let problem, let position, _), YamlError.parser(_, let problem, let position, _),
            YamlError.composer(_, let problem, let position, _):
            "is no YAML at line \(position.line), column \(position.column): \(problem)"
        case YamlError.duplicatedKeysInMapping(let names, _): "names \(names.joined(separator: ", ")) twice"
        case YamlError.reader(let problem, _, _, _): "is no YAML: \(problem)"
        default: "cannot be read"
        }
    }
}
