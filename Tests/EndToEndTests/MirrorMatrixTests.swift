import Foundation
import HTTPTypes
import JSONValue
import MeetingBaaS
import Support
import Testing

@testable import Gateway

extension EndToEnd {
    /// Promise 3 behind the mirror: every call of the catalogue × every kind of caller × its own, another's and an
    /// unknown object.
    @Suite struct MirrorMatrixTests {
        private enum Expected: Equatable {
            case refused(Int, String)
            case letIn
        }

        /// Worked out apart from the code that decides it.
        private func expected(_ operation: MeetingBaaS.UpstreamOperation, _ row: MirrorRow, _ caller: MatrixCaller)
            -> Expected
        {
            switch caller.kind {
            case .anonymous, .admin: .refused(401, "FST_ERR_UNAUTHORIZED")
            case .suspended: .refused(403, "FST_ERR_TENANT_SUSPENDED")
            case .key, .session:
                caller.scopes.contains(operation.method == .get ? .mirrorRead : .mirrorWrite)
                    ? row.isForKeys && caller.kind == .session && row.ids(.unknown).isEmpty
                        ? .refused(403, "FST_ERR_FORBIDDEN") : .letIn : .refused(403, "FST_ERR_FORBIDDEN")
            }
        }

        private func owns(_ caller: MatrixCaller, _ things: MirrorThings) -> Bool {
            things.slug == caller.tenant && (caller.user == nil || caller.user == things.user)
        }

        @Test(.timeLimit(.minutes(6)), arguments: ["v2"])
        func `Nobody reads, changes or learns of what is another's through the mirror`(version: String) async throws {
            let env = try await TestEnvironment(version: version)
            let gateway = try await env.startGateway()
            defer { gateway.kill() }
            let receiver = Receiver()
            let catalogue = Catalogue.all
            #expect(catalogue.count == 62)
            #expect(Set(catalogue) == Set(MirrorMatrix.rows.keys), "each call has its row, and each row its call")
            try await receiver.run {
                let a = try await TenantFixture(env, slug: "tenant-a", receiver: receiver.url)
                let b = try await TenantFixture(env, slug: "tenant-b", receiver: receiver.url)
                let all = [
                    try await MirrorMatrixObjects.things(env, a, "ann", [.v1, .v2]),
                    try await MirrorMatrixObjects.things(env, a, "bob", [.v1, .v2]),
                    try await MirrorMatrixObjects.things(env, b, "ann", [.v1, .v2]),
                ]
                let callers =
                    try await MatrixCaller.all(env, a, b) + [
                        MatrixCaller(
                            name: "A's writing ann",
                            api: try await a.session("ann", scopes: ["mirror:read", "mirror:write"]),
                            kind: .session, tenant: "tenant-a", user: "ann"),
                        MatrixCaller(
                            name: "A's writing bob",
                            api: try await a.session("bob", scopes: ["mirror:read", "mirror:write"]),
                            kind: .session, tenant: "tenant-a", user: "bob"),
                    ]
                let entries = catalogue.compactMap { operation in MirrorMatrix.rows[operation].map { (operation, $0) } }
                for (operation, row) in entries {
                    for caller in callers {
                        try await refuse(operation, row, caller, all.compactMap { $0[operation.version] })
                    }
                }
                for (operation, row) in entries.sorted(by: { $0.1.last < $1.1.last }) {
                    let allowed = callers.filter { expected(operation, row, $0) == .letIn }
                    try await letIn(operation, row, allowed, all.compactMap { $0[operation.version] })
                }
                #expect(try await env.fastPathReads() > 0, "the matrix holds for the fast path as well")
            }
            try Contracts.checkMirror(env, atLeast: 1000)
            try await Contracts.checkUpstream(env)
        }

        @Test(.timeLimit(.minutes(3)), arguments: Revocation.allCases)
        func `What ended while a call was under way is not passed on`(ending: Revocation) async throws {
            try await MirrorPlace.run { place in
                let user = ending == .userDeleted ? "eve" : "ann"
                let all = try await MirrorMatrixObjects.things(place.env, place.a, "ann", [.v1, .v2])
                let credential = try await ending.credential(
                    place.env, place.a, scopes: ["mirror:read", "mirror:write"], user: user)
                let entries = MirrorMatrix.rows.filter { $0.key.method != .get }.sorted { $0.key.name < $1.key.name }
                let requests = try entries.map { operation, row in
                    let things = try #require(all[operation.version])
                    return try SlowRequest(
                        operation.method, row.path(operation, things), at: place.env.gatewayURL,
                        token: credential.token, row.body(things) ?? [:])
                }
                func writes() async throws -> Int {
                    try await place.env.meetingBaaS.call(.get, "/_sandbox/requests").items
                        .count { $0["method"] != "GET" }
                }
                let before = try await writes()
                try await SlowRequest.letHeadsIn()
                try await credential.end()
                for ((operation, _), request) in zip(entries, requests) {
                    let reply = await request.finish()
                    #expect(reply.status == ending.status, "\(operation.name): \(reply.text)")
                }
                #expect(try await writes() == before, "nothing reached Meeting BaaS")
            }
        }

        private func call(
            _ operation: MeetingBaaS.UpstreamOperation, _ row: MirrorRow, _ caller: MatrixCaller, _ things: MirrorThings
        ) async throws -> API.Reply {
            try await caller.api.call(operation.method, row.path(operation, things), row.body(things))
        }

        private func refuse(
            _ operation: MeetingBaaS.UpstreamOperation, _ row: MirrorRow, _ caller: MatrixCaller, _ all: [MirrorThings]
        ) async throws {
            let name = "\(operation.name) as \(caller.name)"
            if case .refused(let status, let code) = expected(operation, row, caller) {
                var replies: [API.Reply] = []
                for things in [all[0], all[2], .unknown] {
                    let reply = try await call(operation, row, caller, things)
                    #expect(reply.status == status && reply["code"]?.stringValue == code, "\(name): \(reply.text)")
                    replies.append(reply)
                }
                #expect(Set(replies.map(MatrixCaller.comparable)).count == 1, "\(name) tells them apart")
                return
            }
            guard row.namesObject(operation) else { return }
            let unknown = try await call(operation, row, caller, .unknown)
            #expect(unknown.status == 404, "\(name): \(unknown.text)")
            for things in all where !owns(caller, things) {
                let foreign = try await call(operation, row, caller, things)
                #expect(
                    MatrixCaller.comparable(foreign) == MatrixCaller.comparable(unknown),
                    "\(name) on \(things.slug)/\(things.user): \(foreign.text)")
            }
        }

        private func letIn(
            _ operation: MeetingBaaS.UpstreamOperation, _ row: MirrorRow, _ callers: [MatrixCaller],
            _ all: [MirrorThings]
        ) async throws {
            for caller in callers {
                for things in all {
                    let isOwn = row.namesObject(operation) ? owns(caller, things) : things.slug == caller.tenant
                    guard isOwn else { continue }
                    let reply = try await call(operation, row, caller, things)
                    let forKeys = row.isForKeys && caller.kind == .session && reply.status == 403
                    #expect(
                        row.own.contains(reply.status) || forKeys,
                        "\(operation.name) as \(caller.name): \(reply.status) \(reply.text.prefix(500))")
                    for other in all where !owns(caller, other) {
                        for id in other.ids {
                            #expect(!reply.text.contains(id), "\(operation.name) shows \(caller.name) \(id)")
                        }
                    }
                    for secret in ["meeting_gateway", TestEnvironment.apiKey, "/callbacks/"] {
                        #expect(!reply.text.contains(secret), "\(operation.name) shows \(secret): \(reply.text)")
                    }
                    if row.last > 0 { return }
                }
            }
        }
    }
}
