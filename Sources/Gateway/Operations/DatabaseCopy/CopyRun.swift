import Foundation
import JSONValue
import SQL

/// A reason why a database is not copied.
struct CopyRefusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A copy of one open database into another, which goes on where an earlier one ended.
///
/// Each batch commits together with the place up to which the target is filled. The source has the copy's id until a gateway
/// starts on it, so a copy of rows that have changed since is noticed.
struct CopyRun: Sendable {
    let source: any Database
    let target: any Database
    /// Names of the two for people, without user and password.
    let sourceName: String
    let targetName: String
    var onLine: @Sendable (String) -> Void = { _ in }
    /// Called after each batch is committed.
    var afterBatch: @Sendable () throws -> Void = {}

    enum Beginning: Sendable {
        /// Rows are to be copied.
        case filling(copy: String, DatabaseMove.Progress?)
        /// All is copied, compared and marked in the source; the target is still called unfinished.
        case finished
    }

    // MARK: - the beginning

    /// Checks both databases, brings the target's schema forward and stores the copy's id in both.
    /// - Throws: `CopyRefusal`, and `SQLError`.
    func begin() async throws -> Beginning {
        try await requireCurrent(source, "source")
        let (moved, started) = try await source.read { tx in
            (try DatabaseMoveStore.find(.movedTo, in: tx), try DatabaseMoveStore.find(.source, in: tx))
        }
        let unfinished = try await source.read { try DatabaseMoveStore.find(.target, in: $0) }
        let filled = try await target.read { try DatabaseMoveStore.find(.target, in: $0) }
        if let moved {
            if filled?.copy == moved.copy { return .finished }
            throw CopyRefusal("the source: \(DatabaseMovedError(move: moved))")
        }
        if let unfinished { throw CopyRefusal("the source: \(DatabaseMovedError(move: unfinished))") }
        try await refuseLiveReplicas()
        let hasRows = try await hasRows(target)
        if hasRows, let filled, filled.copy == started?.copy {
            try await requireCurrent(target, "target")
            return .filling(copy: filled.copy, filled.progress)
        }
        if hasRows {
            throw CopyRefusal(
                filled == nil
                    ? "the target is not empty; give a new file or an empty database"
                    : "the target is an unfinished copy of another database, or a gateway has served the source since. Make "
                        + "the target anew and start again")
        }
        try await Schema.migrator.run(on: target)
        try await requireCurrent(target, "target")
        let move = DatabaseMove(
            role: .target, copy: UUID().uuidString.lowercased(), peer: sourceName, at: GatewayClock.system.now)
        let begun = DatabaseMove(role: .source, copy: move.copy, peer: targetName, at: move.at)
        try await target.write { try DatabaseMoveStore.put(move, in: $0) }
        try await source.write { try DatabaseMoveStore.put(begun, in: $0) }
        return .filling(copy: move.copy, nil)
    }

    private func refuseLiveReplicas() async throws {
        let live = try await source.read { try ReplicaStore.live(in: $0) }
        guard live.isEmpty else { throw Self.served(live.count) }
    }

    private static func served(_ count: Int) -> CopyRefusal {
        let gateways = count == 1 ? "a gateway serves" : "\(count) gateways serve"
        return CopyRefusal(
            "\(gateways) the source, or ended less than \(ReplicaStore.ttl.components.seconds) seconds ago without signing off. "
                + "Stop every gateway first")
    }

    private func hasRows(_ database: any Database) async throws -> Bool {
        let tables = try await CopyCatalogue.read(database).tables.filter { !CopyCatalogue.counts.contains($0.name) }
        return try await database.read { tx in try tables.contains { try !$0.isEmpty(in: tx) } }
    }

    /// Both databases have all steps of this program, and no others.
    func requireCurrent(_ database: any Database, _ name: String) async throws {
        let status = SchemaStatus(try await Schema.migrator.status(of: database))
        guard status.state == .current else {
            throw CopyRefusal("the \(name)'s schema is not this program's: \(status.text)")
        }
    }

    // MARK: - rows

    /// The tables of both databases, which must be the same.
    func tables() async throws -> [CopyTable] {
        let (ours, theirs) = (try await CopyCatalogue.read(source).tables, try await CopyCatalogue.read(target).tables)
        guard ours == theirs else {
            let differing = Set(ours.map(\.name)).symmetricDifference(theirs.map(\.name))
                .union(zip(ours, theirs).filter { $0 != $1 }.map(\.0.name))
            throw CopyRefusal("tables differ between the databases: \(differing.sorted().joined(separator: ", "))")
        }
        return ours
    }

    /// Copies the rows of all tables after the given place.
    /// - Returns: the rows that were copied.
    func transfer(_ tables: [CopyTable], copy: String, after progress: DatabaseMove.Progress?) async throws -> Int {
        var (left, last, count) = (tables[...], nil as [Value]?, 0)
        if let progress {
            guard let index = tables.firstIndex(where: { $0.name == progress.table }),
                let key = CopyKey.values(progress.key, of: tables[index])
            else { throw CopyRefusal("the target's progress cannot be read; make the target anew and start again") }
            left = tables[index...]
            last = key
            onLine("going on with the table \(progress.table)")
        }
        for table in left {
            count += try await transfer(table, copy: copy, after: last)
            last = nil
        }
        return count
    }

    private func transfer(_ table: CopyTable, copy: String, after start: [Value]?) async throws -> Int {
        let source = self.source
        let total = try await source.read { try table.count(in: $0) }
        if start == nil, CopyCatalogue.counts.contains(table.name) {
            try await target.write { try table.removeAll(in: $0) }
        }
        let before = start == nil ? 0 : try await target.read { try table.count(in: $0) }
        var (done, reported) = (before, ContinuousClock.now)
        var page = try await source.read { try table.page(after: start, in: $0) }
        while let end = page.last.map(table.key(of:)) {
            // The source reads on while the target writes.
            async let next = source.read { try table.page(after: end, in: $0) }
            let move = DatabaseMove(
                role: .target, copy: copy, peer: sourceName, at: GatewayClock.system.now,
                progress: .init(table: table.name, key: CopyKey.text(end)))
            let rows = page.map(table.transferred)
            try await target.write { tx in
                try table.insert(rows, in: tx)
                try DatabaseMoveStore.put(move, in: tx)
            }
            try afterBatch()
            done += rows.count
            page = try await next
            if !page.isEmpty, ContinuousClock.now - reported > .seconds(1) {
                onLine("\(table.name): \(done) of \(total) rows")
                reported = .now
            }
        }
        if total > 0 { onLine("\(table.name): \(done) of \(total) rows") }
        return done - before
    }

    // MARK: - the end

    /// Gives the source up, or frees it, in a transaction that sees that nobody served it meanwhile. Then opens the target
    /// for gateways.
    func finish(copy: String, keepsSource: Bool) async throws {
        let moved = DatabaseMove(role: .movedTo, copy: copy, peer: targetName, at: GatewayClock.system.now)
        try await source.write { tx in
            let live = try ReplicaStore.live(in: tx)
            guard live.isEmpty else { throw Self.served(live.count) }
            guard try DatabaseMoveStore.find(.source, in: tx)?.copy == copy else {
                throw CopyRefusal(
                    "a gateway has served the source during the copy. Make the target anew and start again")
            }
            if !keepsSource { try DatabaseMoveStore.put(moved, in: tx) }
            try DatabaseMoveStore.remove(.source, in: tx)
        }
        try await open()
    }

    /// Lets gateways serve the target.
    func open() async throws { try await target.write { try DatabaseMoveStore.remove(.target, in: $0) } }
}
