import Foundation
import Logging
import Sealing
import Support
import Testing

@testable import Gateway

/// The kinds of jobs that the built gateway performs.
struct JobKindTests {
    private func jobs() async throws -> [any Job] {
        let gateway = try await builtGateway()
        await gateway.close()
        return gateway.features.flatMap(\.jobs)
    }

    /// The names of kinds in the sources.
    private func declared() throws -> [String] {
        let sources = Fixture.package.appendingPathComponent("Sources/Gateway")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: /JobKind\(\s*"(\w+)"/).map { String($0.1) }
        }
    }

    @Test func `Each declared kind has exactly one job`() async throws {
        let performed = try await jobs().map { type(of: $0).kind.name }.sorted()
        #expect(try declared().sorted() == performed)
        #expect(Set(performed).count == performed.count)
    }

    @Test func `Stored names stay, and what deletes is never given up`() async throws {
        let kinds = try await jobs().map { type(of: $0).kind }
        #expect(
            Set(kinds.filter { !$0.mayBeGivenUp }.map(\.name)) == [
                "deleteConnection", "deleteTenant", "deleteCalendar", "deleteUserBots", "endBot", "endCredential",
                "anonymiseUser", "revokeGrant", "updateDeliveries", "endSessions", "bindHeld",
            ])
        #expect(
            Set(kinds.filter(\.mayBeGivenUp).map(\.name)) == [
                "renewCalendars", "recoverCalendar", "fillCalendar", "checkConnection", "replay", "renewAppCalendars",
                "hastenDeliveries",
            ])
        #expect(
            Set(kinds.filter { $0.priority == .high }.map(\.name)) == [
                "deleteConnection", "deleteTenant", "deleteCalendar", "deleteUserBots", "endBot", "endCredential",
                "revokeGrant", "checkConnection",
            ])
        #expect(kinds.filter { $0.priority == .background }.map(\.name) == ["fillCalendar"])
    }
}
