import HTTPTypes
import Hummingbird
import MeetingBaaS
import SQL
import Wire

/// Zoom's credentials: whoever may name one can join as its user, so that each is its maker's alone.
extension Mirror {
    /// Makes one, or changes one. Secrets in bodies are for keys.
    func zoomCredential(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        guard x.caller.isKey else {
            throw MirrorFault.forbidden(
                "Zoom credentials may be written by a tenant's key only, not by a user's session.")
        }
        let reply = try await self.reply(to: outbound, try body(x).bytes, x)
        if x.operation.method == .post {
            let json = try reply.json
            let made = json["data"] ?? json
            guard let id = (made["credential_id"] ?? made["uuid"] ?? made["id"])?.stringValue else {
                throw MirrorFault(UpstreamFault.malformed)
            }
            let reference = x.reference(.zoomCredential, id)
            try await ownership.learn([(reference, Owner(tenant: x.tenant, user: x.user))], at: clock.now)
            // Upstream may answer with one that it has already.
            guard let owner = try await ownership.owner(of: reference), x.caller.owns(owner) else {
                throw MirrorFault(409, "FST_ERR_CONFLICT", "This Zoom account is connected already.")
            }
        }
        return try await shown(reply, x)
    }

    func deleteZoom(_ x: MirrorExchange) async throws -> Response {
        let outbound = try await allowed(x)
        let reply = try await send(outbound, x.version == .v2 ? Array("{}".utf8) : nil, x)
        let reference = x.reference(.zoomCredential, x.call.ids[0])
        try await database.write { try OwnershipStore.forget(reference, in: $0) }
        ownership.forget()
        return Self.handedOn(reply)
    }
}
