import Foundation

/// One Swift file, parted into code, string literals and comments, as far as the rules of the architecture need it.
struct SwiftSource: Sendable {
    /// From the project's root: `Sources/Gateway/Core/Job.swift`.
    let path: String
    let text: String
    /// The text without comments and without the inside of string literals; code within interpolations stays.
    let code: String
    /// The string literals' texts; a literal with interpolations is one text with spaces in their places.
    let literals: [String]

    init(path: String, text: String) {
        var scanner = Scanner(text)
        scanner.scan()
        self.path = path
        self.text = text
        code = String(decoding: scanner.code, as: UTF8.self)
        (usedTypes, declaredTypes, imports) = Self.names(in: scanner.code)
        literals = scanner.literals.map { String(decoding: $0, as: UTF8.self) }
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    var lines: Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }

    /// Names with a capital letter that the code uses, without members of other types (`.Name`, `Other.Name`).
    let usedTypes: Set<String>
    /// Types that other files can name: declared at the top level and not private.
    let declaredTypes: Set<String>
    let imports: Set<String>

    /// Reads words instead of patterns: regular expressions take seconds over all sources in a debug build.
    private static func names(in code: [UInt8]) -> (used: Set<String>, declared: Set<String>, imports: Set<String>) {
        let keywords: Set<String> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
        var used: Set<String> = []
        var (declared, imports): (Set<String>, Set<String>) = ([], [])
        var (depth, at) = (0, 0)
        var former = ""
        var isPrivate = false
        while at < code.count {
            let byte = code[at]
            guard isWord(byte) else {
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") { depth -= 1 }
                if byte == UInt8(ascii: "\n"), depth == 0 { isPrivate = false }
                at += 1
                continue
            }
            let start = at
            while at < code.count, isWord(code[at]) { at += 1 }
            let word = String(decoding: code[start..<at], as: UTF8.self)
            if depth == 0 {
                if word == "private" || word == "fileprivate" { isPrivate = true }
                if keywords.contains(former), !isPrivate { declared.insert(word) }
                if former == "import" { imports.insert(word) }
            }
            let isMember = start > 0 && code[start - 1] == UInt8(ascii: ".")
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte), !isMember { used.insert(word) }
            former = word
        }
        return (used, declared, imports)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    /// Parts source text by Swift's lexical rules: nested comments, raw and multi-line strings, interpolations.
    private struct Scanner {
        private let bytes: [UInt8]
        private var at = 0
        var code: [UInt8] = []
        var literals: [[UInt8]] = []

        init(_ text: String) { bytes = Array(text.utf8) }

        private func has(_ text: StaticString) -> Bool {
            let count = text.utf8CodeUnitCount
            guard at + count <= bytes.count else { return false }
            return (0..<count).allSatisfy { bytes[at + $0] == text.utf8Start[$0] }
        }

        mutating func scan() { scanCode(untilParenthesis: false) }

        private mutating func scanCode(untilParenthesis: Bool) {
            var depth = 1
            while at < bytes.count {
                let byte = bytes[at]
                if has("//") {
                    while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
                } else if has("/*") {
                    skipComment()
                } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") && startsRawString {
                    scanString()
                } else {
                    if untilParenthesis {
                        if byte == UInt8(ascii: "(") { depth += 1 }
                        if byte == UInt8(ascii: ")") { depth -= 1 }
                        if depth == 0 { return }
                    }
                    code.append(byte)
                    at += 1
                }
            }
        }

        private var startsRawString: Bool {
            var next = at
            while next < bytes.count, bytes[next] == UInt8(ascii: "#") { next += 1 }
            return next < bytes.count && bytes[next] == UInt8(ascii: "\"")
        }

        private mutating func skipComment() {
            var depth = 0
            repeat {
                if has("/*") {
                    (depth, at) = (depth + 1, at + 2)
                } else if has("*/") {
                    (depth, at) = (depth - 1, at + 2)
                } else {
                    at += 1
                }
            } while depth > 0 && at < bytes.count
            code.append(UInt8(ascii: " "))
        }

        private mutating func scanString() {
            var hashes = 0
            while bytes[at] == UInt8(ascii: "#") { (hashes, at) = (hashes + 1, at + 1) }
            let quotes = has("\"\"\"") ? 3 : 1
            at += quotes
            var literal: [UInt8] = []
            code += [UInt8(ascii: "\""), UInt8(ascii: "\"")]
            while at < bytes.count {
                if bytes[at] == UInt8(ascii: "\\"), follows(at + 1, UInt8(ascii: "#"), hashes) {
                    at += 1 + hashes
                    if at < bytes.count, bytes[at] == UInt8(ascii: "(") {
                        at += 1
                        code.append(UInt8(ascii: " "))
                        scanCode(untilParenthesis: true)
                        literal.append(UInt8(ascii: " "))
                    }
                    at += 1
                } else if follows(at, UInt8(ascii: "\""), quotes), follows(at + quotes, UInt8(ascii: "#"), hashes) {
                    at += quotes + hashes
                    break
                } else {
                    literal.append(bytes[at])
                    at += 1
                }
            }
            code.append(UInt8(ascii: " "))
            literals.append(literal)
        }

        private func follows(_ start: Int, _ byte: UInt8, _ count: Int) -> Bool {
            start + count <= bytes.count && (0..<count).allSatisfy { bytes[start + $0] == byte }
        }
    }
}
