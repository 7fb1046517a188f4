import SQL
import Testing

@testable import Gateway

/// A call of a store on behalf of a tenant.
struct TenantCall: Sendable, CustomTestStringConvertible {
    let name: String
    /// - Parameter rows: addressed as the calling tenant; its ids may be another's.
    let run: @Sendable (_ rows: Rows, _ tx: any Transaction) throws -> Any
    var testDescription: String { name }

    init(_ name: String, _ run: @escaping @Sendable (Rows, any Transaction) throws -> Any) {
        self.name = name
        self.run = run
    }

    static let all = identity + accounts + messaging + deliveries + connections + calendars + events + bots + recordings
}

/// Tenants are isolated: each call of a store answers and does the same whether or not another tenant has like rows, and
/// changes none of them.
struct IsolationTests {
    /// The effect of one call: its answer, and the rows that it took from a tenant or gave to it.
    private struct Effect: Equatable {
        var answer: String
        var removed: [String] = []
        var added: [String] = []
        var isEmpty: Bool { removed.isEmpty && added.isEmpty }
    }

    /// Runs a call and undoes it.
    /// - Returns: its effect on the caller's rows, and whether it changed another's.
    private func effect(
        _ call: TenantCall, _ rows: Rows, sparing other: String?, in place: StorePlace
    ) async throws -> (own: Effect, spared: Bool) {
        try await place.trial { tx in
            let before = try Dump.rows(of: rows.tenant, in: tx)
            let others = try other.map { try Dump.rows(of: $0, in: tx) }
            var effect = Effect(answer: "")
            do {
                effect.answer = "\(try call.run(rows, tx))"
            } catch let problem as Problem {
                effect.answer = "refused: \(problem.code)"
            }
            let after = try Dump.rows(of: rows.tenant, in: tx)
            effect.removed = Set(before).subtracting(after).sorted()
            effect.added = Set(after).subtracting(before).sorted()
            return (effect, try other.map { try Dump.rows(of: $0, in: tx) } == others)
        }
    }

    private func normalized(_ effect: Effect) -> Effect {
        Effect(
            answer: Dump.normalized(effect.answer), removed: effect.removed.map(Dump.normalized).sorted(),
            added: effect.added.map(Dump.normalized).sorted())
    }

    @Test(arguments: StoreEngine.all) func `A tenant neither sees nor changes another's rows`(engine: StoreEngine)
        async throws
    {
        let (both, alone) = (try await StorePlace(engine), try await StorePlace(engine, ["b"]))
        let caller = both.other
        for call in TenantCall.all {
            for ids in both.tenants {
                let rows = ids.addressed(by: caller)
                let (beside, spared) = try await effect(call, rows, sparing: both.rows.tenant, in: both)
                #expect(spared, "\(call.name) changed another tenant's rows, given the ids of \(ids.name)")
                // The ids that a store drew itself are the caller's own in each of the two databases.
                let known = ids.name == caller.name ? alone.rows : rows
                let (expected, _) = try await effect(call, known, sparing: nil, in: alone)
                #expect(
                    normalized(beside) == normalized(expected),
                    "\(call.name) depends on another tenant's rows, given the ids of \(ids.name)")
            }
        }
        for place in [both, alone] { await place.database.close() }
    }

    /// A call that does and finds nothing in its owner's hands would show nothing above.
    @Test(arguments: StoreEngine.all) func `Each of these calls finds or changes rows of its own tenant`(
        engine: StoreEngine
    ) async throws {
        let place = try await StorePlace(engine)
        let absent = Rows("absent")
        for call in TenantCall.all {
            let (own, _) = try await effect(call, place.rows, sparing: nil, in: place)
            let (none, _) = try await effect(call, absent, sparing: nil, in: place)
            #expect(own.answer != none.answer || !own.isEmpty, "\(call.name)")
        }
        await place.database.close()
    }
}
