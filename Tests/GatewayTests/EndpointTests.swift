import JSONValue
import Testing

@testable import Gateway

@Suite struct EndpointTests {
    @Test(arguments: [
        (["*"], "bot.completed", true), (["bot.completed"], "bot.completed", true),
        (["bot.completed"], "bot.failed", false), (["bot.*"], "bot.failed", true), (["bot.*"], "bot.a.b", true),
        (["bot.*"], "bot", false), (["bot.*"], "robot.failed", false), (["bot.*"], "both.failed", false),
        (["calendar.*", "failed"], "failed", true), ([], "bot.completed", false),
    ])
    func `An endpoint gets what its filter names`(types: [String], type: String, wanted: Bool) {
        let endpoint = Endpoint(
            id: "ep_a", tenant: "ten_a", url: "https://a.example/", description: nil, eventTypes: types,
            status: .enabled, sealedSecret: [], createdAt: Timestamp(milliseconds: 0))
        #expect(endpoint.wants(type) == wanted)
    }
}
