import Foundation
import HTTPTypes
import NIOCore
import Support
import Testing

@testable import HTTPTransport

/// The pool's connections over TLS, to a server that reports what the client offered.
@Suite struct ConnectionPoolTLSTests {
    /// An authority of the test, and a server's certificate for `localhost` alone.
    private struct Certificates {
        let authority: String
        let certificate: String
        let key: String

        init() throws {
            let folder = try Fixture.temporaryFolder()
            func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
            (authority, certificate, key) = (path("ca.pem"), path("server.pem"), path("server.key"))
            try Data("subjectAltName=DNS:localhost".utf8).write(to: URL(fileURLWithPath: path("names")))
            for command in [
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Test-CA -keyout \(path("ca.key")) -out \(authority)",
                "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout \(key) -out \(path("server.csr"))",
                "x509 -req -in \(path("server.csr")) -CA \(authority) -CAkey \(path("ca.key")) -CAcreateserial -days 2 "
                    + "-extfile \(path("names")) -out \(certificate)",
            ] {
                let done = try Command("openssl", command.split(separator: " ").map(String.init))
                guard done.code == 0 else { throw SetUpFailed(description: done.output) }
            }
        }

        /// Answers each request with the connection's number, the server name and the protocols that the client offered.
        func serve() throws -> Program {
            let script = """
                import http.server, itertools, ssl, sys
                numbers = itertools.count(1)
                class H(http.server.BaseHTTPRequestHandler):
                    protocol_version = "HTTP/1.1"
                    def setup(self):
                        super().setup(); self.number = next(numbers)
                    def do_GET(self):
                        c = self.connection
                        text = f"{self.number} {getattr(c, 'name', None)} {c.selected_alpn_protocol()} {c.version()}".encode()
                        self.send_response(200)
                        if self.path == "/unclean":
                            self.end_headers(); self.wfile.write(b"whole"); self.wfile.flush()
                            self.close_connection = True
                            import socket; c.shutdown(socket.SHUT_WR)
                            return
                        self.send_header("Content-Length", str(len(text))); self.end_headers(); self.wfile.write(text)
                    def log_message(self, *a): pass
                class S(http.server.ThreadingHTTPServer):
                    def handle_error(self, request, address): pass
                s = S(("127.0.0.1", 0), H)
                c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain(sys.argv[1], sys.argv[2])
                c.set_alpn_protocols(["h2", "http/1.1"])
                def named(sock, name, _): sock.name = name
                c.sni_callback = named
                s.socket = c.wrap_socket(s.socket, server_side=True)
                print("port", s.server_address[1], flush=True)
                s.serve_forever()
                """
            return try Program(["-c", script, certificate, key], executable: "/usr/bin/python3")
        }
    }

    private func port(of program: Program) async throws -> String {
        for _ in 0..<1_000 {
            let line = program.output.split(separator: "\n").first { $0.hasPrefix("port ") }
            if let line { return String(line.dropFirst(5)) }
            // Until the program has begun.
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SetUpFailed(description: program.output)
    }

    @Test(.timeLimit(.minutes(2)))
    func `A connection is made to the name, by HTTP/1.1, and used again by its own profile alone`() async throws {
        let certificates = try Certificates()
        let server = try certificates.serve()
        defer { server.kill() }
        let port = try await port(of: server)
        try await PoolPlace.run(resolve: { _, port in [try SocketAddress(ipAddress: "127.0.0.1", port: port)] }) {
            place in
            let trusting = ConnectionProfile(authorities: [certificates.authority], decodesBodies: false)
            func get(_ host: String, _ profile: ConnectionProfile, _ path: String = "/") async throws -> String {
                let reply = try await HTTPExchange(pool: place.pool, profile: profile).send(
                    .get, "https://\(host):\(port)\(path)", limit: .seconds(30), maximum: 1_000)
                return String(decoding: reply.body, as: UTF8.self)
            }
            for _ in 0..<3 {
                #expect(try await get("localhost", trusting) == "1 localhost http/1.1 TLSv1.3")
                try await place.eventually { $0.idle == 1 }
            }
            // The same server for those who do not trust the authority, and under another name and an address.
            for (host, profile) in [
                ("localhost", ConnectionProfile(decodesBodies: false)), ("other.example", trusting),
                ("127.0.0.1", trusting),
            ] {
                let error = await place.error { _ = try await get(host, profile) }
                #expect(error == .tls && error?.mayHaveArrived == false, "\(host)")
            }
            // Another profile with the same authorities has connections of its own.
            let other = ConnectionProfile(authorities: [certificates.authority], decodesBodies: false)
            #expect(try await get("localhost", other).hasPrefix("1 ") == false)
            #expect(try await get("localhost", trusting) == "1 localhost http/1.1 TLSv1.3")
            // Many servers end TLS without its close_notify.
            #expect(try await get("localhost", trusting, "/unclean") == "whole")
        }
    }
}
