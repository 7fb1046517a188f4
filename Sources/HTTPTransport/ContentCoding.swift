public import HTTPTypes
public import NIOHTTP1

/// Content codings of replies (RFC 9110 section 8.4): none is asked for. The client that is given decodes gzip and
/// deflate where it is set up to (`HTTPClient.Configuration.decompression`).
extension HTTPHeaders {
    /// Asks for the reply as it is, unless the request says otherwise.
    mutating func asksForIdentity() {
        if !contains(name: "Accept-Encoding") { add(name: "Accept-Encoding", value: "identity") }
    }
}

extension HTTPHeaders {
    /// True for a response whose body arrives decoded: `Content-Encoding` and `Content-Length` say nothing about it.
    public var hasDecodedBody: Bool {
        guard contains(name: "Content-Encoding") else { return false }
        let codings = self[canonicalForm: "Content-Encoding"].map { $0.lowercased() }
        return codings == ["gzip"] || codings == ["deflate"]
    }
}

extension HTTPFields {
    /// A response's fields, without those of the encoded body: its coding and its length.
    public init(decoded headers: HTTPHeaders) {
        self.init()
        let isDecoded = headers.hasDecodedBody
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            if isDecoded, name == .contentEncoding || name == .contentLength { continue }
            append(HTTPField(name: name, value: value))
        }
    }
}
