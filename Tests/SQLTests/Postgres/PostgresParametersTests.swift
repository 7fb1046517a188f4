#if Postgres
    import Support
    import Testing

    @testable import SQL

    /// The rules for connection strings.
    struct PostgresParametersTests {
        private func read(_ url: String, authorities: String = "/authorities.pem") throws -> [String: String] {
            let parameters = try PostgresParameters(url: url, authorities: authorities)
            return Dictionary(zip(parameters.keywords, parameters.values)) { $1 }
        }

        private func refusal(_ url: String) -> String? {
            do {
                _ = try PostgresParameters(url: url, authorities: "")
                return nil
            } catch { return "\(error)" }
        }

        @Test func `Another machine's server is talked to by TLS with its name checked, or not at all`() throws {
            for url in [
                "postgres://u:p@db.example.com/x", "postgresql://u@10.0.0.1:6000/x",
                "postgres://u@[2001:db8::1]:6000/x",
                "postgres://u@one.example.com:1,two.example.com:2/x?target_session_attrs=read-write",
                "postgres://u@localhost,two.example.com/x", "postgres:///x?host=db.example.com",
                "postgres://u@/x?hostaddr=10.0.0.1", "postgres://u@localhost/x?hostaddr=10.0.0.1",
                "postgres://u@127.example.com/x", "postgres://u@localhost.example.com/x",
                "postgres://u@db.example.com/x?sslmode=verify-full",
                // libpq takes an empty address as none, and uses the name.
                "postgres://u@db.example.com/x?hostaddr=", "postgres://u@a,db.example.com/x?hostaddr=127.0.0.1,",
            ] {
                let read = try read(url)
                #expect(read["sslmode"] == "verify-full" && read["sslrootcert"] == "/authorities.pem", "\(url)")
            }
            for mode in ["disable", "allow", "prefer", "require", "verify-ca", ""] {
                for host in ["db.example.com", "localhost,db.example.com", "10.0.0.1"] {
                    let text = refusal("postgres://u:canary@\(host)/x?sslmode=\(mode)")
                    #expect(
                        text?.contains("verify-full") == true && text?.contains("canary") == false, "\(host) \(mode)")
                }
            }
            for option in ["gssencmode=prefer", "service=other", "sslcompression=1"] {
                #expect(refusal("postgres://u@localhost/x?\(option)")?.contains("not supported") == true, "\(option)")
            }
            #expect(try read("postgres://u@db.example.com/x?sslrootcert=/own.pem")["sslrootcert"] == "/own.pem")
        }

        @Test func `On this machine TLS is a choice`() throws {
            for url in [
                "postgres://u@localhost/x", "postgres://u@127.0.0.1:6000/x", "postgres://u@127.9.9.9/x",
                "postgres://u@[::1]/x",
                "postgres://u@/x?host=/run/postgresql", "postgres://u@%2Frun%2Fpostgresql/x", "postgres:///x",
                "postgres://u@db.example.com/x?hostaddr=127.0.0.1",
            ] {
                let read = try read(url)
                #expect(read["sslmode"] == "disable" && read["sslrootcert"] == nil, "\(url)")
            }
            let checked = try read("postgres://u@localhost/x?sslmode=verify-ca")
            #expect(checked["sslmode"] == "verify-ca" && checked["sslrootcert"] == "/authorities.pem")
        }

        @Test func `Hosts, ports and the database are the URL's`() throws {
            let several = try PostgresParameters(
                url: "postgres://u@one.example.com:1,[::1]:2/meetings?target_session_attrs=read-write", authorities: "")
            #expect(several.hosts == ["one.example.com", "::1"] && several.database == "meetings")
            #expect(try PostgresParameters(url: "postgres://ann@localhost", authorities: "").database == "ann")
            let socket = try PostgresParameters(url: "postgres://u@/x?host=/run/postgresql&port=6000", authorities: "")
            #expect(socket.hosts == ["/run/postgresql"])
            // Otherwise PGHOST would name it.
            #expect(try PostgresParameters(url: "postgres:///x", authorities: "").hosts == ["/var/run/postgresql"])
        }

        @Test func `Presets bound the time, and a URL may set others`() throws {
            let presets = try read("postgres://u@db.example.com/x")
            #expect(presets["connect_timeout"] == "3" && presets["tcp_user_timeout"] == "5000")
            #expect(presets["gssencmode"] == "disable" && presets["client_encoding"] == "UTF8")
            #expect(presets["application_name"] == "meeting-gateway" && presets["keepalives_idle"] == "10")
            let own = try read("postgres://u@db.example.com/x?connect_timeout=9&application_name=mine")
            #expect(own["connect_timeout"] == "9" && own["application_name"] == "mine")
        }

        @Test func `What cannot be used is refused, and no text has the password`() throws {
            for url in [
                "", "postgres", "host=localhost password=canary", "mysql://u:canary@db/x", "postgres://u:canary@db:x/x",
                "postgres://u:canary%@localhost/x", "postgres://u:canary@[::1/x", "postgres://u:canary@db/x?nonsense=1",
                "postgres://u:canary@localhost/x?service=y", "postgres://u:canary@localhost/x?sslcompression=1",
                // A password that is not encoded.
                "postgres://u:can/canary@localhost/x", "postgres://u:can@canary@localhost/x",
                "postgres://u:1/canary@localhost/x",
            ] {
                let text = refusal(url)
                #expect(text != nil && text?.contains("canary") == false, "\(url): \(text ?? "")")
            }
        }

        @Test func `No description has the password`() throws {
            let parameters = try PostgresParameters(
                url: "postgres://u:canary@db.example.com/x?sslpassword=canary", authorities: "")
            var dumped = ""
            dump(parameters, to: &dumped)
            let location = DatabaseLocation.postgres(parameters, connections: 2, listening: parameters)
            for text in ["\(parameters)", String(reflecting: parameters), dumped, "\(location)", "\([location])"] {
                #expect(!text.contains("canary"), "\(text)")
            }
            #expect("\(parameters)" == "x at db.example.com")
        }

        @Test func `A server that cannot be reached is named without the password`() async throws {
            let port = try TestEnvironment.freePort()
            let parameters = try PostgresParameters(url: "postgres://u:canary@127.0.0.1:\(port)/x", authorities: "")
            let start = ContinuousClock.now
            let refused = await error { try await PostgresDatabase.open(parameters) }
            #expect(refused.isUnavailable(.cannotOpen), "\(refused.text)")
            #expect(refused.text.contains("127.0.0.1") && !refused.text.contains("canary"))
            #expect(.now - start < .seconds(5))
        }
    }
#endif
