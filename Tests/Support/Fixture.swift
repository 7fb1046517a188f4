public import Foundation
public import JSONValue

/// Files under Tests/Fixtures, and the package they belong to.
public enum Fixture {
    public static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    public static func data(_ path: String) throws -> Data {
        try Data(contentsOf: package.appendingPathComponent("Tests/Fixtures/\(path)"))
    }

    public static func json(_ path: String) throws -> JSON { try JSON.parse(data(path)) }

    /// A folder of its own that the system clears.
    public static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "meeting-gateway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
