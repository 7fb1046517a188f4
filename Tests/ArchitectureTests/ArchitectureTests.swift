import Testing

/// The layout holds: dependencies point one way, and each table has one owner.
@Suite struct ArchitectureTests {
    private static let architecture = Result { Architecture(sources: try Architecture.read("Sources")) }
    private var architecture: Architecture { get throws { try Self.architecture.get() } }

    @Test func `Folders use only those before them`() throws {
        let found = try architecture.folderViolations
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `Targets import only those below them`() throws {
        let found = try architecture.importViolations
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `Statements name tables of their own folder alone`() throws {
        let found = try architecture.tableViolations
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `Core and HTTP name no path of a feature`() throws {
        let found = try architecture.pathViolations
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `No task-local value is a closure`() throws {
        let found = try architecture.taskLocalViolations
        #expect(found.isEmpty, "\(found)")
        let path = "Sources/Gateway/Core/Planted.swift"
        for code in [
            "@TaskLocal static var planted: (@Sendable () -> Void)?",
            "    @TaskLocal\n    static var planted: Planted?",
        ] {
            #expect(try architecture.with(path, code).taskLocalViolations.map(\.path) == [path], "\(code)")
        }
    }

    @Test func `No file is longer than 350 lines`() throws {
        let tests = Architecture(sources: try Architecture.read("Tests"))
        let found = try architecture.lengthViolations + tests.lengthViolations
        #expect(found.isEmpty, "\(found)")
    }

    // MARK: - the rules themselves

    @Test(arguments: [
        ("Core", "struct Planted { let store: TenantStore }", "Core uses TenantStore of Identity"),
        ("HTTP", "let planted = MirrorAPI.self", "HTTP uses MirrorAPI of MirrorAPI"),
        (
            "Messaging/Endpoints", "func planted(_ a: [RecordingService]) {}",
            "Messaging uses RecordingService of Recordings"
        ),
        ("Bots", #"let planted = "text \(RecordingStore.self) text""#, "Bots uses RecordingStore of Recordings"),
        ("Planted", "struct Planted {}", "the folder Planted is not in the order"),
    ])
    func `A use against the order is found`(folder: String, code: String, rule: String) throws {
        let path = "Sources/Gateway/\(folder)/Planted.swift"
        #expect(try architecture.with(path, code).folderViolations.contains(.init(path: path, rule: rule)))
    }

    @Test(arguments: [
        "// TenantStore", "/* a /* TenantStore */ TenantStore */", #"let a = "TenantStore""#,
        ##"let a = #"\(TenantStore)"#"##, "let a = \"\"\"\n  \"TenantStore\" \\\"\n  \"\"\"",
        "let a = Other.TenantStore.self",
        "let a = b.TenantStore",
    ])
    func `Comments, texts and members are no uses`(code: String) throws {
        let path = "Sources/Gateway/Core/Planted.swift"
        #expect(try !architecture.with(path, code).folderViolations.contains { $0.path == path })
    }

    @Test(arguments: [
        ("Sources/Sandbox/Planted.swift", "import JSONValue", "Sandbox imports JSONValue"),
        ("Sources/Scheduling/Planted.swift", "public import SQL", "Scheduling imports SQL"),
        ("Sources/Gateway/HTTP/Planted.swift", "import COpenSSL", "Gateway imports COpenSSL"),
        ("Sources/Gateway/Core/Planted.swift", "import Hummingbird", "Gateway imports Hummingbird"),
        ("Sources/Planted/Planted.swift", "", "the target Planted is not in the layout"),
    ])
    func `An import against the layout is found`(path: String, code: String, rule: String) throws {
        #expect(try architecture.with(path, code).importViolations.contains(.init(path: path, rule: rule)))
    }

    @Test(arguments: [
        (
            "Calendars", #"let a: Query = "SELECT 1 FROM bots WHERE tenant_id = \(tenant)""#,
            "Calendars names Bots's table bots"
        ),
        (
            "Bots", #"let a: Query = "SELECT 1 FROM bots b\n JOIN tenants t ON 1""#,
            "Bots names Identity's table tenants"
        ),
        ("Identity", #"let a: Query = "UPDATE messages SET x = 1""#, "Identity names Messaging's table messages"),
        ("Erasure", "let a = ExpiredRows(\n  \"jobs\", key: \"id\", where: \"1\")", "Erasure names Core's table jobs"),
        ("Core/Schema", #"let a = "CREATE TABLE planted (id TEXT)""#, "the table planted has no owner"),
    ])
    func `A statement on another folder's table is found`(folder: String, code: String, rule: String) throws {
        let path = "Sources/Gateway/\(folder)/Planted.swift"
        #expect(try architecture.with(path, code).tableViolations.contains(.init(path: path, rule: rule)))
    }

    @Test func `A feature's path in common code is found`() throws {
        let path = "Sources/Gateway/HTTP/Planted.swift"
        let found = try architecture.with(path, #"let isMirror = path.hasPrefix("/meeting-baas/")"#).pathViolations
        #expect(found == [.init(path: path, rule: "HTTP names the path /meeting-baas/")])
    }

    @Test func `A long file is found`() throws {
        let path = "Sources/Gateway/Core/Planted.swift"
        let long = String(repeating: "\n", count: 351)
        #expect(try architecture.with(path, long).lengthViolations.map(\.path) == [path])
    }
}
