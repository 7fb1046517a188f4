import HTTPTypes
import JSONValue
import Support
import Testing

/// One operation of the contract, with what a test needs to break its rules one by one.
struct ContractOperation: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let caller: String
    /// The schema of a JSON body; nil: it takes none.
    let schema: JSON?
    /// The contract's own example of a body.
    let example: JSON
    let query: [String]
    fileprivate let document: JSON

    var name: String { "\(method) \(path)" }
    var isWebhook: Bool { path.hasPrefix("/webhooks/") || path.hasPrefix("/callbacks/") }

    static func all(_ document: JSON) -> [ContractOperation] {
        var found: [ContractOperation] = []
        for (path, item) in document["paths"]?.objectValue ?? [:] {
            for (method, operation) in item.objectValue ?? [:] where operation["operationId"] != nil {
                guard let method = HTTPRequest.Method(method.uppercased()) else { continue }
                let content = operation["requestBody"]?["content"]?["application/json"]
                let example = content?["examples"]?.objectValue?.makeIterator().next()?.value
                let parameters = (item["parameters"]?.arrayValue ?? []) + (operation["parameters"]?.arrayValue ?? [])
                found.append(
                    ContractOperation(
                        method: method, path: path, caller: operation["x-caller"]?.stringValue ?? "",
                        schema: content?["schema"], example: resolve(example, in: document)["value"] ?? [:],
                        query: parameters.map { resolve($0, in: document) }.filter { $0["in"] == "query" }
                            .compactMap { $0["name"]?.stringValue },
                        document: document))
            }
        }
        return found
    }

    /// A schema, and where its value stands in a body.
    struct Field: Sendable {
        let path: [String]
        let schema: JSON
        let isRequired: Bool
        var pointer: String { path.map { "/\($0)" }.joined() }

        /// The types that it takes; empty: any.
        var types: [String] {
            if let name = schema["type"]?.stringValue { return [name] }
            return (schema["type"]?.arrayValue ?? []).compactMap(\.stringValue)
        }
        func number(_ keyword: String) -> Int? { schema[keyword]?.intValue }
    }

    /// Every field of the body, the nested ones after their parents.
    var fields: [Field] { schema.map { Self.fields($0, at: [], in: document) } ?? [] }

    private static func fields(_ schema: JSON, at path: [String], in document: JSON) -> [Field] {
        let schema = resolve(schema, in: document)
        let required = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        var found: [Field] = []
        for (name, property) in schema["properties"]?.objectValue ?? [:] {
            let inner = resolve(property, in: document)
            found.append(Field(path: path + [name], schema: inner, isRequired: required.contains(name)))
            found += fields(inner, at: path + [name], in: document)
        }
        return found
    }

    /// The example with another value in one field; nil takes the field away.
    func body(_ field: Field, _ value: JSON?) -> JSON {
        var members = example.objectValue ?? [:]
        guard field.path.count == 2 else {
            members[field.path[0]] = value
            return .object(members)
        }
        var inner = members[field.path[0]]?.objectValue ?? [:]
        if inner.isEmpty {
            // The object's other required members.
            for other in fields where other.path.first == field.path[0] && other.path.count == 2 && other.isRequired {
                inner[other.path[1]] = "text"
            }
        }
        inner[field.path[1]] = value
        members[field.path[0]] = .object(inner)
        return .object(members)
    }

    func items(of field: Field) -> JSON { Self.resolve(field.schema["items"], in: document) }

    private static func resolve(_ node: JSON?, in document: JSON) -> JSON {
        var node = node ?? [:]
        while let reference = node["$ref"]?.stringValue {
            node = reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] ?? .null }
        }
        return node
    }
}

/// Values that break one rule of a field each, and where beside the field the mistake is.
enum BadValues {
    static func of(_ field: ContractOperation.Field, items: JSON) -> [(JSON, String)] {
        var found: [(JSON, String)] = []
        let samples: [(String, JSON)] = [
            ("boolean", true), ("integer", 7), ("number", .number("1.5")), ("string", "x"), ("array", []),
            ("object", [:]),
        ]
        for (type, value) in samples where !field.types.isEmpty && !field.types.contains(type) {
            found.append((value, ""))
        }
        if field.types.contains("integer") { found += numbers(field).map { ($0, "") } }
        if field.types.contains("string") { found += texts(field).map { ($0, "") } }
        if field.types.contains("array") {
            for item: JSON in [1, .null, [], [:], ""] { found.append(([item], "/0")) }
            if let most = field.number("maxItems") {
                let item = items["enum"]?.arrayValue?.first ?? "x"
                found.append((.array(Array(repeating: item, count: most + 1)), ""))
            }
            if field.number("minItems") == 1 { found.append(([], "")) }
            if let longest = items["maxLength"]?.intValue {
                found.append(([.string(String(repeating: "a", count: longest + 1))], "/0"))
            }
        }
        return found
    }

    /// The shortest and longest, least and most that a field takes by its length or number alone.
    static func justGood(_ field: ContractOperation.Field) -> [JSON] {
        if field.types.contains("integer") {
            return [field.number("minimum"), field.number("maximum")].compactMap { $0.map { .int($0) } }
        }
        guard field.types.contains("string"), field.schema["enum"] == nil, field.schema["format"] == nil else {
            return []
        }
        return [field.number("minLength"), field.number("maxLength")].compactMap { length in
            // Astral characters are one each, whatever their bytes and halves.
            let letter = field.schema["pattern"] == nil ? "\u{1F600}" : "a"
            return length.map { .string(String(repeating: letter, count: $0)) }
        }
    }

    private static func numbers(_ field: ContractOperation.Field) -> [JSON] {
        let far = ["9007199254740993", "-9223372036854775808", "9223372036854775808", "1e999", "-1e999", "7.0001"]
        var found = far.map { JSON.number($0) }
        if let least = field.number("minimum") { found.append(.int(least - 1)) }
        if let most = field.number("maximum") { found.append(.int(most + 1)) }
        // Zero with a sign is zero.
        if field.number("minimum") ?? 0 > 0 { found.append(.number("-0")) }
        return found
    }

    private static func texts(_ field: ContractOperation.Field) -> [JSON] {
        if field.schema["format"] == "date-time" {
            // A time that has passed is none at which something could end.
            let past: [JSON] = field.path.last == "expires_at" ? ["2000-01-01T00:00:00Z"] : []
            return ["tomorrow", "2030-02-30T00:00:00Z"] + past
        }
        if field.schema["enum"] != nil { return ["nonsense", ""] }
        var found: [JSON] = [.string("a\0b")]
        if field.number("minLength") ?? 0 > 0 { found.append("") }
        if let least = field.number("minLength"), least > 1 {
            found.append(.string(String(repeating: "a", count: least - 1)))
        }
        if let most = field.number("maxLength") {
            found.append(.string(String(repeating: "a", count: most + 1)))
        }
        if field.schema["pattern"] != nil { found.append("é") }
        return found
    }
}
