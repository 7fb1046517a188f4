import HTTPTypes
import Testing

@testable import Gateway

/// The credential of a request's head.
@Suite struct PresentedCredentialTests {
    private static let key = Credential.make(.key)
    private static let session = Credential.make(.session)
    private static let own = HTTPField.Name.make("x-own-key")

    private func read(_ fields: [(HTTPField.Name, String)], header: HTTPField.Name? = nil) -> PresentedCredential {
        var headers = HTTPFields()
        for (name, value) in fields { headers.append(HTTPField(name: name, value: value)) }
        return PresentedCredential(in: headers, header: header)
    }

    @Test func `Keys and sessions are well-formed, other tokens are tokens`() {
        #expect(read([(.authorization, "Bearer \(Self.key.text)")]) == .wellFormed(Self.key))
        #expect(read([(.authorization, "Bearer \(Self.session.text)")]) == .wellFormed(Self.session))
        let ticket = Credential.make(.ticket).text
        for text in [ticket, "x", String(Self.key.text.dropLast()), Self.key.text + "x", "mgx_"] {
            #expect(read([(.authorization, "Bearer \(text)")]) == .token(text), "\(text)")
        }
        #expect(read([]) == .none)
    }

    @Test(arguments: ["bearer", "BEARER", "bEaReR"]) func `The scheme's case does not matter`(scheme: String) {
        #expect(read([(.authorization, "\(scheme) \(Self.key.text)")]) == .wellFormed(Self.key))
    }

    @Test(arguments: ["Basic", "Bearer:", "Bear", "", "Token", "Bearer\t", "\u{2}earer"])
    func `Another scheme is no credential`(scheme: String) {
        #expect(read([(.authorization, "\(scheme) \(Self.key.text)")]) == .none)
        #expect(read([(.authorization, scheme)]) == .none)
    }

    @Test func `Any number of spaces parts the scheme from the token`() {
        #expect(read([(.authorization, "Bearer  \(Self.key.text)")]) == .wellFormed(Self.key))
        #expect(read([(.authorization, "bearer    \(Self.key.text)")]) == .wellFormed(Self.key))
    }

    @Test func `One credential given twice is one, two different ones are refused`() throws {
        let (a, b) = ("Bearer \(Self.key.text)", "Bearer \(Self.session.text)")
        #expect(read([(.authorization, a), (.authorization, a)]) == .wellFormed(Self.key))
        #expect(read([(.authorization, a), (.authorization, b)]) == .ambiguous)
        #expect(read([(.authorization, a), (.authorization, "Basic x")]) == .wellFormed(Self.key))
        #expect(throws: Problem.self) { _ = try PresentedCredential.ambiguous.text }
        #expect(try read([(.authorization, a)]).text == Self.key.text && PresentedCredential.none.text == nil)
    }

    @Test func `A surface's own header carries a credential too`() {
        let given = (Self.own, Self.key.text)
        #expect(read([given]) == .none)
        #expect(read([given], header: Self.own) == .wellFormed(Self.key))
        #expect(read([given, (.authorization, "Bearer \(Self.key.text)")], header: Self.own) == .wellFormed(Self.key))
        #expect(read([given, (.authorization, "Bearer x")], header: Self.own) == .ambiguous)
        #expect(read([given, (Self.own, "x")], header: Self.own) == .ambiguous)
        #expect(read([given, (.authorization, "Basic x")], header: Self.own) == .wellFormed(Self.key))
    }
}
