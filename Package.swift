// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with. A computed value: SwiftPM reads constants declared below their use as empty.
var strict: [SwiftSetting] {
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}

/// Targets that call C: every unsafe use is marked, or the build fails.
var audited: [SwiftSetting] { strict + [.strictMemorySafety()] }

/// For a benchmark's build: mirrored reads without checks, limits, log and metrics (`Tests/Performance/README.md`).
var bareProxy: [SwiftSetting] {
    Context.environment["GATEWAY_BENCHMARK_BARE"] == nil ? [] : [.define("BARE_PROXY")]
}

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioHTTPCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "meeting-gateway",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "meeting-gateway", targets: ["meeting-gateway"])],
    traits: [
        .default(enabledTraits: ["Postgres"]),
        .trait(name: "Postgres", description: "PostgreSQL beside SQLite. Needs libpq."),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .target(name: "Sealing", dependencies: ["COpenSSL"], swiftSettings: audited),
        .target(
            name: "SQL",
            dependencies: ["CSQLite", .target(name: "CLibPQ", condition: .when(traits: ["Postgres"])), deque],
            swiftSettings: audited),
        .target(name: "JSONValue", dependencies: [orderedCollections], swiftSettings: strict),
        .target(name: "Scheduling", dependencies: [deque], swiftSettings: strict),
        .target(
            name: "HTTPTransport",
            dependencies: [
                "Scheduling", "Sealing", asyncHTTPClient, deque, httpTypes, nioCore, nioExtras, nioHTTP1,
                nioHTTPCompression, nioPosix, nioSSL,
                nioTLS,
            ],
            swiftSettings: strict),
        .target(name: "Webhooks", dependencies: ["Sealing"], swiftSettings: strict),
        .target(
            name: "OAuth", dependencies: ["HTTPTransport", "JSONValue", "Sealing", httpTypes], swiftSettings: strict),
        .target(
            name: "MeetingBaaS", dependencies: ["HTTPTransport", "JSONValue", "Sealing", httpTypes],
            swiftSettings: strict),
        .target(
            name: "Gateway",
            dependencies: [
                "Sealing", "SQL", "HTTPTransport", "JSONValue", "OAuth", "MeetingBaaS", "Scheduling", "Webhooks",
                hummingbird,
                hummingbirdCore,
                asyncHTTPClient, coreMetrics, deque,
                lifecycle, metrics, nioCore, nioPosix, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1, nioHTTPCompression,
                logging,
                httpTypes,
                configuration, yams,
            ],
            exclude: [
                "Connections/Consent/Assets", "Docs/Assets", "Docs/Problems/Texts", "Docs/Problems/introduction.md",
            ],
            swiftSettings: strict + bareProxy),
        .target(
            name: "Sandbox",
            dependencies: [hummingbird, asyncHTTPClient, deque, lifecycle, nioCore, nioHTTP1, logging, httpTypes],
            exclude: ["Demo/Assets", "Google/Assets", "Provider/Assets", "Receiver/Assets", "Support/Assets"],
            swiftSettings: strict),
        .executableTarget(
            name: "meeting-gateway",
            dependencies: [
                "CMalloc", "Gateway", "Sandbox", "Sealing", "HTTPTransport", "JSONValue", arguments, lifecycle, signals,
                logging,
                asyncHTTPClient, httpTypes, nioCore,
            ], path: "Sources/GatewayCommand", swiftSettings: strict),
        .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
        .target(
            name: "Support",
            dependencies: [
                .target(name: "CLibPQ", condition: .when(traits: ["Postgres"])), "CSpawn", "Sealing", "Webhooks",
                "Scheduling", "HTTPTransport", "JSONValue", hummingbird,
                asyncHTTPClient, httpTypes, nioCore, nioHTTP1, logging, lifecycle,
            ], path: "Tests/Support", swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .testTarget(
            name: "SealingTests", dependencies: ["Sealing", "Support", "HTTPTransport", "JSONValue"],
            swiftSettings: strict),
        .testTarget(name: "SQLTests", dependencies: ["SQL", "Support"], swiftSettings: strict),
        .testTarget(name: "JSONValueTests", dependencies: ["JSONValue"], swiftSettings: strict),
        .testTarget(name: "SchedulingTests", dependencies: ["Scheduling", "Support"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: ["HTTPTransport", "Support", httpTypes, nioCore, nioHTTP1, nioPosix],
            swiftSettings: strict),
        .testTarget(
            name: "OAuthTests", dependencies: ["OAuth", "Sealing", "HTTPTransport", "JSONValue"], swiftSettings: strict),
        .testTarget(
            name: "MeetingBaaSTests",
            dependencies: ["MeetingBaaS", "Support", "HTTPTransport", "JSONValue", httpTypes], swiftSettings: strict
        ),
        .testTarget(
            name: "WebhooksTests", dependencies: ["Webhooks", "Sealing", "Support"],
            swiftSettings: strict),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "MeetingBaaS", "OAuth", "SQL", "Sealing", "Support", "Webhooks", "Scheduling",
                "HTTPTransport", "JSONValue", coreMetrics, lifecycle, yams, httpTypes,
                logging,
                nioCore, nioEmbedded, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1, nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "Gateway", "MeetingBaaS", "OAuth", "SQL", "Sealing", "Support", "JSONValue",
            ],
            exclude: ["planted.py"],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "meeting-gateway", "Gateway", "MeetingBaaS", "Sandbox", "Support", "SQL", "Sealing", "Webhooks",
                "Scheduling", "HTTPTransport", "JSONValue",
                httpTypes,
                logging,
            ],
            exclude: [
                "vendor_contract.py", "gateway_contract.py", "fuzz.py", "fuzz_hooks.py", "requirements.txt", "Pictures",
                "readme_browser.mjs", "verify_deliveries.py",
            ], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
