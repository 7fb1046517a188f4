import JSONValue
import SQL
import Sealing
import Synchronization
import Testing

@testable import Gateway

/// Ends a trial: the transaction is undone.
private struct Undone<T: Sendable>: Error {
    let value: T
}

/// A database with all tables, and tenants with like rows: the same users, names and ids of Meeting BaaS.
struct StorePlace: Sendable {
    let engine: StoreEngine
    let location: StoreEngine.Location
    let database: any Database
    let tenantKeys: TenantKeys
    /// The rows of the tenants, in the order of their names.
    let tenants: [Rows]

    /// The rows were made a minute before.
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    var now: Timestamp { Self.now }

    /// The rows of the first tenant.
    var rows: Rows { tenants[0] }
    var other: Rows { tenants[1] }

    /// - Parameter names: the tenants, at least one.
    init(_ engine: StoreEngine, _ names: [String] = ["a", "b"]) async throws {
        let location = try await engine.newLocation()
        let database = try await engine.open(location)
        let keys = try await TenantKeys.open(database, master: try Keyring(current: .random()))
        var tenants: [Rows] = []
        for name in names {
            tenants.append(try await database.write { try Rows.seed(name, keys, in: $0) })
        }
        self.engine = engine
        self.location = location
        self.database = database
        self.tenantKeys = keys
        self.tenants = tenants
    }

    /// A second `Database` object on the same database.
    func another() async throws -> any Database { try await engine.open(location) }

    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await database.write(body)
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await database.read(body)
    }

    /// Runs a body and undoes what it wrote.
    func trial<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        do {
            try await database.write { tx in throw Undone(value: try body(tx)) }
        } catch let undone as Undone<T> {
            return undone.value
        }
        throw CancellationError()
    }

    func count(_ rest: Query) async throws -> Int64 {
        try await database.read { try $0.count(rest) }
    }

    /// The problem with which `body` is refused; nil if it is not.
    func problem<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> Problem? {
        do {
            _ = try await trial(body)
            return nil
        } catch let problem as Problem {
            return problem
        }
    }

    /// The notices of one commit, as `topic payload`. (A gap says that those of others may be missed.)
    func notices<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> [String] {
        let received = Mutex<[String]>([])
        database.listen { notices in
            received.withLock { $0 += notices.filter { $0.topic != .gap }.map { "\($0.topic.name) \($0.payload)" } }
        }
        _ = try await database.write(body)
        database.listen { _ in }
        return received.withLock(\.self)
    }
}

extension Transaction {
    func count(_ rest: Query) throws -> Int64 { try first("SELECT COUNT(*) AS n FROM \(rest)")?.integer("n") ?? 0 }

    /// The admission of an action of a tenant that is there.
    func admitted(_ tenant: String, at now: Timestamp = StorePlace.now) throws -> Admitted {
        let tenant = try #require(try TenantStore.find(id: tenant, in: self), "a tenant of the test")
        return try Admission(tenant).check(at: now, in: self)
    }
}
