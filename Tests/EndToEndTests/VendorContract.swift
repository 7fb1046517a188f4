import Foundation
import HTTPTypes
import Support
import Testing

/// Every request that reached the Meeting BaaS stand-in, checked against the vendor's own OpenAPI files by
/// Python's jsonschema.
enum VendorContract {
    static func check(_ world: World) async throws {
        let recorded = try await world.meetingBaaS.call(.get, "/_sandbox/requests").expect(200)
        #expect(recorded.items.count > 20)
        let file = world.folder.appendingPathComponent("requests.json")
        try Data(recorded.text.utf8).write(to: file)
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        check.arguments = [
            Fixture.package.appendingPathComponent("Tests/EndToEndTests/vendor_contract.py").path, file.path,
            Fixture.package.appendingPathComponent("Tests/Fixtures/meeting-baas").path,
        ]
        let pipe = Pipe()
        check.standardOutput = pipe
        check.standardError = pipe
        try check.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        check.waitUntilExit()
        #expect(check.terminationStatus == 0, "\(output)")
    }
}
