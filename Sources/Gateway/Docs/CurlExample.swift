import HTTPTransport
import JSONValue

/// A call of an operation to paste into a shell, with the contract's own examples in it.
struct CurlExample {
    let contract: ContractDocument
    let operation: ContractDocument.Operation

    /// The first example of the body.
    var body: JSON? { operation.body.flatMap { contract.examples($0).first?.value } }

    var text: String {
        var lines = ["curl -s\(method) \"$GATEWAY\(path)\(query)\""]
        if let credential { lines.append("-H \"Authorization: Bearer $\(credential)\"") }
        if let body {
            lines.append("-H \"Content-Type: application/json\"")
            let text = PrettyJSON(body).text.replacing("'", with: "'\\''").replacing("\n", with: "\n  ")
            lines.append("-d '\(text)'")
        }
        return lines.joined(separator: " \\\n  ")
    }

    private var method: String { operation.method == "GET" ? "" : " -X \(operation.method)" }

    private var credential: String? {
        switch operation.caller {
        case "operator": "GATEWAY_ADMIN_TOKEN"
        case "key": "KEY"
        case "caller": "SESSION"
        default: nil
        }
    }

    private var path: String {
        operation.parameters.reduce(operation.path) { path, parameter in
            guard parameter["in"]?.stringValue == "path", let name = parameter["name"]?.stringValue else { return path }
            return path.replacing("{\(name)}", with: Form.percentEncode(value(of: parameter)))
        }
    }

    /// The required parameters only; the list beside the example has all.
    private var query: String {
        let fields = operation.parameters.compactMap { parameter -> (String, String)? in
            guard parameter["in"]?.stringValue == "query", parameter["required"]?.boolValue == true,
                let name = parameter["name"]?.stringValue
            else { return nil }
            return (name, value(of: parameter))
        }
        return fields.isEmpty ? "" : "?\(Form.encode(fields))"
    }

    private func value(of parameter: JSON) -> String {
        let example = parameter["example"] ?? contract.sample(parameter["schema"] ?? .null)
        return example.stringValue ?? example.text
    }
}
