import HTTPTypes
import NIOHTTP1

/// The header fields of a request, as the router or a fast path has them.
protocol RequestFields {
    /// The value of a field, without the blanks around it; those of several joined with commas (RFC 9110 section 5.2).
    subscript(name: HTTPField.Name) -> String? { get }
    /// The value of each field of the name.
    func values(of name: HTTPField.Name) -> [String]
}

extension RequestFields {
    var hasBody: Bool { self[.contentLength].map { $0 != "0" } ?? (self[.transferEncoding] != nil) }
}

/// The header fields of a response, as the router or a fast path has them.
protocol ResponseFields {
    subscript(name: HTTPField.Name) -> String? { get set }
}

extension HTTPFields: RequestFields, ResponseFields {
    func values(of name: HTTPField.Name) -> [String] { self[values: name] }
}

extension HTTPHeaders: RequestFields, ResponseFields {
    subscript(name: HTTPField.Name) -> String? {
        get {
            var found: String?
            for (given, value) in self where given.isName(name.rawName) {
                let value = value.withoutBlanks
                found = found.map { "\($0), \(value)" } ?? value
            }
            return found
        }
        set {
            let isPresent = contains(name: name.rawName)
            switch newValue {
            case let value? where isPresent: replaceOrAdd(name: name.rawName, value: value)
            case let value?: add(name: name.rawName, value: value)
            case nil: if isPresent { remove(name: name.rawName) }
            }
        }
    }

    func values(of name: HTTPField.Name) -> [String] {
        var found: [String] = []
        for (given, value) in self where given.isName(name.rawName) { found.append(value.withoutBlanks) }
        return found
    }
}

extension String {
    /// Compares the names of two fields, without case.
    fileprivate func isName(_ other: String) -> Bool {
        let (one, other) = (utf8, other.utf8)
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { $0 == $1 || $0 ^ $1 == 0x20 && (0x61...0x7A).contains($0 | 0x20) }
    }

    /// Without the blanks around it, which the parser leaves at the end (RFC 9112 section 5.1).
    fileprivate var withoutBlanks: String {
        func isBlank(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard isBlank(utf8.first) || isBlank(utf8.last) else { return self }
        // Bytes: a blank may be one character with the mark before it.
        var rest = utf8[...]
        while isBlank(rest.first) { rest.removeFirst() }
        while isBlank(rest.last) { rest.removeLast() }
        return String(Substring(rest))
    }
}
