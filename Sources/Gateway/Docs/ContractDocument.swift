import JSONValue

/// The contract as the pages read it: operations in their order, references followed, descriptions as HTML.
struct ContractDocument: Sendable {
    let root: JSON
    let tags: [Tag]
    let operations: [Operation]

    struct Tag: Sendable {
        let name: String
        let description: HTML
        /// As a place on the page; no operation's id holds a hyphen.
        var id: String {
            "tag-" + name.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.joined(separator: "-")
        }
    }

    struct Operation: Sendable {
        let id: String
        let method: String
        let path: String
        let tag: String
        let summary: String
        let description: HTML
        let caller: String
        let scope: String?
        let problemCodes: [String]
        let parameters: [JSON]
        /// The JSON body's media type object: `schema` and `examples`.
        let body: JSON?
        let responses: [Response]
        /// True for a request that the gateway sends.
        let isSent: Bool

        struct Response: Sendable {
            let status: String
            let value: JSON
        }
    }

    /// - Throws: `JSONError` for what is no JSON.
    init() throws {
        root = try JSON.parse(Contract.pages)
        tags = (root["tags"]?.arrayValue ?? []).map {
            Tag(name: $0["name"]?.stringValue ?? "", description: Self.description(of: $0) ?? "")
        }
        operations =
            Self.operations(root["paths"], in: root, isSent: false)
            + Self.operations(root["webhooks"], in: root, isSent: true)
    }

    var title: String { root["info"]?["title"]?.stringValue ?? "" }
    var version: String { root["info"]?["version"]?.stringValue ?? "" }
    var summary: String { root["info"]?["summary"]?.stringValue ?? "" }
    var description: HTML { root["info"].flatMap(Self.description) ?? "" }

    /// The headings of the description, with the ids that they have there.
    var headings: [(id: String, title: String)] {
        (root["info"]?["x-headings"]?.arrayValue ?? []).map {
            ($0["id"]?.stringValue ?? "", $0["title"]?.stringValue ?? "")
        }
    }

    /// The description of a tag, an operation, a parameter, a response or a schema. `Contract.pages` holds HTML there.
    static func description(of node: JSON) -> HTML? {
        node["description"]?.stringValue.map { HTML(embedded: $0) }
    }

    func operations(of tag: Tag) -> [Operation] { operations.filter { $0.tag == tag.name } }

    /// The node, or what its `$ref` names; what stands beside a `$ref` comes before what it names (OpenAPI 3.1).
    func resolve(_ node: JSON) -> JSON { Self.resolve(node, in: root) }

    private static func resolve(_ node: JSON, in root: JSON) -> JSON {
        guard let reference = node["$ref"]?.stringValue, var members = node.objectValue else { return node }
        var found = root
        for name in reference.split(separator: "/").dropFirst() { found = found[String(name)] ?? .null }
        var out = resolve(found, in: root).objectValue ?? [:]
        members["$ref"] = nil
        for (name, value) in members { out[name] = value }
        return .object(out)
    }

    private static func operations(_ paths: JSON?, in root: JSON, isSent: Bool) -> [Operation] {
        var out: [Operation] = []
        for (path, item) in paths?.objectValue ?? [:] {
            let shared = item["parameters"]?.arrayValue ?? []
            for (method, node) in item.objectValue ?? [:] {
                guard let id = node["operationId"]?.stringValue else { continue }
                let parameters = shared + (node["parameters"]?.arrayValue ?? [])
                let body = node["requestBody"].map { resolve($0, in: root) }
                out.append(
                    Operation(
                        id: id, method: method.uppercased(), path: path,
                        tag: node["tags"]?.arrayValue?.first?.stringValue ?? "",
                        summary: node["summary"]?.stringValue ?? "",
                        description: description(of: node) ?? "",
                        caller: node["x-caller"]?.stringValue ?? "anyone", scope: node["x-scope"]?.stringValue,
                        problemCodes: node["x-problem-codes"]?.arrayValue?.compactMap(\.stringValue) ?? [],
                        parameters: parameters.map { resolve($0, in: root) },
                        body: body?["content"]?["application/json"],
                        responses: (node["responses"]?.objectValue ?? [:]).map {
                            .init(status: $0.name, value: resolve($0.value, in: root))
                        }, isSent: isSent))
            }
        }
        return out
    }
}

extension ContractDocument {
    struct Example: Sendable {
        let summary: String?
        let value: JSON
    }

    /// The examples of a media type object; without any, one made from its schema.
    func examples(_ media: JSON) -> [Example] {
        if let value = media["example"] { return [Example(summary: nil, value: value)] }
        let named = (media["examples"]?.objectValue ?? [:]).map { resolve($0.value) }
        let found = named.compactMap { example in
            example["value"].map { Example(summary: example["summary"]?.stringValue, value: $0) }
        }
        if !found.isEmpty { return found }
        return media["schema"].map { [Example(summary: nil, value: sample($0))] } ?? []
    }

    /// A value that a schema allows, for people to start from.
    func sample(_ schema: JSON, depth: Int = 0) -> JSON {
        let schema = resolve(schema)
        if let value = schema["example"] ?? schema["const"] ?? schema["default"] { return value }
        if let first = schema["enum"]?.arrayValue?.first { return first }
        let kind = schema["type"]?.stringValue ?? schema["type"]?.arrayValue?.first?.stringValue
        switch kind {
        case "integer", "number": return schema["minimum"] ?? 1
        case "boolean": return true
        case "null": return .null
        case "array": return schema["items"].map { [sample($0, depth: depth + 1)] } ?? []
        case "object":
            guard depth < 6 else { return [:] }
            return .object(
                (schema["properties"]?.objectValue ?? [:]).reduce(into: JSON.Members()) {
                    $0[$1.name] = sample($1.value, depth: depth + 1)
                })
        default: return schema["format"]?.stringValue == "date-time" ? "2026-11-23T10:31:12.640Z" : "text"
        }
    }

    /// The example of the problem with this code.
    func problemExample(_ code: String) -> JSON? {
        let type = "urn:meeting-gateway:problem:\(code)"
        return (root["components"]?["examples"]?.objectValue ?? [:]).lazy.compactMap { $0.value["value"] }
            .first { $0["type"]?.stringValue == type }
    }
}
