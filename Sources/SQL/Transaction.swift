/// An open transaction. Not `Sendable`: it never leaves the body it is given to.
public protocol Transaction {
    /// - Returns: the rows, of a `SELECT` or of `RETURNING`.
    /// - Throws: `SQLError`.
    @discardableResult
    func run(_ query: Query) throws -> [Row]

    /// Runs statements that see the rows of all tenants, in a transaction of one tenant: see `TenantScope`.
    func acrossTenants<T>(_ body: () throws -> T) rethrows -> T

    /// Publishes a notice once this transaction is committed; never when it is undone.
    func notify(_ notice: ChangeNotice)

    /// Statements without bindings, one after the other: for migrations.
    func script(_ text: String) throws

    /// The engine's SQL dialect.
    var dialect: Dialect { get }
}

extension Transaction {
    public func first(_ query: Query) throws -> Row? { try run(query).first }
}

public enum Dialect: Sendable {
    case sqlite
    case postgres
}
