import Sealing
import Testing

@testable import Gateway

struct SealedColumnTests {
    /// Values of earlier versions are sealed for these names. A changed name makes them unreadable.
    @Test(arguments: [
        (SealedColumn.accountKey, "accounts", "sealed_api_key"),
        (.accountWebhookSecrets, "accounts", "sealed_webhook_secrets"),
        (.attemptResponse, "attempts", "sealed_response"), (.clientSecret, "provider_apps", "sealed_client_secret"),
        (.consentCode, "consents", "sealed_code"), (.consentVerifier, "consents", "sealed_verifier"),
        (.endpointHeaders, "webhook_endpoints", "sealed_headers"),
        (.endpointPreviousSecret, "webhook_endpoints", "sealed_previous_secret"),
        (.endpointSecret, "webhook_endpoints", "sealed_secret"),
        (.formerSecret, "former_endpoint_secrets", "sealed_secret"),
        (.idempotentReply, "idempotency_keys", "sealed_reply"), (.orderRequest, "bot_orders", "sealed_request"),
        (.recordingKey, "recordings", "sealed_api_key"), (.refreshToken, "connections", "sealed_refresh_token"),
        (.refusedToken, "refused_grants", "sealed_token"),
    ])
    func `A sealed column opens what was sealed for its names`(column: SealedColumn, table: String, name: String) throws
    {
        let key = SecretKey.random()
        let sealer = try TenantSealer(tenant: "ten_1", key: key)
        let context = EncryptionContext(tenant: "ten_1", table: table, row: "row", column: name)
        let sealed = try Sealer(try Keyring(current: key)).seal(Array("secret".utf8), at: context)
        #expect(try sealer.open(sealed, column: column, row: "row") == SecretBytes("secret"))
        #expect(throws: SealingError.self) { try sealer.open(sealed, column: column, row: "another") }
        let other = try TenantSealer(tenant: "ten_2", key: key)
        #expect(throws: SealingError.self) { try other.open(sealed, column: column, row: "row") }
    }
}
