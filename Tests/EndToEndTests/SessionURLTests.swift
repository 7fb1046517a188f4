import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

extension EndToEnd {
    /// A user's session makes nothing connect to a URL of its choice; a tenant's key may.
    @Suite struct SessionURLTests {
        private static let urls: [JSON] = [
            ["a": "https:/host"], ["a": #"https:\\host"#], ["a": "//host"], ["a": "\thttps:host"],
            ["a": [["b": "x://y"]]],
            ["https:/host": 1], ["a": ["//host": true]],
        ]

        @Test(.timeLimit(.minutes(2))) func `Parameters of a transcription hold no URL, on the API and the mirror`()
            async throws
        {
            try await MirrorPlace.run { place in
                let things = try await place.ann([.v2])
                let event = try #require(things[.v2]).event
                let path = "/api/v1/events/\(event)/recording"
                let app = try await place.a.session("ann")
                let mirror = try await place.a.session("ann", scopes: ["mirror:read", "mirror:write"])
                func recording(_ parameters: JSON) -> JSON {
                    ["bot_name": "N", "transcription": ["provider": "gladia", "custom_parameters": parameters]]
                }
                for parameters in Self.urls {
                    for method in [HTTPRequest.Method.put, .patch] {
                        let reply = try await app.call(method, path, recording(parameters))
                        let place = method == .put ? 422 : [422, 404].first { $0 == reply.status }
                        #expect(reply.status == place, "\(parameters.text): \(reply.text)")
                    }
                    let bodies: [(String, JSON)] = [
                        ("v2/bots", ["transcription_config": ["provider": "gladia", "more": parameters]]),
                        ("v2/bots", ["a_newer_option": parameters]),
                        ("v2/bots", ["zoom_config": ["more": parameters]]),
                        ("bots", ["speech_to_text": ["provider": "Gladia", "more": parameters]]),
                    ]
                    for (target, more) in bodies {
                        var body: JSON.Members = ["bot_name": "N", "meeting_url": MirrorPlace.meeting()]
                        for (name, value) in more.objectValue ?? [:] { body[name] = value }
                        let reply = try await mirror.call(.post, "/meeting-baas/\(target)", .object(body))
                        #expect(reply.status == 403, "\(target) \(more.text): \(reply.text)")
                    }
                }
                // People's texts are theirs, and so are parameters that name no place.
                try await app.call(.put, path, recording(["language": "de", "at": "12:30", "path": "a/b"])).expect(200)
                try await mirror.call(
                    .post, "/meeting-baas/v2/bots",
                    [
                        "bot_name": "N", "meeting_url": MirrorPlace.meeting(), "entry_message": "See https://a.example",
                        "extra": ["link": "https://a.example"],
                    ]
                ).expect(201)
                try await place.a.server.call(.put, path, recording(["callback": "https://a.example"])).expect(200)
            }
        }
    }
}
