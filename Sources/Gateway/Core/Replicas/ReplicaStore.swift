import JSONValue
import SQL

/// The rows of replicas and of their leases.
///
/// Every write of the gateway's takes turns with those of other replicas (`PostgresDatabase`), so what a function here reads
/// is true until its transaction ends.
enum ReplicaStore {
    /// The life of a replica that is not renewed.
    static let ttl = Duration.seconds(12)

    /// The database's time, which all replicas share.
    static func now(in tx: any Transaction) throws -> Timestamp {
        switch tx.dialect {
        case .sqlite: return GatewayClock.system.now
        case .postgres:
            let row = try tx.first("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now")
            return try row?.time("now") ?? GatewayClock.system.now
        }
    }

    /// - Parameter program: the number of the program: how many steps of the schema it knows.
    static func join(
        _ id: String, host: String, program: Int = Schema.migrator.count, in tx: any Transaction
    ) throws {
        let now = try now(in: tx)
        try tx.run(
            """
            INSERT INTO replicas (id, host, program, started_at, until, delivers)
            VALUES (\(id), \(host), \(program), \(now.milliseconds),
                \(now.adding(seconds: ttl / .seconds(1)).milliseconds), 0)
            """)
        tx.notify(ChangeNotice(.replicas))
        // Leases of replicas that are gone are free: nobody needs their rows.
        let past = now.adding(seconds: -86_400).milliseconds
        try tx.run("DELETE FROM replicas WHERE until < \(past)")
    }

    /// - Parameter delivers: false while the replica is to have no shards.
    /// - Returns: false when the replica's life is over: others may have taken what it had.
    static func renew(_ id: String, delivers: Bool = true, in tx: any Transaction) throws -> Bool {
        let now = try now(in: tx)
        guard let row = try tx.first("SELECT until, delivers FROM replicas WHERE id = \(id)"),
            try row.time("until") > now
        else { return false }
        try tx.run(
            """
            UPDATE replicas SET until = \(now.adding(seconds: ttl / .seconds(1)).milliseconds),
                delivers = \(delivers ? 1 : 0) WHERE id = \(id)
            """)
        // The others give up shards for it.
        if try row.bool("delivers") != delivers { tx.notify(ChangeNotice(.replicas)) }
        return true
    }

    /// Ends a replica and all that it had.
    static func leave(_ id: String, in tx: any Transaction) throws {
        try tx.run("DELETE FROM replicas WHERE id = \(id)")
        try tx.run("UPDATE object_leases SET owner = NULL WHERE owner = \(id)")
        tx.notify(ChangeNotice(.replicas))
    }

    /// The ids of the replicas that live.
    static func live(in tx: any Transaction) throws -> [String] {
        let now = try now(in: tx)
        return try tx.run("SELECT id FROM replicas WHERE until > \(now.milliseconds) ORDER BY id").map {
            try $0.text("id")
        }
    }

    /// Refuses a step of the schema while replicas live whose programs could not go on after it.
    /// - Throws: `SQLError.migration`, which names them.
    static func refuseStep(oldestProgram: Int, in tx: any Transaction) throws {
        let now = try now(in: tx)
        let older = try tx.run(
            """
            SELECT id, host, program FROM replicas WHERE until > \(now.milliseconds) AND program < \(oldestProgram)
            ORDER BY host, id
            """
        ).map { row in
            let program = try row.integer("program")
            return "\(try row.text("host")) (replica \(try row.text("id")), "
                + "\(program == 0 ? "number unknown" : "number \(program)"))"
        }
        guard !older.isEmpty else { return }
        throw SQLError.migration(
            "replicas are running whose programs know fewer than \(oldestProgram) steps: "
                + "\(older.joined(separator: ", ")). Stop them first. One that was killed counts for "
                + "\(Int(ttl / .seconds(1))) seconds more")
    }

    /// The ids of the replicas that live and deliver.
    static func delivering(in tx: any Transaction) throws -> [String] {
        let now = try now(in: tx)
        return try tx.run(
            "SELECT id FROM replicas WHERE until > \(now.milliseconds) AND delivers <> 0 ORDER BY id"
        ).map { try $0.text("id") }
    }

    /// A condition: the replica that a column names does not live. True for null.
    static func isGone(_ column: Query, in tx: any Transaction) throws -> Query { isGone(column, at: try now(in: tx)) }

    static func isGone(_ column: Query, at now: Timestamp) -> Query {
        "(\(column) IS NULL OR \(column) NOT IN (SELECT id FROM replicas WHERE until > \(now.milliseconds)))"
    }

    /// Returns whether rows of these tables name an owner that does not live.
    static func isAnyAbandoned(_ tables: [Query], in tx: any Transaction) throws -> Bool {
        let isGone = try isGone("owner", in: tx)
        return try tables.contains { table in
            try tx.first("SELECT 1 AS one FROM \(table) WHERE owner IS NOT NULL AND \(isGone) LIMIT 1") != nil
        }
    }

    // MARK: - leases

    /// Takes a lease that nobody has, or whose owner is gone.
    /// - Returns: nil while another replica has it. An owner that takes a shard or a role again gets what it has; an object's
    ///   lease gets another fence, so that the release of a former one does not end it.
    static func take(_ kind: LeaseKind, _ id: String, for owner: String, in tx: any Transaction) throws -> Lease? {
        let isGone = try isGone("object_leases.owner", in: tx)
        if let known = try tx.first(
            "SELECT owner, fence FROM object_leases WHERE kind = \(kind.rawValue) AND id = \(id)"),
            try known.optionalText("owner") == owner
        {
            let fence = try known.integer("fence") + (kind.isLasting ? 0 : 1)
            if !kind.isLasting {
                try tx.run(
                    "UPDATE object_leases SET fence = \(fence) WHERE kind = \(kind.rawValue) AND id = \(id)")
            }
            return Lease(kind: kind, id: id, owner: owner, fence: fence)
        }
        return try tx.first(
            """
            INSERT INTO object_leases (kind, id, owner, fence) VALUES (\(kind.rawValue), \(id), \(owner), 1)
            ON CONFLICT (kind, id) DO UPDATE SET owner = excluded.owner, fence = object_leases.fence + 1
            WHERE \(isGone) RETURNING fence
            """
        ).map { Lease(kind: kind, id: id, owner: owner, fence: try $0.integer("fence")) }
    }

    /// Returns whether nobody has taken a lease since. Its owner may have given it up, or be over its time.
    static func isValid(_ lease: Lease, in tx: any Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT fence FROM object_leases WHERE kind = \(lease.kind.rawValue) AND id = \(lease.id)
                AND fence = \(lease.fence)
            """) != nil
    }

    /// Ends a lease. The row of one that will come again stays, with its fence.
    static func release(_ lease: Lease, in tx: any Transaction) throws {
        try tx.run(
            """
            UPDATE object_leases SET owner = NULL WHERE kind = \(lease.kind.rawValue) AND id = \(lease.id)
                AND owner = \(lease.owner) AND fence = \(lease.fence)
            """)
        if !lease.kind.isLasting { tx.notify(ChangeNotice(.leases, lease.name)) }
    }

    /// Removes leases that nobody has, of kinds with an id for each object; so many at once. A fence that starts anew has
    /// another owner than before.
    static func removeFree(limit: Int, in tx: any Transaction) throws -> Int {
        let kinds = LeaseKind.allCases.filter { !$0.isLasting }.map(\.rawValue)
        return try tx.run(
            """
            DELETE FROM object_leases WHERE (kind, id) IN (SELECT kind, id FROM object_leases
                WHERE owner IS NULL AND kind IN \(list: kinds) LIMIT \(limit)) RETURNING id
            """
        ).count
    }

    /// The leases of one kind that a replica has, by id.
    static func leases(_ kind: LeaseKind, of owner: String, in tx: any Transaction) throws -> [String: Lease] {
        try tx.run("SELECT id, fence FROM object_leases WHERE kind = \(kind.rawValue) AND owner = \(owner)").reduce(
            into: [:]
        ) { leases, row in
            let id = try row.text("id")
            leases[id] = Lease(kind: kind, id: id, owner: owner, fence: try row.integer("fence"))
        }
    }
}

/// The kinds of things that one replica at a time has. The names are stored.
enum LeaseKind: String, Sendable, CaseIterable {
    /// A share of all endpoints: who delivers to them.
    case shard
    /// Work that is done for the whole installation.
    case role
    /// A grant that is refreshed: the connection's id.
    case grant
    /// A recording that is changed: its calendar and series.
    case recording
    /// A provider's calendar that is created, adopted or taken down.
    case calendar
    /// An account of Meeting BaaS that is reconciled.
    case account

    /// True for what a replica keeps for as long as it lives; the others are given back when something is done.
    var isLasting: Bool { self == .shard || self == .role }
}

/// The right of one replica to a thing.
struct Lease: Sendable, Hashable {
    let kind: LeaseKind
    let id: String
    let owner: String
    let fence: Int64

    /// The name in notices.
    var name: String { Self.name(kind, id) }
    static func name(_ kind: LeaseKind, _ id: String) -> String { "\(kind.rawValue) \(id)" }
}
