import Foundation
import Hummingbird
import JSONValue
import NIOCore

/// Reads the members of a request's body one by one and collects all errors, so that a caller sees every mistake at
/// once. `validate` throws them, and refuses unknown members.
struct BodyValidator {
    private let members: JSON.Members
    private let base: String
    private var seen: Set<String> = []
    private(set) var errors: [Problem.FieldError] = []

    init(_ members: JSON.Members, at base: String = "") {
        self.members = members
        self.base = base
    }

    /// - Parameter other: a media type that the body may have instead of `application/json`.
    /// - Throws: `malformed` for what is no JSON object, `too_large` beyond `limit` bytes.
    static func read(_ request: Request, limit: Int = 1 << 20, or other: String? = nil) async throws -> BodyValidator {
        let bytes = try await request.collect(limit)
        if let type = request.headers[.contentType], !bytes.isEmpty, !isJSON(type, or: other) {
            let types = ["application/json", other].compactMap { $0 }.joined(separator: " or ")
            throw Problem(.malformed, "The body must be sent as \(types), in UTF-8.")
        }
        if bytes.isEmpty { return BodyValidator([:]) }
        do {
            guard let members = try JSON.parse(bytes).objectValue else {
                throw Problem(.malformed, "The body must be a JSON object.")
            }
            return BodyValidator(members)
        } catch let error as JSONError {
            throw Problem(.malformed, "The body is not valid JSON: \(error).")
        }
    }

    /// Returns true if a `Content-Type` is JSON's. No charset but UTF-8 exists for it (RFC 8259 section 8.1).
    private static func isJSON(_ type: String, or other: String?) -> Bool {
        let parts = type.lowercased().split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        return (parts.first == "application/json" || other != nil && parts.first == other)
            && parts.dropFirst().allSatisfy {
                !$0.hasPrefix("charset=") || ["charset=utf-8", "charset=utf8"].contains($0.replacing("\"", with: ""))
            }
    }

    mutating func fail(_ name: String, _ detail: String) {
        errors.append(.init(pointer: "\(base)/\(name)", detail: detail))
    }

    func has(_ name: String) -> Bool { members[name] != nil }

    /// The member, noted as known; nil when absent or null.
    mutating func value(_ name: String, required: Bool = false) -> JSON? {
        seen.insert(name)
        guard let value = members[name], !value.isNull else {
            if required { fail(name, "is required") }
            return nil
        }
        return value
    }

    private mutating func value<Rule: FieldRule>(_ name: String, required: Bool, _ rule: Rule) -> Rule.Value? {
        guard let member = value(name, required: required) else { return nil }
        guard let value = rule.value(of: member) else {
            fail(name, rule.message)
            return nil
        }
        return value
    }

    /// - Parameter length: in code points, as JSON Schema counts them: one `Character` may have a megabyte.
    mutating func string(
        _ name: String, required: Bool = false, length: ClosedRange<Int> = 1...1000, rule: ValidationRule = .any
    ) -> String? {
        guard let value = value(name, required: required) else { return nil }
        guard let text = value.stringValue else {
            fail(name, "must be a string")
            return nil
        }
        guard length.contains(text.unicodeScalars.count) else {
            fail(name, "must have \(length.lowerBound) to \(length.upperBound) characters")
            return nil
        }
        guard !text.contains("\0") else {
            fail(name, "must not hold the character U+0000")
            return nil
        }
        guard rule.isValid(text) else {
            fail(name, rule.message)
            return nil
        }
        return text
    }

    mutating func int(_ name: String, required: Bool = false, in range: ClosedRange<Int>) -> Int? {
        value(name, required: required, WholeNumberRule(range))
    }

    mutating func bool(_ name: String) -> Bool? { value(name, required: false, FlagRule()) }

    mutating func choice<T: RawRepresentable & CaseIterable>(
        _ name: String, required: Bool = false, _ type: T.Type
    ) -> T? where T.RawValue == String {
        value(name, required: required, ChoiceRule<T>())
    }

    /// A list of at least one of the choices.
    mutating func choices<T: RawRepresentable & CaseIterable>(_ name: String, _ type: T.Type) -> [T]?
    where T.RawValue == String {
        strings(name, count: 1...T.allCases.count, rule: .choice(T.self))?.compactMap { T(rawValue: $0) }
    }

    mutating func time(_ name: String, required: Bool = false) -> Timestamp? {
        value(name, required: required, TimeRule())
    }

    mutating func strings(
        _ name: String, required: Bool = false, count: ClosedRange<Int>, length: ClosedRange<Int> = 1...500,
        rule: ValidationRule = .any
    ) -> [String]? {
        guard let value = value(name, required: required) else { return nil }
        guard let items = value.arrayValue, count.contains(items.count) else {
            fail(name, "must be a list of \(count.lowerBound) to \(count.upperBound) strings")
            return nil
        }
        var out: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.stringValue, length.contains(text.unicodeScalars.count) else {
                fail("\(name)/\(index)", "must be a string of \(length.lowerBound) to \(length.upperBound) characters")
                continue
            }
            guard rule.isValid(text) else {
                fail("\(name)/\(index)", rule.message)
                continue
            }
            out.append(text)
        }
        return out
    }

    /// A nested object, read by `body`; its errors come with their full pointer.
    mutating func object<T>(_ name: String, required: Bool = false, _ body: (inout BodyValidator) -> T) -> T? {
        guard let value = value(name, required: required) else { return nil }
        guard let members = value.objectValue else {
            fail(name, "must be an object")
            return nil
        }
        var inner = BodyValidator(members, at: "\(base)/\(name)")
        let out = body(&inner)
        errors += inner.errors + inner.unknown
        return out
    }

    private var unknown: [Problem.FieldError] {
        members.names.filter { !seen.contains($0) }.enumerated()
            .map { index, name in
                // Only for those that the reply names: the search costs more than the rest of a field.
                let near = index < Self.reportedErrors ? Spelling.nearest(to: name, in: seen) : nil
                let suggestion = near.map { ": did you mean \($0)?" } ?? ""
                return .init(pointer: "\(base)/\(Self.escaped(name))", detail: "is not a known field\(suggestion)")
            }
    }

    /// A member's name as a pointer has it (RFC 6901 section 3).
    static func escaped(_ name: String) -> String { name.replacing("~", with: "~0").replacing("/", with: "~1") }

    /// Mistakes that one reply names: a body of nothing else would be answered with many times its size.
    static let reportedErrors = 100

    /// - Throws: `validation` with every mistake found, up to `reportedErrors`.
    func validate() throws {
        let all = errors + unknown
        guard let first = all.first else { return }
        let more = all.count > 1 ? " (and \(all.count - 1) more)" : ""
        throw Problem(
            .validation, "\(first.pointer) \(first.detail)\(more).", errors: Array(all.prefix(Self.reportedErrors)))
    }
}

/// A rule for a text, and the message of its violation.
struct ValidationRule: Sendable {
    let message: String
    let isValid: @Sendable (String) -> Bool

    static let any = ValidationRule(message: "") { _ in true }

    /// ASCII from ! to ~: what may stand in a header or a form without surprises.
    static let visible = ValidationRule(message: "must hold ASCII characters without blanks only") {
        $0.isVisibleASCII
    }
    /// `user_id`: 1 to 255 characters `!` to `~`.
    static let userID = ValidationRule(message: "must be 1 to 255 characters from ! to ~ (ASCII without blanks)") {
        text in
        (1...255).contains(text.utf8.count) && text.isVisibleASCII
    }

    static func choice<T: RawRepresentable & CaseIterable>(_ type: T.Type) -> ValidationRule
    where T.RawValue == String {
        let known = Set(T.allCases.map(\.rawValue))
        return ValidationRule(message: ChoiceRule<T>().message) { known.contains($0) }
    }

    static let slug = ValidationRule(message: "must be 2 to 40 characters of a-z, 0-9 and -") { text in
        (2...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}

extension Request {
    /// The request with its body in memory; `confirm` runs once it is there. A request without a body stays as it is.
    /// - Throws: `too_large` beyond `limit` bytes, and what `confirm` throws.
    func withWholeBody(_ limit: Int, confirm: () async throws -> Void) async throws -> Request {
        guard method != .get, method != .head, headers[.contentLength] != "0",
            headers[.contentLength] != nil || headers[.transferEncoding] != nil
        else { return self }
        var whole = self
        whole.body = .init(buffer: ByteBuffer(bytes: try await collect(limit)))
        try await confirm()
        return whole
    }

    /// True if the head announces a body.
    var hasBody: Bool { headers.hasBody }

    /// - Throws: `too_large` when the head announces more than `limit` bytes.
    private func checkLength(_ limit: Int) throws {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Problem.bodyTooLarge(limit)
        }
    }

    /// The whole body of a request that only its body can prove. It counts as unverified until the request is proven.
    /// - Throws: `too_large` beyond `limit` bytes, `request_timeout` when it is dropped.
    func collectUnverified(_ limit: Int, _ metadata: RequestMetadata) async throws -> [UInt8] {
        try checkLength(limit)
        metadata.wantBody(limit: limit)
        return try await collect(limit)
    }

    /// The whole body.
    /// - Throws: `too_large` beyond `limit` bytes, `unsupported_encoding` for one that is compressed.
    func collect(_ limit: Int) async throws -> [UInt8] {
        try checkLength(limit)
        if let coding = headers[.contentEncoding], !["", "identity"].contains(coding.lowercased()) {
            throw Problem.unsupportedEncoding(coding)
        }
        do {
            let buffer = try await body.collect(upTo: limit)
            return buffer.getBytes(at: buffer.readerIndex, length: buffer.readableBytes) ?? []
        } catch is NIOTooManyBytesError {
            throw Problem.bodyTooLarge(limit)
        } catch let refused as BodyRefused {
            throw refused.problem
        } catch {
            // The caller went away in the midst of it.
            throw Problem(.malformed, "The body ended before its time.")
        }
    }
}
