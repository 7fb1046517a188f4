import SQL

@testable import Gateway

/// Callers at the same time, on one database.
enum Callers: String, CaseIterable, Sendable {
    /// Tasks of one process.
    case ofOneObject
    /// Tasks of two processes: each has a `Database` object of its own.
    case ofTwoObjects

    static let number = 8

    /// Runs a body once for each caller, all at the same time.
    /// - Returns: the results, in the order of the callers.
    func race<T: Sendable>(
        _ place: StorePlace, _ body: @escaping @Sendable (Int, any Database) async throws -> T
    ) async throws -> [Result<T, any Error>] {
        let second = self == .ofTwoObjects ? try await place.another() : place.database
        let results = await withTaskGroup(of: (Int, Result<T, any Error>).self) { group in
            for number in 0..<Self.number {
                let database = number.isMultiple(of: 2) ? place.database : second
                group.addTask {
                    do {
                        return (number, .success(try await body(number, database)))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [Int: Result<T, any Error>]()) { $0[$1.0] = $1.1 }
        }
        if self == .ofTwoObjects { await second.close() }
        return results.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The same for writes that answer whether their caller won.
    /// - Returns: the number of winners.
    func winners(
        _ place: StorePlace, _ body: @escaping @Sendable (Int, any Transaction) throws -> Bool
    ) async throws -> Int {
        let results = try await race(place) { number, database in
            try await database.write { try body(number, $0) }
        }
        return try results.count { try $0.get() }
    }
}
