import Foundation
import Logging
import Sealing
import SQL
import Support
import Testing

@testable import Gateway

/// The built gateway has everything that its features declare.
@Suite struct FeatureTests {
    private func features() async throws -> [any Feature] {
        let gateway = try await builtGateway()
        await gateway.close()
        return gateway.features
    }

    @Test func `The lists that other tests use are those of the features`() async throws {
        let features = try await features()
        let database = try await SQLiteDatabase.open(path: ":memory:")
        let erasure = FeatureLists.erasure(database, .system) { _, _, _ in [] }
        #expect(Erasure.order(features.reversed().flatMap(\.erasure) + [.core]).map(\.name) == erasure.map(\.name))
        #expect(erasure.first?.name == "messaging", "webhooks that come meanwhile still find their tenant")
        let rules = RetentionRound(database: database, rules: features.flatMap(\.retention)).rules.map(\.name)
        #expect(rules.suffix(2) == ["messages", "callbacks"], "nothing waits for what may take hours")
        #expect(features.flatMap(\.retention).map(\.name) == FeatureLists.retention(days: 30).map(\.name))
        await database.close()
    }

    @Test func `Each topic of a notice has somebody who listens`() async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Gateway/Core/Caching/Topics.swift")
        let declared = try String(contentsOf: file, encoding: .utf8).matches(of: /= ChangeTopic\("(\w+)"/)
            .map { String($0.output.1) }
        let applied = try await features().flatMap(\.invalidations).map(\.topic.name)
        #expect(declared.count > 10)
        // The job runner and the replica are no features, and deliveries that are held come with `new_delivery`.
        #expect(Set(declared).subtracting(applied) == ["jobs", "held", "replicas", "leases"])
    }
}
