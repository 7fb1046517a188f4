import Foundation
import HTTPTransport
import JSONValue
import OAuth
import Sealing
import Testing

struct OAuthTests {
    private let client = ClientCredentials(id: "1-app", secret: SecretBytes("s"), directory: "common")

    @Test func `PKCE agrees with RFC 7636 appendix B`() {
        #expect(
            PKCE.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(PKCE.verifier().utf8.count == 43)
    }

    @Test func `Google is asked for an offline grant and never for granted scopes`() throws {
        let request = AuthorizationRequest(
            provider: Google(), client: client, redirectURI: "https://gw.example/oauth/callback/google/a",
            loginHint: "ann@example.com")
        let fields = try Self.query(request.url)
        #expect(request.url.hasPrefix("https://accounts.google.com/o/oauth2/v2/auth?"))
        #expect(fields["access_type"] == "offline" && fields["prompt"] == "consent")
        #expect(fields["scope"] == "openid email https://www.googleapis.com/auth/calendar.readonly")
        #expect(fields["code_challenge_method"] == "S256")
        #expect(fields["code_challenge"] == PKCE.challenge(request.verifier.revealText()))
        #expect(fields["state"]?.utf8.count == 43 && fields["nonce"]?.utf8.count == 43)
        #expect(fields["include_granted_scopes"] == nil && fields["login_hint"] == "ann@example.com")
    }

    @Test func `Microsoft is asked at the app's own directory`() throws {
        let own = ClientCredentials(id: "guid", secret: SecretBytes("s"), directory: "contoso.example")
        let request = AuthorizationRequest(
            provider: Microsoft(), client: own, redirectURI: "https://gw.example/cb", loginHint: nil)
        #expect(request.url.hasPrefix("https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize?"))
        #expect(try Self.query(request.url)["scope"] == "openid profile email offline_access User.Read Calendars.Read")
    }

    @Test func `Scopes are compared by what they mean`() {
        #expect(Google().canonicalScope("https://www.googleapis.com/auth/userinfo.email") == "email")
        #expect(Microsoft().canonicalScope("https://graph.microsoft.com/Calendars.Read") == "Calendars.Read")
        #expect(Microsoft().canonicalScope("calendars.read") == "Calendars.Read")
        #expect(Google.project(of: "123456-abc.apps.googleusercontent.com") == "123456")
        #expect(Google.project(of: "odd.apps.googleusercontent.com") == "odd.apps.googleusercontent.com")
    }

    @Test func `A wider scope covers the needed one, and no other does`() {
        let calendar = "https://www.googleapis.com/auth/calendar"
        let needed = "\(calendar).readonly"
        for covering in [[needed], [calendar], ["openid", calendar, "\(calendar).events"]] {
            #expect(Google().missingScopes(in: covering).isEmpty, "\(covering)")
        }
        for other in [
            [], ["openid"], ["\(calendar).events"], ["\(calendar).events.readonly"], ["\(calendar).settings.readonly"],
        ] {
            #expect(Google().missingScopes(in: other) == [needed], "\(other)")
        }
        #expect(Microsoft().missingScopes(in: ["Calendars.Read"]).isEmpty)
        #expect(Microsoft().missingScopes(in: ["Calendars.ReadWrite"]) == ["Calendars.Read"])
    }

    // facts/oauth.md 1.7, 1.10, 1.16
    @Test(arguments: [
        (
            400, #"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
            "revoked_or_expired"
        ),
        (400, #"{"error":"invalid_grant","error_subtype":"invalid_rapt"}"#, "user_interaction"),
        (400, #"{"error":"invalid_grant","suberror":"bad_token","error_codes":[700082]}"#, "revoked_or_expired"),
        (400, #"{"error":"invalid_grant","suberror":"client_mismatch"}"#, "provider_config:client_mismatch"),
        (400, #"{"error":"interaction_required","error_codes":[50076]}"#, "user_interaction"),
        (400, #"{"error":"consent_required"}"#, "consent_required"),
        (400, #"{"error":"access_denied"}"#, "blocked_by_admin"),
        (403, #"{"error":"admin_policy_enforced"}"#, "blocked_by_admin"),
        (401, #"{"error":"invalid_client"}"#, "provider_config:invalid_client"),
        (401, #"{"error":"invalid_client","error_codes":[7000222]}"#, "provider_config:invalid_client"),
        (400, #"{"error":"unauthorized_client"}"#, "provider_config:unauthorized_client"),
        (400, #"{"error":"redirect_uri_mismatch"}"#, "provider_config:redirect_uri_mismatch"),
        (400, #"{"error":"temporarily_unavailable"}"#, "provider_unavailable"),
        (403, #"{"error":"rate_limit_exceeded"}"#, "rate_limited"),
        (403, #"{"error":"rate_limit_exceeded","error_description":"Rate Limit Exceeded"}"#, "rate_limited"),
        (400, #"{"error":"rate_limit_exceeded"}"#, "rate_limited"),
        (403, #"{"error":"quota_exceeded"}"#, "rate_limited"),
        (403, #"{"error":"userRateLimitExceeded"}"#, "rate_limited"), (400, #"{"error":"slow_down"}"#, "rate_limited"),
        // Google's other form of an error says nothing about the grant either.
        (403, #"{"error":{"code":403,"errors":[{"reason":"rateLimitExceeded"}]}}"#, "malformed_response"),
        (400, #"{"error":"invalid_grant","error_description":"\ud800"}"#, "revoked_or_expired"),
        (429, #"{"error":"invalid_grant"}"#, "rate_limited"), (503, "<html>", "provider_unavailable"),
        (500, #"{"error":"invalid_grant"}"#, "provider_unavailable"),
        (400, "<html>blocked</html>", "malformed_response"),
        (400, #"{"error":"something_new"}"#, "provider_config:unknown_error"),
    ])
    func `A refusal is named as whose fault it is`(status: Int, body: String, reason: String) {
        let error = TokenError(status: status, body: Array(body.utf8), retryAfter: nil, grant: .refreshToken)
        #expect(error.reason == reason)
        let mustAct = ["revoked_or_expired", "user_interaction", "consent_required"].contains(reason)
        #expect(error.needsConsent == mustAct, "nobody is told to reconnect for anything else")
    }

    @Test func `Retry-After is kept within an hour`() {
        #expect(TokenError(status: 429, body: [], retryAfter: "7200", grant: .code) == .rateLimited(retryAfter: 3600))
        #expect(
            TokenError(status: 400, body: Array(#"{"error":"invalid_grant"}"#.utf8), retryAfter: nil, grant: .code)
                == .codeRefused)
    }

    @Test func `ID tokens are checked for whom and which consent they are`() throws {
        let now = Timestamp(Date())
        let exp = now.milliseconds / 1000 + 3600
        func token(_ claims: String) throws -> IDToken {
            try IDToken("e30.\(Base64.encodeURL(Array(claims.utf8))).c2ln")
        }
        let good = try token(
            #"{"iss":"https://accounts.google.com","aud":"1-app","sub":"42","nonce":"n","exp":\#(exp)}"#)
        try good.check(clientID: "1-app", nonce: "n", now: now)
        #expect(try Google().identity(of: good).subject == "42")
        #expect(throws: IDTokenError.audience) { try good.check(clientID: "2-app", nonce: "n", now: now) }
        #expect(throws: IDTokenError.nonce) { try good.check(clientID: "1-app", nonce: "other", now: now) }
        #expect(throws: IDTokenError.expired) {
            try good.check(clientID: "1-app", nonce: "n", now: now.adding(seconds: 7200))
        }
        let foreign = try token(#"{"iss":"https://evil.example","aud":"1-app","sub":"42","exp":\#(exp)}"#)
        #expect(throws: IDTokenError.issuer) { try Google().identity(of: foreign) }
        let party = try token(#"{"aud":["1-app","x"],"azp":"x","exp":\#(exp)}"#)
        #expect(throws: IDTokenError.audience) { try party.check(clientID: "1-app", nonce: nil, now: now) }
        let work = try token(
            #"{"iss":"https://login.microsoftonline.com/t1/v2.0","tid":"t1","oid":"o1","aud":"1-app","exp":\#(exp)}"#)
        #expect(try Microsoft().identity(of: work) == ProviderIdentity(subject: "t1:o1", email: nil, directory: "t1"))
        let mixed = try token(#"{"iss":"https://login.microsoftonline.com/t2/v2.0","tid":"t1","oid":"o1"}"#)
        #expect(throws: IDTokenError.issuer) { try Microsoft().identity(of: mixed) }
        #expect(throws: IDTokenError.malformed) { try IDToken("a.b") }
    }

    private static func query(_ url: String) throws -> [String: String] {
        let fields = try #require(Form.decode(String(url.split(separator: "?").last ?? "")))
        return Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
    }
}
