import Testing

/// The suite over database engines is complete: a test sees to it, not habit.
@Suite struct StoreFunctionTests {
    private static let sources = Result { try Architecture.read("Sources/Gateway") }
    private static let tests = Result { try Architecture.read("Tests/StoreTests") }

    @Test func `Each function of a store is called in StoreTests`() throws {
        let functions = try Self.sources.get().flatMap { StoreFunctions.declared(in: $0) }
        #expect(functions.count > 250, "as many as there were when this was written, or more")
        let code = try Self.tests.get().map(\.code).joined(separator: "\n")
        let untested = StoreFunctions.untested(functions, StoreFunctions.calls(in: code))
        #expect(untested.isEmpty, "\(untested.map(\.description).sorted().joined(separator: "\n"))")
    }

    @Test func `Each table is compared when tenants are isolated, or belongs to none`() throws {
        let tables = Architecture.tables.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let names = Set(try Self.tests.get().flatMap(\.literals))
        #expect(tables.subtracting(names).isEmpty, "name them in Dump")
    }

    // MARK: - the reader itself

    private static let planted = SwiftSource(
        path: "Sources/Gateway/Core/Planted.swift",
        text: """
            enum Planted {
                private static func hidden(in tx: any Transaction) {}
                static func find(_ id: String, limit: Int = 3, in tx: any Transaction) throws -> [String: Int]? { nil }
                static func expired(at now: Timestamp) -> ExpiredRows { ExpiredRows("planted") }
                static func body(_ step: (any Transaction) throws -> Void) {}
                private struct Inner { func read(in tx: any Transaction) {} }
                struct Outer {
                    func write(
                        _ tenant: String, in tx: any Transaction
                    ) throws {}
                }
            }
            """)

    @Test func `Functions that take a transaction or name rows past their time are found`() {
        #expect(
            StoreFunctions.declared(in: Self.planted).map(\.description) == [
                "Planted.find(_:limit:in:)", "Planted.expired(at:)", "Outer.write(_:in:)",
            ])
    }

    @Test(arguments: [
        ("", ["Planted.find(_:limit:in:)", "Planted.expired(at:)", "Outer.write(_:in:)"]),
        ("try Planted.find(a, in: tx); x.write(b, in: $0)", ["Planted.expired(at:)"]),
        ("Planted.find(f(a, b), limit: 2, in: tx) + Planted.expired(at: now)", ["Outer.write(_:in:)"]),
        ("Planted.find(limit: 2, in: tx); Planted.expired(); other.write(in: tx)", nil),
        ("Other.find(a, in: tx); \"Planted.expired(at: now)\"", nil),
        ("g(Planted.find(a, limit: 1, in: tx), Planted.expired(at: h(x.write([1, 2], in: tx))))", []),
    ])
    func `A call counts by its type, its name and its labels`(code: String, expected: [String]?) {
        let all = ["Planted.find(_:limit:in:)", "Planted.expired(at:)", "Outer.write(_:in:)"]
        let calls = StoreFunctions.calls(in: SwiftSource(path: "", text: code).code)
        let untested = StoreFunctions.untested(StoreFunctions.declared(in: Self.planted), calls)
        #expect(untested.map(\.description) == expected ?? all)
    }
}
