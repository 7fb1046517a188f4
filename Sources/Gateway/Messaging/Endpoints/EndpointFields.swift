import HTTPTransport
import JSONValue

/// The delivery settings of an endpoint in a request body. An absent member keeps the value, null sets the default.
struct EndpointFields: Sendable {
    private let given: [String: Int?]
    private let headers: JSON.Members?

    /// The text that is shown in place of a header's value.
    static let hidden = "[redacted]"
    private static let headerLimit = 20

    init(_ fields: inout BodyValidator) {
        var given: [String: Int?] = [:]
        for (name, range) in [
            ("rate", 1...1000), ("concurrency", 1...Endpoint.concurrencyLimit),
            ("timeout_seconds", 1...DeliveryClient.totalLimit),
        ] {
            let isGiven = fields.has(name)
            let value = fields.int(name, in: range)
            if isGiven { given[name] = .some(value) }
        }
        self.given = given
        headers = Self.headers(&fields)
    }

    private static func headers(_ fields: inout BodyValidator) -> JSON.Members? {
        let isGiven = fields.has("headers")
        guard let value = fields.value("headers") else { return isGiven ? [:] : nil }
        guard let members = value.objectValue, members.names.count <= headerLimit else {
            fields.fail("headers", "must be an object of at most \(headerLimit) header fields")
            return nil
        }
        var seen: Set<String> = []
        for (name, value) in members {
            let place = "headers/\(BodyValidator.escaped(name))"
            let lower = name.lowercased()
            if !isName(name) {
                fields.fail(place, "is not the name of a header field")
            } else if !seen.insert(lower).inserted {
                fields.fail(place, "stands twice")
            } else if DeliveryAttempt.reservedHeaders.contains(lower)
                || DeliveryAttempt.reservedPrefixes.contains(where: { lower.hasPrefix($0) })
            {
                fields.fail(place, "is for the gateway to set")
            }
            guard let text = value.stringValue, (1...1000).contains(text.unicodeScalars.count),
                text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), text.first != " ", text.last != " "
            else {
                fields.fail(place, "must be 1 to 1000 printable ASCII characters without blanks at its ends")
                continue
            }
            if text == hidden { fields.fail(place, "is how a value is shown; send the value itself") }
        }
        return members
    }

    /// A token of RFC 9110, of at most 100 characters; by bytes, since letters of other scripts may equal ours.
    private static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+.^_`|~-".utf8.contains(byte)
            }
    }

    /// The header fields, for the row of this endpoint.
    /// - Returns: nil where they were not given.
    func sealedHeaders(of endpoint: String, tenant: String, _ secrets: EndpointSecrets) async throws -> [UInt8]?? {
        guard let headers else { return nil }
        return .some(try await secrets.seal(headers: headers, of: endpoint, tenant: tenant))
    }

    /// - Parameter sealedHeaders: as `sealedHeaders(of:)` made them.
    func apply(to endpoint: inout Endpoint, sealedHeaders: [UInt8]??) {
        if let rate = given["rate"] { endpoint.allowance.rate = rate }
        if let concurrency = given["concurrency"] { endpoint.allowance.concurrency = concurrency }
        if let timeout = given["timeout_seconds"] { endpoint.allowance.timeout = timeout }
        if let sealedHeaders { endpoint.allowance.sealedHeaders = sealedHeaders }
    }
}
