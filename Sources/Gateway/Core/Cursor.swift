import JSONValue
import Sealing

/// The cursors of one list: a position in the list as text that callers give back unchanged.
///
/// A position that holds nothing secret, and only moves the start of a list that is checked anyway, is `plain`: the sort
/// key of a page's last item. A position that holds Meeting BaaS's own cursor is `sealed` for the tenant and the list.
/// Cursors stay valid over upgrades, so the texts of a list do not change.
///
/// It is our own: libraries that page (FluentKit's `paginate`) count rows, which skips and repeats some when the list changes,
/// and cannot hold upstream's own cursor.
struct Cursor: Sendable {
    /// A position in a list.
    protocol Position: Sendable {
        /// Reads what `members` made. In plain cursors every member is a string.
        /// - Returns: nil for members that are no position of this list.
        init?(members: JSON)
        /// Plain cursors take an array.
        var members: JSON { get }
    }

    enum ListScope: Sendable {
        /// The members, joined by dots. None of them holds a dot.
        case plain
        /// The members as JSON, sealed. `list` names the list and everything that its pages depend on.
        case sealed(TenantSealer, list: String)
    }

    /// The text is no cursor of this list.
    struct Invalid: ProblemConvertible {
        static let rule = "is not a cursor of this list"
        var problem: Problem { .invalid("?cursor", Self.rule) }
    }

    private let scope: ListScope

    init(_ scope: ListScope) { self.scope = scope }

    func text(at position: some Position) throws -> String {
        switch scope {
        case .plain:
            return (position.members.arrayValue ?? []).map { $0.stringValue ?? $0.text }.joined(separator: ".")
        case .sealed(let sealer, let list):
            let bytes = SecretBytes(position.members.bytes)
            return Base64.encodeURL(try sealer.seal(bytes, column: .cursor, row: list))
        }
    }

    /// - Returns: nil for no text, which is the start of the list.
    /// - Throws: `Invalid`.
    func position<P: Position>(_: P.Type = P.self, from text: String?) throws(Invalid) -> P? {
        guard let text, !text.isEmpty else { return nil }
        guard let members = members(of: text), let position = P(members: members) else { throw Invalid() }
        return position
    }

    private func members(of text: String) -> JSON? {
        switch scope {
        case .plain: return .array(text.split(separator: ".").map { .string(String($0)) })
        case .sealed(let sealer, let list):
            guard let sealed = Base64.decode(text), let bytes = try? sealer.open(sealed, column: .cursor, row: list)
            else { return nil }
            return try? JSON.parse(bytes.reveal())
        }
    }
}

extension SealedColumn {
    /// No table holds cursors: callers do.
    fileprivate static let cursor = SealedColumn(table: "cursor", column: "cursor")
}
