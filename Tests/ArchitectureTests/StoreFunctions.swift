/// The functions of the stores, and the calls of them in a folder of tests, by type, name and labels.
struct StoreFunctions {
    /// A function that takes a transaction, or returns rows that are past their time.
    struct Function: Hashable, CustomStringConvertible {
        /// The innermost type around it.
        let type: String
        let name: String
        let isStatic: Bool
        /// "_" for none.
        let labels: [String]
        /// Parameters that may be left out.
        let defaults: Set<Int>

        var description: String {
            "\(type).\(name)(\(labels.map { "\($0):" }.joined()))"
        }

        /// Returns whether a call with these labels may be one of this function.
        func matches(_ given: [String]) -> Bool {
            var next = 0
            for (index, label) in labels.enumerated() {
                if next < given.count, given[next] == label {
                    next += 1
                } else if !defaults.contains(index) {
                    return false
                }
            }
            return next == given.count
        }
    }

    /// Types that take a transaction and are no stores, with the reason.
    static let exempt: [String: String] = [
        "IdempotencyClaim": "the claim of a request, stored through `IdempotencyStore`; tested with requests",
        "WebhookAttribution": "attributes a webhook through the stores; tested with webhooks",
        "WebhookIntake": "stores a webhook through the stores; tested by `WebhookIntakeTests`",
        "Reconciler": "looks for missed webhooks through the stores; tested with the reconciler",
    ]

    // MARK: - declarations

    static func declared(in source: SwiftSource) -> [Function] {
        var reader = WordReader(source.code)
        var found: [Function] = []
        // The types around, each with the depth of its braces and whether it is private.
        var types: [(name: String, depth: Int, isPrivate: Bool)] = []
        var (depth, modifiers): (Int, Set<String>) = (0, [])
        while let token = reader.next() {
            switch token {
            case "{": depth += 1
            case "}":
                depth -= 1
                types.removeAll { $0.depth > depth }
            case "\n": modifiers = []
            case "struct", "class", "enum", "actor", "extension":
                // `.class` and the like are members.
                guard let name = reader.name() else { continue }
                types.append((name, depth + 1, modifiers.contains("private")))
            case "func":
                guard let name = reader.name(), let parameters = reader.parenthesized(), let type = types.last,
                    !modifiers.contains("private"), !types.contains(where: \.isPrivate), exempt[type.name] == nil
                else { continue }
                let result = reader.line()
                let parts = parameters.isEmpty ? [] : WordReader.parts(of: parameters)
                let isStore =
                    parts.contains { WordReader.type(of: $0) == "any Transaction" } || result.contains("ExpiredRows")
                guard isStore, depth == type.depth else { continue }
                found.append(
                    Function(
                        type: type.name, name: name, isStatic: modifiers.contains("static"),
                        labels: parts.map(WordReader.firstWord),
                        defaults: Set(parts.indices.filter { WordReader.hasDefault(parts[$0]) })))
            default: modifiers.insert(token)
            }
        }
        return found
    }

    // MARK: - calls

    /// The labels of all calls in a text, by `Type.name` for static functions, and by `.name`.
    static func calls(in code: String) -> [String: Set<[String]>] {
        var reader = WordReader(code)
        var found: [String: Set<[String]>] = [:]
        var (former, dot) = ("", false)
        while let token = reader.next() {
            if token == "." {
                dot = true
                continue
            }
            if dot, reader.peek == "(" {
                let rest = reader
                if let arguments = reader.parenthesized() {
                    let labels = arguments.isEmpty ? [] : WordReader.parts(of: arguments, "([{").map(WordReader.label)
                    found["\(former).\(token)", default: []].insert(labels)
                    found[".\(token)", default: []].insert(labels)
                }
                // Calls in the arguments count as well.
                reader = rest
            }
            (former, dot) = (token, false)
        }
        return found
    }

    /// Functions that no call in these texts may be one of.
    static func untested(_ functions: [Function], _ calls: [String: Set<[String]>]) -> [Function] {
        functions.filter { function in
            let key = function.isStatic ? "\(function.type).\(function.name)" : ".\(function.name)"
            return !(calls[key] ?? []).contains { function.matches($0) }
        }
    }
}

/// Reads words, line ends and single marks of Swift code without comments and literals.
struct WordReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ code: String) { bytes = Array(code.utf8) }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "#"), 0x80...:
            true
        default: false
        }
    }

    private mutating func skipBlanks() {
        while at < bytes.count, bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "`") { at += 1 }
    }

    mutating func next() -> String? {
        skipBlanks()
        guard at < bytes.count else { return nil }
        let start = at
        while at < bytes.count, Self.isWord(bytes[at]) { at += 1 }
        if at == start { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// The next byte.
    var peek: Character? { at < bytes.count ? Character(Unicode.Scalar(bytes[at])) : nil }

    /// The next word, or the last of a name with dots.
    mutating func name() -> String? {
        var name: String?
        while true {
            skipBlanks()
            guard at < bytes.count, Self.isWord(bytes[at]) else { return name }
            name = next()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ".") else { return name }
            at += 1
        }
    }

    /// The text between the next parentheses, behind generic parameters if there are any.
    mutating func parenthesized() -> String? {
        while at < bytes.count, bytes[at] != UInt8(ascii: "(") {
            guard bytes[at] != UInt8(ascii: "{"), bytes[at] != UInt8(ascii: "}") else { return nil }
            at += 1
        }
        let start = at + 1
        var depth = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "(") { depth += 1 }
            if bytes[at] == UInt8(ascii: ")") { depth -= 1 }
            at += 1
            if depth == 0 { break }
        }
        guard depth == 0, start < at else { return nil }
        let text = String(decoding: bytes[start..<at - 1], as: UTF8.self)
        return text.contains { !$0.isWhitespace } ? text : ""
    }

    /// The text up to the next brace.
    mutating func line() -> String {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "{"), bytes[at] != UInt8(ascii: "}") { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    // MARK: - lists

    /// A list, parted at its commas.
    /// - Parameter opening: the marks within which a comma parts nothing. Those of types are comparisons in a call.
    static func parts(of list: String, _ opening: String = "([{<") -> [String] {
        var (parts, depth): ([String], Int) = ([""], 0)
        for character in list {
            if opening.contains(character) { depth += 1 }
            let endsTypes = opening.contains("<") && character == ">" && parts[parts.count - 1].last != "-"
            if ")]}".contains(character) || endsTypes { depth -= 1 }
            if character == ",", depth <= 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        if parts.last?.contains(where: { !$0.isWhitespace }) == false { parts.removeLast() }
        return parts.map { part in String(part.drop { $0.isWhitespace }) }
    }

    static func firstWord(_ parameter: String) -> String {
        String(parameter.prefix { !$0.isWhitespace && $0 != ":" })
    }

    /// The label of an argument; "_" for none.
    static func label(_ argument: String) -> String {
        let word = argument.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return !word.isEmpty && argument.dropFirst(word.count).first == ":" ? String(word) : "_"
    }

    static func type(of parameter: String) -> String {
        guard let colon = parameter.firstIndex(of: ":") else { return "" }
        let type = parameter[parameter.index(after: colon)...]
        return type.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    static func hasDefault(_ parameter: String) -> Bool { parameter.contains(" = ") }
}
