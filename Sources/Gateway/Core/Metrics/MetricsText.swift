/// Writes Prometheus' text format (exposition format 0.0.4), line by line.
struct MetricsText {
    private(set) var text = ""

    /// - Parameter help: nil for a family of a library, which has none.
    mutating func begin(_ name: String, _ type: String, _ help: String?) {
        if let help { text += "# HELP \(name) \(help)\n" }
        text += "# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        let presented = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += presented.isEmpty ? "\(name) \(value)\n" : "\(name){\(presented)} \(value)\n"
    }

    /// A family of one sample.
    mutating func gauge(_ name: String, _ help: String, _ value: some Numeric) {
        begin(name, "gauge", help)
        sample(name, [], "\(value)")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
