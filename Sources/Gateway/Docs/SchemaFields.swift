import JSONValue

/// A schema as a list of fields: name, type, required or not, limits, description, and nested fields.
struct SchemaFields {
    let contract: ContractDocument
    /// True for fields that callers send. Limits and patterns of fields that are only read are left out.
    let isAsked: Bool
    private static let deepest = 6

    private struct Field {
        let name: String
        let schema: JSON
        let isRequired: Bool
    }

    func list(_ schema: JSON) -> HTML? { list(schema, depth: 0) }

    /// The schema's own description, where it adds to its fields'.
    func about(_ schema: JSON) -> HTML? {
        ContractDocument.description(of: contract.resolve(schema)).map { "<div class=\"prose\">\($0)</div>" }
    }

    /// A parameter, with what the form to try it needs.
    func parameter(_ parameter: JSON) -> HTML {
        let name = parameter["name"]?.stringValue ?? ""
        let schema = contract.resolve(parameter["schema"] ?? .null)
        let words = SchemaWords(schema, contract: contract)
        let isRequired = parameter["required"]?.boolValue == true
        let example = parameter["example"].map { $0.stringValue ?? $0.text }
        let choices = schema["type"]?.stringValue == "boolean" ? ["true", "false"] : words.choices
        // Whatever else may come has no name to fill in.
        let isNamed = schema["type"]?.stringValue != "object"
        let data: HTML = """
             data-in="\(parameter["in"]?.stringValue ?? "")" data-name="\(name)" data-example="\(example ?? "")"\
             data-choices="\(choices.joined(separator: " "))" data-required="\(isRequired ? "yes" : "")"
            """
        return row(
            name, words, isRequired: isRequired, description: ContractDocument.description(of: parameter),
            example: example,
            attributes: isNamed ? data : "")
    }

    /// A header of a reply.
    func header(_ name: String, _ header: JSON) -> HTML {
        let header = contract.resolve(header)
        let words = SchemaWords(contract.resolve(header["schema"] ?? .null), contract: contract)
        return row(name, words, isRequired: true, description: ContractDocument.description(of: header))
    }

    private func list(_ schema: JSON, depth: Int) -> HTML? {
        let found = depth < Self.deepest ? fields(schema) : []
        guard !found.isEmpty else { return nil }
        let rows = found.map { field in
            let schema = contract.resolve(field.schema)
            return row(
                field.name, SchemaWords(schema, contract: contract), isRequired: field.isRequired,
                description: ContractDocument.description(of: schema), more: list(schema, depth: depth + 1))
        }
        return "<ul class=\"fields\">\n\(rows)</ul>\n"
    }

    /// The members of an object, of a list's items, of all parts of an `allOf`, of what may be null.
    private func fields(_ schema: JSON) -> [Field] {
        let schema = contract.resolve(schema)
        if let parts = schema["allOf"]?.arrayValue { return parts.flatMap(fields) }
        if let choices = schema["oneOf"]?.arrayValue { return choices.first.map(fields) ?? [] }
        if let items = schema["items"] { return fields(items) }
        let required = schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return (schema["properties"]?.objectValue ?? [:]).map {
            Field(name: $0.name, schema: $0.value, isRequired: required.contains($0.name))
        }
    }

    private func row(
        _ name: String, _ words: SchemaWords, isRequired: Bool, description: HTML?, example: String? = nil,
        more: HTML? = nil, attributes: HTML = ""
    ) -> HTML {
        let mark: HTML? =
            isAsked
            ? (isRequired ? " <span class=\"required\">required</span>" : nil)
            : (isRequired ? nil : " <span class=\"type\">may be absent</span>")
        let choices = words.choices.map { "<code>\($0)</code>" as HTML }.joined(separator: ", ")
        let allowed: HTML? = words.choices.isEmpty ? nil : "<p class=\"limits\">one of \(choices)</p>"
        let examples: [HTML] = example.map { ["for example <code>\($0)</code>"] } ?? []
        let limits = (isAsked ? words.limits : []) + words.defaults + examples
        let kept: HTML? = limits.isEmpty ? nil : "<p class=\"limits\">\(limits.joined(separator: "; "))</p>"
        return """
            <li\(attributes)><p class="field"><code>\(name)</code> <span class="type">\(words.type)</span>\(mark)</p>
            \(description)\(allowed)\(kept)\(more)</li>

            """
    }
}

/// A short description of a schema's value.
struct SchemaWords {
    let type: String
    let choices: [String]
    let limits: [HTML]
    let defaults: [HTML]

    /// - Parameter schema: with its reference followed.
    init(_ schema: JSON, contract: ContractDocument) {
        let items = schema["items"].map(contract.resolve)
        type = Self.type(schema, contract)
        choices = ((schema["enum"] ?? items?["enum"])?.arrayValue ?? []).map { $0.stringValue ?? $0.text }
        limits = Self.limits(schema) + (items.map(Self.limits) ?? []).map { "each \($0)" }
        defaults = schema["default"].map { ["<code>\($0.stringValue ?? $0.text)</code> by default"] } ?? []
    }

    private static func type(_ schema: JSON, _ contract: ContractDocument) -> String {
        if let choices = schema["oneOf"]?.arrayValue {
            return choices.map { type(contract.resolve($0), contract) }.joined(separator: " or ")
        }
        if schema["allOf"] != nil { return "object" }
        if let only = schema["const"] { return "always \(only.text)" }
        let kinds = (schema["type"]?.arrayValue ?? schema["type"].map { [$0] } ?? []).compactMap(\.stringValue)
        let words = kinds.map { kind in
            switch (kind, schema["format"]?.stringValue) {
            case ("string", "date-time"): "time"
            case ("string", "uri"): "URL"
            case ("integer", _): "whole number"
            case ("boolean", _): "true or false"
            case ("array", _): "list of \(plural(schema["items"].map(contract.resolve)))"
            default: kind
            }
        }
        return words.isEmpty ? "any value" : words.joined(separator: " or ")
    }

    private static func plural(_ items: JSON?) -> String {
        switch items?["type"]?.stringValue {
        case "string": "strings"
        case "integer": "whole numbers"
        default: "objects"
        }
    }

    private static func limits(_ schema: JSON) -> [HTML] {
        var out: [HTML] = []
        func range(_ low: String, _ high: String, _ unit: String) {
            switch (schema[low]?.intValue, schema[high]?.intValue) {
            case (let low?, let high?): out.append("\(low) to \(high)\(unit)")
            case (nil, let high?): out.append("at most \(high)\(unit)")
            case (let low?, nil): out.append("at least \(low)\(unit)")
            case (nil, nil): break
            }
        }
        range("minLength", "maxLength", " characters")
        range("minimum", "maximum", "")
        range("minItems", "maxItems", " items")
        if let pattern = schema["pattern"]?.stringValue { out.append("matches <code>\(pattern)</code>") }
        return out
    }
}
