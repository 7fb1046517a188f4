import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

@Suite struct CatalogueTests {
    @Test(arguments: [APIVersion.v1, .v2])
    func `The catalogue is the vendor's file, less v1's pages of documentation`(version: APIVersion) throws {
        let file = Fixture.package.appendingPathComponent(
            "Tests/Fixtures/meeting-baas/openapi-\(version.rawValue).json")
        let paths = try #require(try JSON.parse(Array(Data(contentsOf: file)), depth: 512)["paths"]?.objectValue)
        var vendors: Set<String> = []
        for (path, item) in paths {
            for method in ["get", "post", "put", "patch", "delete"] where item[method] != nil {
                vendors.insert("\(method.uppercased()) \(path)")
            }
        }
        vendors = vendors.filter { !$0.hasPrefix("GET /bots/webhooks") }
        #expect(Set(Catalogue.all.filter { $0.version == version }.map(\.name)) == vendors)
        #expect(vendors.count == (version == .v1 ? 23 : 39))
    }

    @Test func `Each placeholder is said whose it is`() {
        for operation in Catalogue.all {
            #expect(operation.subjects.count == operation.path.split(separator: "{").count - 1, "\(operation.name)")
        }
    }
}
