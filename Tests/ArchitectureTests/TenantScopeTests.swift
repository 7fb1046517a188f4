import Testing

/// On PostgreSQL a transaction of a tenant sees the tenant's rows alone. Each way around that is listed here, with the reason.
@Suite struct TenantScopeTests {
    private static let sources = Result { try Architecture.read("Sources/Gateway") }

    /// Files that look at rows of other tenants in a tenant's transaction.
    private static let across: [String: String] = [
        "Bots/Ownership.swift": "finds the tenant that an object belongs to",
        "Bots/OwnershipResolver.swift": "a list of the shared account names objects of others",
        "Calendars/CalendarCreation.swift": "a creation of any tenant blocks a provider's calendar",
        "Calendars/CalendarStore.swift": "a calendar has one holder among all tenants; a 404 is compared with others",
        "Calendars/UnclaimedCalendarStore.swift": "a calendar is unclaimed when no tenant has it",
        "Connections/ConnectionStore.swift": "a grant at Google may be another tenant's too",
        "Connections/Grants/RevocationStore.swift": "a grant at Google may be another tenant's too",
        "Core/Caching/TTLCache.swift": "what one caller reads is cached for all",
        "Erasure/TenantErasure.swift": "webhooks held for a tenant's own account have no tenant",
        "InboundWebhooks/QuarantineAttribution.swift": "a held webhook has no tenant yet",
        "MirrorAPI/MirrorLists.swift": "a list of the shared account names bots of others",
    ]

    /// Files that set the scope of a task.
    private static let setting: [String: String] = [
        "Core/Jobs/JobRunner.swift": "a job is of one tenant",
        "HTTP/Requests/RequestPipeline.swift": "the caller is authenticated",
        "MirrorAPI/FastPath/MirrorReadExchange.swift": "a task of the fast path, outside of the pipeline",
        "MirrorAPI/FastPath/MirrorReadFastPath.swift": "a task of the fast path, outside of the pipeline",
    ]

    private func files(with text: String) throws -> Set<String> {
        Set(
            try Self.sources.get().filter { $0.code.contains(text) }
                .map { String($0.path.dropFirst("Sources/Gateway/".count)) })
    }

    @Test func `Rows of all tenants are read where that is needed, and nowhere else`() throws {
        #expect(try files(with: "acrossTenants") == Set(Self.across.keys))
    }

    @Test func `A task's scope is set where the tenant becomes known, and nowhere else`() throws {
        #expect(try files(with: "TenantScope.$current") == Set(Self.setting.keys))
    }

    /// Else a statement could look around the wall without either.
    @Test func `No statement of a feature sets what the policies read`() throws {
        let found = try Self.sources.get().filter { !$0.path.contains("/Schema/") }
            .filter { $0.literals.contains { $0.contains("gateway.scope") || $0.contains("gateway.tenant") } }
        #expect(found.map(\.path) == [])
    }
}
