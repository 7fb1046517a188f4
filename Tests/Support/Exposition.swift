/// The text of `/metrics`, read by the rules of Prometheus' exposition format 0.0.4 and nothing of ours.
public struct Exposition: Sendable {
    public struct Sample: Sendable, Equatable {
        public let name: String
        public let labels: [String: String]
        public let value: Double
    }

    public struct Family: Sendable {
        public let name: String
        public let type: String
        public let help: String?
        public fileprivate(set) var samples: [Sample] = []
    }

    /// A line that breaks a rule.
    public struct Violation: Error, CustomStringConvertible {
        public let description: String
    }

    public private(set) var families: [Family] = []

    public subscript(name: String) -> Family? { families.first { $0.name == name } }

    /// - Throws: `Violation`: also for two families or two samples of one name, for buckets that fall, and for a `+Inf` that is
    ///   not the count.
    public init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw Violation(description: "the last line has no end") }
        var help: (name: String, text: String)?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, help == nil else { throw Violation(description: "\(line)") }
                help = (String(words[2]), String(words[3]))
            } else if line.hasPrefix("# TYPE ") {
                let name = words.count > 2 ? String(words[2]) : ""
                guard words.count == 4, help.map({ $0.name == name }) ?? true, self[name] == nil,
                    ["counter", "gauge", "histogram", "summary", "untyped"].contains(words[3])
                else { throw Violation(description: "\(line)") }
                families.append(Family(name: name, type: String(words[3]), help: help?.text))
                help = nil
            } else {
                guard help == nil, !families.isEmpty else { throw Violation(description: "\(line)") }
                families[families.count - 1].samples.append(try Self.sample(line))
            }
        }
        for family in families { try Self.check(family) }
    }

    private static func sample(_ line: Substring) throws -> Sample {
        func violation() -> Violation { Violation(description: "no sample: \(line)") }
        var rest = line
        let name = rest.prefix { $0 != "{" && $0 != " " }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            repeat {
                rest.removeFirst()
                let label = rest.prefix { $0 != "=" }
                rest = rest.dropFirst(label.count)
                guard isName(label), rest.hasPrefix("=\"") else { throw violation() }
                rest = rest.dropFirst(2)
                var value = ""
                while let character = rest.popFirst(), character != "\"" {
                    guard character == "\\" else {
                        value.append(character)
                        continue
                    }
                    switch rest.popFirst() {
                    case "\\": value.append("\\")
                    case "\"": value.append("\"")
                    case "n": value.append("\n")
                    default: throw violation()
                    }
                }
                guard labels.updateValue(value, forKey: String(label)) == nil else { throw violation() }
            } while rest.first == ","
            guard rest.popFirst() == "}" else { throw violation() }
        }
        guard isName(name), rest.first == " ", let value = Double(rest.dropFirst()) else { throw violation() }
        return Sample(name: String(name), labels: labels, value: value)
    }

    private static func isName(_ text: Substring) -> Bool {
        text.first.map { !$0.isNumber } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    private static func check(_ family: Family) throws {
        func violation(_ text: String) -> Violation { Violation(description: "\(family.name): \(text)") }
        let suffixes = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        var seen: Set<String> = []
        for sample in family.samples {
            guard suffixes.contains(where: { sample.name == family.name + $0 }) else { throw violation(sample.name) }
            let key = sample.name + sample.labels.sorted { $0.key < $1.key }.map { "\0\($0)\0\($1)" }.joined()
            guard seen.insert(key).inserted else { throw violation("a sample stands twice") }
        }
        guard family.type == "histogram" else { return }
        let buckets = Dictionary(
            grouping: family.samples.filter { $0.name.hasSuffix("_bucket") },
            by: { $0.labels.filter { $0.key != "le" } })
        for (labels, buckets) in buckets {
            let bounds = buckets.compactMap { $0.labels["le"] == "+Inf" ? .infinity : Double($0.labels["le"] ?? "") }
            guard bounds.count == buckets.count, zip(bounds, bounds.dropFirst()).allSatisfy(<) else {
                throw violation("the bounds do not rise")
            }
            guard zip(buckets, buckets.dropFirst()).allSatisfy({ $0.value <= $1.value }) else {
                throw violation("the buckets fall")
            }
            func sample(_ suffix: String) -> Double? {
                family.samples.first { $0.name == family.name + suffix && $0.labels == labels }?.value
            }
            guard bounds.last == .infinity, sample("_count") == buckets.last?.value, sample("_sum") != nil else {
                throw violation("the last bucket is not the count, or there is no sum")
            }
        }
        guard family.samples.allSatisfy({ buckets[$0.labels.filter { $0.key != "le" }] != nil }) else {
            throw violation("a count without buckets")
        }
    }
}
