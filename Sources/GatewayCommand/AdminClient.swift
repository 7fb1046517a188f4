import ArgumentParser
import AsyncHTTPClient
import Foundation
import Gateway
import HTTPTransport
import HTTPTypes
import JSONValue
import NIOCore

/// Options of each command that talks to a running gateway.
struct GatewayOptions: ParsableArguments {
    @Flag(help: "Send the admin token over plain http to another machine: whoever is on the way can read it.")
    var insecure = false

    /// - Throws: `ValidationError` that names the variable.
    func client() throws -> AdminClient { try AdminClient.fromEnvironment(insecure: insecure) }
}

/// Talks to a running gateway's admin API: `GATEWAY_URL`, or `GATEWAY_PORT` on this machine, and `GATEWAY_ADMIN_TOKEN`.
struct AdminClient {
    private let base: String
    private let token: String?

    /// - Throws: `ValidationError` that names the variable.
    static func fromEnvironment(insecure: Bool) throws -> AdminClient {
        let environment = ProcessInfo.processInfo.environment
        var token = environment["GATEWAY_ADMIN_TOKEN"]
        if token == nil, let file = environment["GATEWAY_ADMIN_TOKEN_FILE"] {
            do {
                token = try String(contentsOfFile: file, encoding: .utf8)
            } catch {
                throw ValidationError("GATEWAY_ADMIN_TOKEN_FILE cannot be read: \(file)")
            }
        }
        // As the gateway reads it.
        token = token?.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let token, !token.isEmpty else {
            throw ValidationError("GATEWAY_ADMIN_TOKEN is not set: give the token that the gateway was started with.")
        }
        let url = try url(environment)
        guard insecure || isSafe(url) else {
            throw ValidationError(
                "GATEWAY_URL is \(url): the admin token goes over https, or over plain http to this machine only "
                    + "(localhost, 127.0.0.1, [::1]). Give an https address, or add --insecure.")
        }
        return AdminClient(url, token: token)
    }

    /// The address of the gateway that is meant: `GATEWAY_URL`, else this machine at `GATEWAY_PORT`, else at 8080.
    /// - Throws: `ValidationError` for what is no URL.
    static func url(_ environment: [String: String]) throws -> String {
        if let url = environment["GATEWAY_URL"], !url.isEmpty {
            let parts = URLComponents(string: url)
            guard ["http", "https"].contains(parts?.scheme?.lowercased()), parts?.host?.isEmpty == false else {
                throw ValidationError(
                    "GATEWAY_URL is \(url): it must begin with https:// (or http:// for this machine), and name a host."
                )
            }
            return url
        }
        return "http://localhost:\(environment["GATEWAY_PORT"].flatMap { Int($0) } ?? 8080)"
    }

    /// Returns true if data sent to a URL cannot be read on the way: https, or http on loopback.
    private static func isSafe(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), let host = parts.host?.lowercased() else { return false }
        switch parts.scheme?.lowercased() {
        case "https": return true
        case "http":
            return ["localhost", "::1", "[::1]"].contains(host)
                || host.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil
        default: return false
        }
    }

    init(_ base: String, token: String?) {
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.token = token
    }

    /// Reports an unreachable server at once, instead of retrying.
    static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.tlsConfiguration = ClientTLS.configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// A reply that is not an error, or one that the caller expects.
    struct Reply {
        let status: Int
        let json: JSON
        let etag: String?
    }

    /// - Returns: the reply's JSON; `.null` when it has no body.
    /// - Throws: `ExitCode` after one line that says what is wrong.
    func call(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> JSON {
        try await send(method, path, body).json
    }

    /// - Parameters:
    ///   - ifMatch: the `ETag` that what is changed must still have.
    ///   - expected: a status that is no fault here.
    /// - Throws: `ExitCode` after one line that says what is wrong.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, ifMatch: String? = nil, expected: Int? = nil
    ) async throws -> Reply {
        let reply: HTTPExchange.Reply
        do {
            var headers: [(String, String)] = []
            if let ifMatch { headers.append(("If-Match", ifMatch)) }
            if let token { headers.append(("Authorization", "Bearer \(token)")) }
            if body != nil { headers.append(("Content-Type", "application/json")) }
            reply = try await HTTPExchange(client: Self.http).send(
                method, base + path, headers: headers, body: body?.bytes, limit: .seconds(30), maximum: 1 << 20)
        } catch {
            Terminal.complain("No gateway answers at \(base) (\(error)). Is it running? Is GATEWAY_URL right?")
            throw ExitCode(1)
        }
        let json = reply.body.isEmpty ? JSON.null : (try? JSON.parse(reply.body)) ?? .null
        guard (200..<300).contains(reply.status) || reply.status == expected else {
            let errors = json["errors"]?.arrayValue ?? []
            let title = json["title"]?.stringValue ?? "Refused"
            let detail = json["detail"]?.stringValue ?? "status \(reply.status)"
            // The detail repeats the first of them.
            Terminal.complain(errors.isEmpty ? "\(title): \(detail)" : "\(title):")
            for error in errors {
                Terminal.complain("  \(error["pointer"]?.stringValue ?? "") \(error["detail"]?.stringValue ?? "")")
            }
            throw ExitCode(1)
        }
        return Reply(status: reply.status, json: json, etag: reply.header("ETag"))
    }
}

/// The output of a command: a line for each value, or the response as JSON.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the reply as JSON.")
    var json = false

    func show(_ reply: JSON) {
        if json || reply["data"] == nil && reply.objectValue == nil {
            print(reply.text)
        } else if let items = reply["data"]?.arrayValue {
            for item in items { print(Self.line(item)) }
        } else {
            for (name, value) in reply.objectValue ?? [:] { print("\(name): \(Self.plain(value))") }
        }
    }

    private static func line(_ item: JSON) -> String {
        (item.objectValue ?? [:]).map { plain($0.value) }.joined(separator: "  ")
    }

    private static func plain(_ value: JSON) -> String {
        switch value {
        case .null: "-"
        case .string(let text): text.escapingControlCharacters
        case .array(let items): items.map(plain).joined(separator: ",")
        default: value.text
        }
    }
}
