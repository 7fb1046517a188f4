import ArgumentParser
import HTTPTypes
import JSONValue

struct TenantSettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Shows a tenant's settings, or changes those that are named.",
        discussion: """
            What is not named stays as it is. Prints what was changed; with --json, the settings as they are then. A limit is a
            number, or `default`.
            """)

    @Argument var slug: String
    @Option(help: "Where a consent may send the browser; may be repeated. Replaces the whole list.")
    var returnURL: [String] = []
    @Option(help: "Adds to the list; may be repeated.") var addReturnURL: [String] = []
    @Option(help: "Takes from the list; may be repeated.") var removeReturnURL: [String] = []
    @Option(help: "A browser origin that may call; may be repeated. Replaces the whole list.")
    var allowedOrigin: [String] = []
    @Option(help: "Adds to the list; may be repeated.") var addAllowedOrigin: [String] = []
    @Option(help: "Takes from the list; may be repeated.") var removeAllowedOrigin: [String] = []
    @Option(help: "Requests a second; by default 50.") var requestsPerSecond: Limit?
    @Option(help: "Requests at once; by default twice those a second, at least 100.") var burst: Limit?
    @Option(help: "Calendars in all; by default as many as it wants.") var calendars: Limit?
    @Option(help: "Bots a day (UTC); by default as many as it wants.") var botsPerDay: Limit?
    @Option(help: "Bytes of stored messages; by default 10 GiB with a Meeting BaaS account of its own, else no limit.")
    var messageBytes: Limit?
    @Option(help: "true (the default) or false: whether a deleted connection's grant is revoked at Google.")
    var revokeOnDisconnect: Bool?
    @Flag(help: "The same as --revoke-on-disconnect false.") var keepGrants = false
    @OptionGroup var gateway: GatewayOptions
    @OptionGroup var output: OutputOptions

    enum Limit: ExpressibleByArgument, Sendable {
        case `default`
        case number(Int)

        init?(argument: String) {
            if argument == "default" {
                self = .default
            } else if let number = Int(argument), number >= 0 {
                self = .number(number)
            } else {
                return nil
            }
        }

        var json: JSON {
            switch self {
            case .default: .null
            case .number(let number): .int(number)
            }
        }
    }

    func validate() throws {
        if !returnURL.isEmpty, !addReturnURL.isEmpty || !removeReturnURL.isEmpty {
            throw ValidationError("--return-url replaces the list; leave --add-return-url and --remove-return-url out.")
        }
        if !allowedOrigin.isEmpty, !addAllowedOrigin.isEmpty || !removeAllowedOrigin.isEmpty {
            throw ValidationError(
                "--allowed-origin replaces the list; leave --add-allowed-origin and --remove-allowed-origin out.")
        }
        if keepGrants, revokeOnDisconnect == true {
            throw ValidationError("--keep-grants and --revoke-on-disconnect true contradict each other.")
        }
    }

    /// Retries if the settings were changed between read and write.
    private static let retries = 3

    func run() async throws {
        let client = try gateway.client()
        let path = "/admin/v1/tenants/\(slug)/settings"
        for attempt in 0...Self.retries {
            let present = try await client.send(.get, path)
            guard let patch = patch(of: present.json) else { return output.show(present.json) }
            let reply = try await client.send(
                .patch, path, patch, ifMatch: present.etag, expected: attempt < Self.retries ? 412 : nil)
            if reply.status == 412 { continue }
            if output.json { return output.show(reply.json) }
            let lines = Self.difference(present.json, reply.json)
            print(lines.isEmpty ? "Nothing was changed." : lines.joined(separator: "\n"))
            return
        }
    }

    /// The named options, as a JSON Merge Patch; nil when there are none.
    private func patch(of present: JSON) -> JSON? {
        var patch = JSON.Members()
        let lists = [
            ("return_urls", returnURL, addReturnURL, removeReturnURL),
            ("allowed_origins", allowedOrigin, addAllowedOrigin, removeAllowedOrigin),
        ]
        for (name, whole, added, removed) in lists where !(whole + added + removed).isEmpty {
            let kept = present[name]?.arrayValue?.compactMap(\.stringValue) ?? []
            for value in removed where !kept.contains(value) {
                Terminal.complain("\(value) is not among the \(name); it is not removed.")
            }
            let list = whole.isEmpty ? kept.filter { !removed.contains($0) } : whole
            let new = added.filter { !list.contains($0) }
            patch[name] = .array((list + new).map { .string($0) })
        }
        var limits = JSON.Members()
        for (name, limit) in [
            ("requests_per_second", requestsPerSecond), ("burst", burst), ("calendars", calendars),
            ("bots_per_day", botsPerDay), ("message_bytes", messageBytes),
        ] {
            if let limit { limits[name] = limit.json }
        }
        if !limits.isEmpty { patch["limits"] = .object(limits) }
        if keepGrants { patch["revoke_on_disconnect"] = false }
        if let revokeOnDisconnect { patch["revoke_on_disconnect"] = .bool(revokeOnDisconnect) }
        return patch.isEmpty ? nil : .object(patch)
    }

    /// A line for each value that differs: `+` added to a list, `-` taken from it, else before and after.
    private static func difference(_ before: JSON, _ after: JSON, in place: String = "") -> [String] {
        (after.objectValue ?? [:]).flatMap { name, new -> [String] in
            let (old, name) = (before[name] ?? .null, place + name)
            if new == old { return [] }
            if new.objectValue != nil { return difference(old, new, in: name + ".") }
            if let new = new.arrayValue {
                let old = old.arrayValue ?? []
                let lines =
                    old.filter { !new.contains($0) }.map { "- \(name): \($0.stringValue ?? $0.text)" }
                    + new.filter { !old.contains($0) }.map { "+ \(name): \($0.stringValue ?? $0.text)" }
                return lines.isEmpty ? ["\(name): in another order"] : lines
            }
            func presented(_ value: JSON) -> String { value.isNull ? "default" : value.text }
            return ["\(name): \(presented(old)) -> \(presented(new))"]
        }
    }
}
