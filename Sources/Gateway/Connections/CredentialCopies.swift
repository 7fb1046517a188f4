import JSONValue
import OAuth
import SQL

/// Copies of refresh tokens and client secrets that Meeting BaaS keeps. The feature that sends them there gives these steps,
/// which run in the transaction that stores the new credential.
struct CredentialCopies: Sendable {
    /// A connection has another token: its copies are to be replaced, come what may.
    let tokenChanged: @Sendable (Connection, _ now: Timestamp, any Transaction) throws -> Void
    /// A connection works again: its copies could not be replaced while it did not.
    let recovered: @Sendable (Connection, _ now: Timestamp, any Transaction) throws -> Void
    /// A provider app was entered, perhaps with another client secret.
    let appChanged: @Sendable (_ tenant: String, ProviderName, _ now: Timestamp, any Transaction) throws -> Void
    /// The number of copies that have a former client secret.
    let outdated: @Sendable (_ tenant: String, ProviderName, any Transaction) throws -> Int
}
