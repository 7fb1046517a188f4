import Foundation
import Support
import Testing

@testable import SQL

/// The `SQLError` that a body throws; nil if it throws none. Records an issue for another error.
func error<T>(_ body: () async throws -> T) async -> SQLError? {
    do {
        _ = try await body()
        return nil
    } catch let error as SQLError {
        return error
    } catch {
        Issue.record("\(error)")
        return nil
    }
}

extension SQLError? {
    func isUniqueViolation(of key: UniqueKey) -> Bool {
        if case .uniqueViolation(key)? = self { true } else { false }
    }

    func isUnavailable(_ reason: SQLError.Unavailability) -> Bool {
        if case .unavailable(reason, _)? = self { true } else { false }
    }

    var isOtherConstraint: Bool { if case .otherConstraint? = self { true } else { false } }
    var text: String { map { "\($0)" } ?? "no error" }
    var isStatement: Bool { if case .statement? = self { true } else { false } }
    var isClosed: Bool { if case .closed? = self { true } else { false } }
    var isSerializationFailure: Bool { if case .serializationFailure? = self { true } else { false } }
    var isCommitOutcomeUnknown: Bool { if case .commitOutcomeUnknown? = self { true } else { false } }
}

/// The path of a database file in a folder of its own.
func newPath() throws -> String { try Fixture.temporaryFolder().appendingPathComponent("test.db").path }

/// Descriptors of this process that are open for files in a folder.
func openFiles(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }.filter { $0.hasPrefix(folder + "/") }
}
