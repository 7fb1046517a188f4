import HTTPTypes
import Support
import Testing

extension EndToEnd {
    /// `/metrics` of a running gateway.
    @Suite struct MetricsTests {
        @Test
        func `All families have the names, types and help texts that dashboards know, and the format's rules hold`()
            async throws
        {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            for (method, path) in [
                ("GET", "/healthz"), ("HEAD", "/healthz"), ("POST", "/healthz"), ("GET", "/nothing"),
                ("GET", "/admin/v1/tenants/none"), ("GET", "/meeting-baas/v2/bots"), ("GET", "/meeting-baas/nothing"),
            ] {
                _ = try await env.operator.call(.init(rawValue: method) ?? .get, path)
            }
            let text = try await env.anonymous.call(.get, "/metrics").expect(200).text
            let known = String(decoding: try Fixture.data("metrics/families.txt"), as: UTF8.self)
            #expect(text.split(separator: "\n").filter { $0.hasPrefix("#") } == known.split(separator: "\n"))
            let read = try Exposition(text)
            // A route's pattern, and one label for what has none. The mirror's paths are routes as all others.
            let requests = try #require(read["gateway_http_requests_total"]).samples.map(\.labels)
            for (method, route, status) in [
                ("GET", "/healthz", "200"), ("HEAD", "/healthz", "200"), ("POST", "NotFound", "405"),
                ("GET", "NotFound", "404"), ("GET", "/admin/v1/tenants/{slug}", "404"),
                ("GET", "/meeting-baas/v2/bots", "401"), ("GET", "/meeting-baas/**", "401"),
            ] {
                #expect(requests.contains(["method": method, "route": route, "status": status]), "\(method) \(route)")
            }
            #expect(requests.count == 7)
            let timed = Set(
                read["gateway_http_request_duration_seconds"]?.samples.compactMap { $0.labels["route"] } ?? [])
            #expect(timed == Set(requests.compactMap { $0["route"] }))
        }
    }
}
