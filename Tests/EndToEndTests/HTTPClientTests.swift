import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// Other people's HTTP clients and proxies, as they come, against the built program.
    @Suite struct HTTPClientTests {
        private func gateway(
            _ body: @escaping @Sendable (TestEnvironment, Int, URL) async throws -> Void
        ) async throws {
            let env = try await TestEnvironment(version: "v2")
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let port = try #require(env.gatewayURL.split(separator: ":").last.flatMap { Int($0) })
            try await body(env, port, try Fixture.temporaryFolder())
        }

        /// Java's client offers an upgrade to HTTP/2 with every request over http.
        private static let java = """
            import java.net.URI;
            import java.net.http.*;
            import java.time.Duration;
            public class Ask {
                public static void main(String[] arguments) throws Exception {
                    HttpClient client = HttpClient.newHttpClient();
                    for (String path : new String[] {"/admin/v1/tenants", "/webhooks/meeting-baas", "/admin/v1/tenants"}) {
                        for (String method : new String[] {"POST", "POST", "HEAD", "GET", "POST"}) {
                            HttpRequest.BodyPublisher body = method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody();
                            HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[0] + path))
                                .timeout(Duration.ofSeconds(10)).header("Authorization", "Bearer " + arguments[1])
                                .header("Content-Type", "application/json").method(method, body).build();
                            System.out.print(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() + " ");
                        }
                    }
                }
            }
            """

        @Test(.timeLimit(.minutes(2))) func `Java's client gets an answer to every request`() async throws {
            try await gateway { env, port, folder in
                let file = folder.appendingPathComponent("Ask.java")
                try Self.java.write(to: file, atomically: true, encoding: .utf8)
                let client = try Command("java", [file.path, "http://127.0.0.1:\(port)", env.operatorToken])
                let tenants = "422 422 200 200 422 "
                #expect(
                    client.code == 0 && client.output == tenants + "401 401 405 405 401 " + tenants, "\(client.output)")
            }
        }

        private static let node = """
            const http = require("http");
            const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
            const ask = (method, path) => new Promise((done, failed) => {
                const headers = { authorization: "Bearer " + process.argv[3] };
                const request = http.request(process.argv[2] + path, { method, agent, headers }, (reply) => {
                    let bytes = 0;
                    reply.on("data", (part) => { bytes += part.length; });
                    reply.on("end", () => done([method, path, reply.statusCode, bytes > 0, request.reusedSocket].join(" ")));
                });
                request.on("error", failed);
                request.end();
            });
            (async () => {
                for (const path of ["/healthz", "/openapi.json", "/docs", "/nothing", "/admin/v1/tenants"])
                    for (const method of ["HEAD", "GET"]) console.log(await ask(method, path));
                agent.destroy();
            })().catch((error) => { console.log("" + error); process.exit(1); });
            """

        @Test(.timeLimit(.minutes(2))) func `Node's agent goes on with a connection after HEAD`() async throws {
            try await gateway { env, port, folder in
                let file = folder.appendingPathComponent("ask.js")
                try Self.node.write(to: file, atomically: true, encoding: .utf8)
                let client = try Command("node", [file.path, "http://127.0.0.1:\(port)", env.operatorToken])
                let lines = client.output.split(separator: "\n").map(String.init)
                var expected: [String] = []
                for path in ["/healthz", "/openapi.json", "/docs", "/nothing", "/admin/v1/tenants"] {
                    let status = path == "/nothing" ? 404 : 200
                    expected.append("HEAD \(path) \(status) false \(!expected.isEmpty)")
                    expected.append("GET \(path) \(status) true true")
                }
                #expect(client.code == 0 && lines == expected, "\(client.output)")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `HAProxy's checks pass, and an upgrade through it costs nobody an answer`()
            async throws
        {
            try await gateway { env, port, folder in
                let front = try TestEnvironment.freePort()
                let configuration = """
                    defaults
                        mode http
                        timeout connect 2s
                        timeout check 10s
                        timeout client 20s
                        timeout server 20s
                    frontend callers
                        bind 127.0.0.1:\(front)
                        default_backend gateway
                    backend gateway
                        http-reuse always
                        option httpchk GET /healthz
                        server one 127.0.0.1:\(port) check inter 400ms fall 1 rise 1 maxconn 2

                    """
                let file = folder.appendingPathComponent("haproxy.cfg")
                try configuration.write(to: file, atomically: true, encoding: .utf8)
                let proxy = try Program(["-db", "-f", file.path], executable: "/usr/sbin/haproxy")
                defer { proxy.kill() }
                let get = Array("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
                try await env.eventually {
                    try? await RawConnection.ask(front, get).status == 200 ? true : nil
                }
                // Some of its checks, which come by themselves.
                try await Task.sleep(for: .milliseconds(1_500))
                let offer = "POST /admin/v1/tenants HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
                for _ in 0..<6 {
                    let stranger = try RawConnection(port: front)
                    stranger.send("\(offer)Content-Length: 2\r\n\r\n{}")
                    #expect(await stranger.receive(quietFor: 1).statuses == [401])
                    for _ in 0..<3 { #expect(try await RawConnection.ask(front, get, quietFor: 8).statuses == [200]) }
                }
                #expect(!proxy.output.contains("DOWN"), "\(proxy.output)")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `nginx passes requests on with HTTP/1.0 and with kept connections`()
            async throws
        {
            try await gateway { env, port, folder in
                let front = try TestEnvironment.freePort()
                let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map { "\($0)_temp_path \(folder.path)/\($0);" }.joined(separator: " ")
                let configuration = """
                    daemon off; pid \(folder.path)/nginx.pid; error_log stderr; worker_processes 1;
                    events {}
                    http {
                        access_log off; \(temporary)
                        upstream gateway { server 127.0.0.1:\(port); keepalive 1; }
                        server {
                            listen 127.0.0.1:\(front);
                            location / { proxy_pass http://gateway; }
                            location /kept/ {
                                proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://gateway/;
                            }
                        }
                    }

                    """
                let file = folder.appendingPathComponent("nginx.conf")
                try configuration.write(to: file, atomically: true, encoding: .utf8)
                let proxy = try Program(
                    ["-p", folder.path, "-e", "stderr", "-c", file.path], executable: "/usr/sbin/nginx")
                defer { _ = proxy.stop() }
                let tenant = try await TenantFixture(env, slug: "tenant-a", receiver: "http://127.0.0.1:9")
                func ask(_ method: String, _ path: String, _ more: String = "") async throws -> RawConnection.Received {
                    let head = "\(method) \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(tenant.key)\r\n"
                    return try await RawConnection.ask(
                        front, Array("\(head)Connection: close\r\n\(more)\r\n".utf8), quietFor: 8)
                }
                try await env.eventually { try? await ask("GET", "/healthz").status == 200 ? true : nil }
                for prefix in ["", "/kept"] {
                    for _ in 0..<3 {
                        let whole = try await ask("GET", prefix + "/openapi.json")
                        #expect(whole.statuses == [200] && whole.text.hasSuffix("}"))
                        #expect(try await ask("HEAD", prefix + "/docs").text.hasSuffix("\r\n\r\n"))
                        #expect(try await ask("POST", prefix + "/nothing", "Content-Length: 0\r\n").statuses == [404])
                    }
                    // A body without a length is streamed, and ends with the connection where there are no chunks.
                    let stream = try RawConnection(port: front)
                    stream.send(
                        "GET \(prefix)/api/v1/messages HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n"
                            + "Authorization: Bearer \(tenant.key)\r\n\r\n")
                    #expect(await stream.receive(quietFor: 1).text.contains("retry: 1000"))
                }
                #expect(!proxy.output.contains("[error]"), "\(proxy.output)")
            }
        }
    }
}
