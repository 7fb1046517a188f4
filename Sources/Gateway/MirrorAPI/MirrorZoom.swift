import HTTPTypes
import Hummingbird
import JSONValue
import MeetingBaaS
import SQL

/// Zoom's credentials. A caller that may name one can join as its user, so each belongs to its creator alone.
extension MirrorAPI {
    /// Makes one, or changes one. Secrets in bodies are for keys.
    func zoomCredential(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        guard context.caller.isKey else {
            throw MirrorError.forbidden(
                "Zoom credentials may be written by a tenant's key only, not by a user's session.")
        }
        let reply = try await self.reply(to: outbound, try body(context).bytes, context)
        if context.operation.method == .post {
            let json = try reply.json
            let made = json["data"] ?? json
            guard let id = (made["credential_id"] ?? made["uuid"] ?? made["id"])?.stringValue else {
                throw MirrorError(UpstreamError.malformed)
            }
            let reference = context.reference(.zoomCredential, id)
            try await keep(reference, context)
            // Upstream may answer with one that it has already.
            guard let owner = try await ownership.owner(of: reference), context.caller.owns(owner) else {
                throw MirrorError(409, "FST_ERR_CONFLICT", "This Zoom account is connected already.")
            }
        }
        return try await presented(reply, context)
    }

    /// Stores whose a new credential is. If the caller ended meanwhile, a job deletes the credential again; the account
    /// that made it does so at once when the tenant has another account by now, or is gone.
    private func keep(_ reference: ObjectReference, _ context: MirrorContext) async throws {
        let (now, admission) = (clock.now, context.admission)
        let (refusal, isOurs) = try await database.write { tx -> (Problem?, Bool) in
            do {
                let admitted = try admission.check(at: now, in: tx)
                try OwnershipStore.insertCredential(
                    reference, Owner(tenant: context.tenant, user: context.user), as: admitted, at: now, in: tx)
                return (nil, true)
            } catch let problem as Problem {
                // One that stood before is not this call's to delete. A tenant that is gone can own nothing.
                guard try OwnershipStore.find(reference, in: tx) == nil else { return (problem, false) }
                guard try TenantStore.find(id: context.tenant, in: tx) != nil else { return (problem, true) }
                try OwnershipStore.recordOwner(reference, Owner(tenant: context.tenant, user: nil), at: now, in: tx)
                try JobStore.add(EndCredentialJob.kind, context.tenant, reference.id, at: now, in: tx)
                return (problem, true)
            }
        }
        guard let refusal else { return }
        if isOurs, try await isAccountChanged(context) {
            let operation = context.version == .v1 ? UpstreamOperation.V1.deleteZoom : UpstreamOperation.V2.deleteZoom
            let client = upstream.forRemoval.client(for: context.account, tenant: context.tenant)
            if (try? await client.call(operation, [reference.id])) != nil {
                try await database.write { tx in
                    try OwnershipStore.delete(reference, in: tx)
                    try JobStore.remove(EndCredentialJob.kind, context.tenant, reference.id, in: tx)
                }
            }
        }
        throw refusal
    }

    func deleteZoom(_ context: MirrorContext) async throws -> Response {
        let outbound = try await allowed(context)
        let reply = try await send(outbound, context.version == .v2 ? Array("{}".utf8) : nil, context)
        let reference = context.reference(.zoomCredential, context.call.ids[0])
        try await database.write { try OwnershipStore.delete(reference, in: $0) }
        context.metadata.isStreamed = true
        return proxied(reply, context)
    }
}
