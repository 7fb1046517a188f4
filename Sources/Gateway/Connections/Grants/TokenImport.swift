import HTTPTypes
import JSONValue
import OAuth
import Sealing

/// A refresh token that a tenant held until now becomes a connection: one refresh proves that it lives and whose it is.
struct TokenImport: Sendable {
    let consents: ConsentFlow
    let providers: Providers
    let grants: GrantLinking

    /// - Parameters:
    ///   - place: what a refusal of the token points at.
    ///   - status: of the reply that the connection is; nil when it is not the whole reply.
    /// - Throws: `validation` when the provider does not accept the token.
    func connection(
        _ token: String, of user: String, _ provider: ProviderName, for caller: Caller, place: String,
        answering status: HTTPResponse.Status? = nil
    ) async throws -> Connection {
        let tenant = caller.tenant.id
        let admission = try await consents.database.admit(caller, user: user, app: provider, at: consents.clock.now)
        let client = try await consents.client(tenant, provider)
        let origin = GrantLinking.Origin(
            tenant: tenant, user: user, provider: provider, clientID: client.id, admission: admission,
            isImported: true, answers: status)
        return try await grants.obtain(origin) {
            let grant: TokenGrant
            do {
                grant = try await providers.endpoint(provider).refresh(
                    SecretBytes(token), client: client, directory: nil, subject: nil)
            } catch let error as TokenError where error.needsConsent {
                throw Problem.invalid(place, "is not accepted by the provider (\(error.reason))")
            }
            guard grant.idToken != nil else {
                throw Problem.invalid(place, "was granted without the scope openid, so nobody knows whose it is")
            }
            return grant.refreshToken == nil ? grant.keeping(SecretBytes(token)) : grant
        }
    }

    /// The id of the app that the tenant's tokens are made with.
    func clientID(_ tenant: String, _ provider: ProviderName) async throws -> String {
        try await consents.client(tenant, provider).id
    }
}
