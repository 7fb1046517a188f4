import Foundation
import HTTPTypes
import JSONValue
import Support
import Testing

extension EndToEnd {
    /// The way out: TLS to the name, addresses of the operator's choice, and through a proxy.
    @Suite struct EgressEndTests {
        /// An authority, and a server's certificate for `localhost` alone.
        private struct Certificates {
            let authority: String
            let certificate: String
            let key: String

            init() throws {
                let folder = try Fixture.temporaryFolder()
                func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
                (authority, certificate, key) = (path("ca.pem"), path("server.pem"), path("server.key"))
                let commands = [
                    """
                    req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Test-CA -keyout \(path("ca.key")) -out \(authority)
                    """,
                    "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout \(key) -out \(path("server.csr"))",
                    """
                    x509 -req -in \(path("server.csr")) -CA \(authority) -CAkey \(path("ca.key")) -CAcreateserial -days 2 \
                    -extfile \(path("names")) -out \(certificate)
                    """,
                ]
                try Data("subjectAltName=DNS:localhost".utf8).write(to: URL(fileURLWithPath: path("names")))
                for command in commands {
                    let done = try Command("openssl", command.split(separator: " ").map(String.init))
                    guard done.code == 0 else { throw Failed(description: done.output) }
                }
            }

            struct Failed: Error, CustomStringConvertible { let description: String }

            /// A server that answers 200 to whatever it is sent, and prints its port.
            func serve() throws -> Program {
                let script = """
                    import http.server, ssl, sys
                    class H(http.server.BaseHTTPRequestHandler):
                        protocol_version = "HTTP/1.1"
                        def do_POST(self):
                            self.rfile.read(int(self.headers["Content-Length"]))
                            self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
                            print("POST", self.headers["Host"], self.path, flush=True)
                        def log_message(self, *a): pass
                    s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
                    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain(sys.argv[1], sys.argv[2])
                    s.socket = c.wrap_socket(s.socket, server_side=True)
                    print("port", s.server_address[1], flush=True)
                    s.serve_forever()
                    """
                return try Program(["-c", script, certificate, key], executable: "/usr/bin/python3")
            }
        }

        private func port(of program: Program, _ env: TestEnvironment) async throws -> String {
            try await env.eventually {
                program.output.split(separator: "\n").first { $0.hasPrefix("port ") }.map { String($0.dropFirst(5)) }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `Over TLS the certificate must be the name's, and an authority's that is trusted`()
            async throws
        {
            let certificates = try Certificates()
            let server = try certificates.serve()
            defer { server.kill() }
            try await DeliveryPlace.run(environment: ["GATEWAY_EGRESS_CA_FILE": certificates.authority]) {
                place, gateway in
                let port = try await port(of: server, place.env)
                let named = try await place.endpoint("/named", at: "https://localhost:\(port)")
                // The same server by its address, for which it has no certificate.
                let other = try await place.endpoint("/address", at: "https://127.0.0.1:\(port)")
                await place.webhook("tls-1")
                let (good, bad) = (try named.text("id"), try other.text("id"))
                let taken = try await place.env.eventually { try await place.attempts("endpoint_id=\(good)").first }
                #expect(taken["status_code"] == 200, "\(taken.text)")
                #expect(taken["timings"]?["tls_ms"]?.isNull == false && taken["timings"]?["dns_ms"]?.isNull == false)
                #expect(server.output.contains("POST localhost:\(port) /named"))
                let refused = try await place.env.eventually { try await place.attempts("endpoint_id=\(bad)").first }
                #expect(refused["status_code"] == .null && refused["error"] == "tls", "\(refused.text)")
                // Used again, a connection needs neither name nor handshake.
                await place.webhook("tls-2")
                let again = try await place.env.eventually {
                    let all = try await place.attempts("endpoint_id=\(good)")
                    return all.count == 2 ? all[0] : nil
                }
                #expect(again["timings"]?["tls_ms"] == .null && again["timings"]?["connect_ms"] == .null)
                // Without the authority it is not trusted.
                _ = gateway.stop()
                try await gateway.start(["GATEWAY_EGRESS_CA_FILE": ""])
                await place.webhook("tls-3")
                let untrusted = try await place.env.eventually {
                    try await place.attempts("endpoint_id=\(good)&status=failed").first
                }
                #expect(untrusted["error"] == "tls")
            }
        }

        @Test(.timeLimit(.minutes(2))) func `What is not public is refused at each attempt, by name and by number`()
            async throws
        {
            // Without the sandbox's allow list.
            try await DeliveryPlace.run { place, gateway in
                _ = gateway.stop()
                try await gateway.start(["GATEWAY_EGRESS_ALLOW": ""])
                var ids: [String: String] = [:]
                for host in [
                    "localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254",
                    "10.0.0.1", "[fd00::1]", "127.1", "ip6-localhost",
                ] {
                    let made = try await place.endpoint("/x", at: "http://\(host):80")
                    ids[try made.text("id")] = host
                }
                await place.webhook("ssrf")
                for (id, host) in ids {
                    let refused = try await place.env.eventually {
                        try await place.attempts("endpoint_id=\(id)").first
                    }
                    let error = refused["error"]?.stringValue ?? ""
                    #expect(
                        error == "refused by the egress policy: the host's address is not public"
                            || error == "the host does not resolve", "\(host): \(refused.text)")
                }
                #expect(place.receiver.deliveries.allSatisfy { $0.data["mark"] != "ssrf" })
                // An address that the operator allows is reachable from the next attempt on.
                _ = gateway.stop()
                try await gateway.start()
                let open = try await place.endpoint("/open")
                await place.webhook("opened")
                _ = try await place.receiver.first("the allowed one") { $0.path == "/open" }
                _ = open
            }
        }

        @Test(.timeLimit(.minutes(2))) func `Through a proxy goes everything, by CONNECT and under its password`()
            async throws
        {
            let script = """
                import socket, threading, sys
                s = socket.create_server(("127.0.0.1", 0)); print("port", s.getsockname()[1], flush=True)
                def pump(a, b):
                    try:
                        while data := a.recv(65536): b.sendall(data)
                    except OSError: pass
                    finally:
                        for x in (a, b):
                            try: x.shutdown(socket.SHUT_RDWR)
                            except OSError: pass
                def serve(c):
                    head = b""
                    while b"\\r\\n\\r\\n" not in head: head += c.recv(4096)
                    print(head.decode().replace("\\r\\n", " | "), flush=True)
                    if b"Proxy-Authorization: Basic dXNlcjpwQHNz" not in head:
                        c.sendall(b"HTTP/1.1 407 No\\r\\nContent-Length: 0\\r\\n\\r\\n"); c.close(); return
                    host, port = head.split()[1].decode().rsplit(":", 1)
                    u = socket.create_connection((host if host != "hooks.example.com" else "127.0.0.1", int(port)))
                    c.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
                    threading.Thread(target=pump, args=(c, u), daemon=True).start(); pump(u, c)
                while True: threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
                """
            let proxy = try Program(["-c", script], executable: "/usr/bin/python3")
            defer { proxy.kill() }
            try await DeliveryPlace.run { place, gateway in
                let port = try await port(of: proxy, place.env)
                _ = gateway.stop()
                try await gateway.start(["GATEWAY_EGRESS_PROXY": "http://user:p%40ss@127.0.0.1:\(port)"])
                try await place.endpoint("/proxied")
                await place.webhook("through")
                let got = try await place.receiver.first("through the proxy") { $0.path == "/proxied" }
                let receiver = place.receiver.url.dropFirst(7)
                #expect(got.headers["proxy-authorization"] == nil)
                #expect(proxy.output.contains("CONNECT \(receiver) HTTP/1.1"))
                // It is not asked for what is no public name, whatever it would answer.
                let local = try await place.endpoint("/x", at: "https://metadata.google.internal")
                await place.webhook("never")
                let id = try local.text("id")
                let refused = try await place.env.eventually { try await place.attempts("endpoint_id=\(id)").first }
                #expect(refused["error"] == "refused by the egress policy: the host's name is not public")
                #expect(!proxy.output.contains("metadata"))
                // The wrong password is the proxy's refusal, and the password is in no log.
                _ = gateway.stop()
                try await gateway.start(["GATEWAY_EGRESS_PROXY": "http://user:wrong-password@127.0.0.1:\(port)"])
                await place.webhook("refused")
                let denied = try await place.env.eventually {
                    try await place.attempts("status=failed").first { $0["error"] == "refused by the egress proxy" }
                }
                #expect(denied["status_code"] == .null)
                #expect(!place.env.gatewayOutput.contains("wrong-password"))
            }
        }
    }
}
