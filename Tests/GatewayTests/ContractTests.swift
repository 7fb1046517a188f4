import Foundation
import HTTPTypes
import JSONValue
import Logging
import Sealing
import Support
import Testing
import Yams

@testable import Gateway

struct ContractTests {
    private func yaml() throws -> Node {
        let url = Fixture.package.appendingPathComponent("openapi/gateway.yaml")
        return try #require(try Yams.compose(yaml: String(contentsOf: url, encoding: .utf8)))
    }

    @Test func `The contract holds the routes that are served, both ways`() async throws {
        let gateway = try await builtGateway()
        let served = Set(gateway.routes.routes.map { "\($0.method.rawValue) \($0.path)" })
        await gateway.close()
        var written: Set<String> = []
        for (path, item) in try #require(try yaml()["paths"]?.mapping) {
            for (method, operation) in item.mapping ?? [:] {
                let method = method.scalar?.string ?? ""
                guard ["get", "put", "post", "patch", "delete"].contains(method) else { continue }
                written.insert("\(method.uppercased()) \(path.scalar?.string ?? "")")
                #expect(operation["operationId"] != nil && operation["responses"] != nil)
            }
        }
        #expect(served.subtracting(written).isEmpty, "served but not written")
        #expect(written.subtracting(served).isEmpty, "written but not served")
    }

    @Test func `Each operation says who may call, as the code does`() async throws {
        let gateway = try await builtGateway()
        await gateway.close()
        let paths = try #require(try yaml()["paths"])
        for route in gateway.routes.routes {
            let operation = paths[route.path]?[route.method.rawValue.lowercased()]
            let (caller, scope): (String, String?) =
                switch route.access {
                case .anyone: ("anyone", nil)
                case .operator: ("operator", nil)
                case .caller(let scope): ("caller", scope)
                case .key(let scope): ("key", scope)
                }
            #expect(operation?["x-caller"]?.string == caller, "\(route.method) \(route.path)")
            #expect(
                (operation?["x-scope"]?.null == nil ? operation?["x-scope"]?.string : nil) == scope,
                "\(route.method) \(route.path)")
        }
    }

    @Test func `The binary carries the file as it is`() throws {
        let embedded = try JSON.parse(Contract.json)
        #expect(try Self.json(try yaml()) == embedded, "run `make contract`")
    }

    @Test func `Every problem code of the contract is known to it`() throws {
        let text = try String(
            contentsOf: Fixture.package.appendingPathComponent("openapi/gateway.yaml"), encoding: .utf8)
        for code in Problem.Code.allCases where code != .idempotencyMismatch { #expect(text.contains(code.rawValue)) }
    }

    private static func json(_ node: Node) throws -> JSON {
        switch node {
        case .mapping(let mapping):
            return .object(
                try mapping.reduce(into: JSON.Members()) { $0[$1.key.scalar?.string ?? ""] = try json($1.value) })
        case .sequence(let items): return .array(try items.map { try json($0) })
        default:
            if node.tag == Tag(.null) || node.null != nil { return .null }
            if let flag = node.bool, node.tag == Tag(.bool) { return .bool(flag) }
            if node.tag == Tag(.int) || node.tag == Tag(.float) { return .number(node.scalar?.string ?? "0") }
            return .string(node.scalar?.string ?? "")
        }
    }
}
