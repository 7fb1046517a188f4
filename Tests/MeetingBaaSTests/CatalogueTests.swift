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

    @Test func `Paths are found with and without a slash, fixed ones before placeholders`() {
        let id = "123e4567-e89b-12d3-a456-426614174000"
        func found(_ method: HTTPRequest.Method, _ path: String) -> String? {
            if case .found(let operation, let ids) = Catalogue.match(method, path) {
                return operation.name + ids.map { " \($0)" }.joined()
            }
            return nil
        }
        #expect(found(.post, "/bots") == "POST /bots/" && found(.post, "/bots/") == "POST /bots/")
        #expect(found(.get, "/bots/meeting_data") == "GET /bots/meeting_data")
        #expect(found(.get, "/v2/bots/scheduled/") == "GET /v2/bots/scheduled")
        #expect(found(.get, "/v2/bots/\(id)") == "GET /v2/bots/{bot_id} \(id)")
        #expect(found(.get, "/v2/calendars/\(id)/events/\(id)/")?.hasSuffix("\(id) \(id)") == true)
        for path in [
            "", "/", "//", "/bots//", "/v2//bots", "/v2/bots/\(id)//status", "/v3/bots", "/accounts/webhook_url",
        ] {
            #expect(found(.get, path) == nil && found(.post, path) == nil, "\(path)")
        }
        #expect(Catalogue.match(.put, "/v2/bots") != .nothing)
        if case .otherMethods(let methods) = Catalogue.match(.put, "/v2/bots") { #expect(methods.count == 2) }
    }
}
