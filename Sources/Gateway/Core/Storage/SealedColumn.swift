import Sealing

/// A column of sealed values. Tenant, table, row and column authenticate each value as additional data of AES-GCM.
///
/// The two names are part of what is stored: another name makes every value that was sealed before unreadable, so they stay
/// as they are when a table or a column is renamed. The feature that owns the column declares its constant.
struct SealedColumn: Sendable {
    let table: String
    let column: String

    func context(tenant: String, row: String) -> EncryptionContext {
        EncryptionContext(tenant: tenant, table: table, row: row, column: column)
    }
}
