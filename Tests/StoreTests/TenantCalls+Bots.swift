import JSONValue
import MeetingBaaS
import SQL

@testable import Gateway

private let now = StorePlace.now

extension TenantCall {
    static let bots: [TenantCall] = [
        .init("AccountVersions.used") { try AccountVersions.used(in: $0.account, $1) },
        .init("BotCallbacks.Prepared.store") { rows, tx in
            try rows.ifPresent(in: tx) {
                try rows.callbackRow.store(as: tx.admitted(rows.tenant), in: tx)
            }
        },
        .init("BotCreationStore.callback") {
            try BotCreationStore.callback($0.tenant, account: $0.account, bot: $0.bot, in: $1) as Any
        },
        .init("BotCreationStore.find(account:correlationID:)") {
            try BotCreationStore.find(account: $0.account, correlationID: $0.order, in: $1) as Any
        },
        .init("BotCreationStore.find(account:bot:)") {
            try BotCreationStore.find($0.tenant, account: $0.account, bot: $0.bot, in: $1) as Any
        },
        .init("BotCreationStore.find(event:)") {
            try BotCreationStore.find($0.tenant, event: $0.event, in: $1) as Any
        },
        .init("BotCreationStore.hasRecent") {
            try BotCreationStore.hasRecent($0.tenant, user: $0.user, meeting: [5], at: now, in: $1)
        },
        .init("BotCreationStore.setBot") { try BotCreationStore.setBot($0.orderRow(), "bot2", at: now, in: $1) },
        .init("BotCreationStore.owner") { try BotCreationStore.owner(of: $0.orderRow(), in: $1) },
        .init("BotCreationStore.recordBot") { rows, tx in
            try tx.run("UPDATE bot_orders SET bot_id = NULL WHERE tenant_id = \(rows.tenant)")
            return try rows.ifPresent(in: tx) {
                try BotCreationStore.recordBot(rows.orderRow(bot: nil), "bot2", at: now, in: tx)
            }
        },
        .init("BotCreationStore.setRequest") {
            try BotCreationStore.setRequest($0.orderRow(), [6], allOccurrences: true, series: "s2", in: $1)
        },
        .init("BotCreationStore.requests") {
            try BotCreationStore.requests($0.tenant, calendar: $0.upstream, in: $1)
        },
        .init("BotCreationStore.forgetRequests(events:)") {
            try BotCreationStore.forgetRequests($0.tenant, events: [$0.event], isWhole: true, in: $1)
        },
        .init("BotCreationStore.forgetRequests(series:)") {
            try BotCreationStore.forgetRequests($0.tenant, calendar: $0.upstream, series: $0.series, in: $1)
        },
        .init("BotCreationStore.list") { try BotCreationStore.list($0.scope, after: "", limit: 9, in: $1) },
        .init("BotCreationStore.end") { try BotCreationStore.end($0.orderRow(), at: now, in: $1) },
        .init("BotCreationStore.delete(calendar:)") {
            try BotCreationStore.delete($0.tenant, calendar: $0.upstream, limit: 9, in: $1)
        },
        .init("BotCreationStore.delete") { try BotCreationStore.delete($0.orderRow(), in: $1) },
        .init("BotCreationStore.endOfCalendars") { rows, tx in
            try tx.run("UPDATE bot_orders SET bot_id = NULL WHERE tenant_id = \(rows.tenant)")
            return try BotCreationStore.endOfCalendars(
                rows.tenant, user: rows.user, before: now, at: now, limit: 9, in: tx)
        },
        .init("BotCreationStore.callbackURLs") {
            try BotCreationStore.callbackURLs($0.tenant, references: [$0.reference], in: $1)
        },
        .init("BotCreationStore.isAny") { try BotCreationStore.isAny(account: $0.account, .v2, in: $1) },
        .init("BotStore.insertIfNew") { rows, tx in
            try rows.ifPresent(in: tx) { try BotStore.insertIfNew(rows.botRow("bot3"), at: now, in: tx) }
        },
        .init("BotStore.record") { rows, tx in
            try rows.ifPresent(in: tx) { try BotStore.record(rows.botRow(state: .completed), at: now, in: tx) }
        },
        .init("BotStore.owner") { try BotStore.owner(account: $0.account, bot: $0.bot, in: $1) as Any },
        .init("BotStore.find") { try BotStore.find($0.tenant, bot: $0.bot, in: $1) as Any },
        .init("BotStore.version") { rows, tx in
            try tx.run("UPDATE calendars SET api_version = 'v1' WHERE tenant_id = \(rows.tenant)")
            return try BotStore.version(of: rows.botRow(), in: tx)
        },
        .init("BotStore.isOfPresentAccount") { rows, tx in
            try GenerationStore.advance(rows.account, .account, GenerationStore.account, at: now, in: tx)
            return try BotStore.isOfPresentAccount(rows.bot, account: rows.account, in: tx)
        },
        .init("BotStore.running") { try BotStore.running($0.scope, after: "", limit: 9, in: $1) },
        .init("BotStore.forgetUser") { try BotStore.forgetUser($0.botRow(), in: $1) },
        .init("BotStore.forgetUser(user:)") { rows, tx in
            try tx.run("UPDATE bots SET state = 'failed' WHERE tenant_id = \(rows.tenant)")
            return try BotStore.forgetUser(rows.tenant, user: rows.user, before: now, limit: 9, in: tx)
        },
        .init("BotStore.latest") { try BotStore.latest($0.tenant, event: $0.event, in: $1) as Any },
        .init("BotStore.deleteMissing") { rows, tx in
            try tx.run("UPDATE bots SET state = 'failed', calendar_id = NULL WHERE tenant_id = \(rows.tenant)")
            return try BotStore.deleteMissing(rows.bot, of: rows.tenant, account: rows.account, in: tx)
        },
        .init("OwnershipStore.find(bot)") { try OwnershipStore.find($0.object(.bot, $0.bot), in: $1) as Any },
        .init("OwnershipStore.find(event)") { try OwnershipStore.find($0.object(.event, $0.event), in: $1) as Any },
        .init("OwnershipStore.entry(calendar)") {
            try OwnershipStore.entry($0.object(.calendar, $0.upstream), in: $1) as Any
        },
        .init("OwnershipStore.entry(zoom)") { try OwnershipStore.entry($0.zoom(), in: $1) as Any },
        .init("OwnershipStore.recordOwner") { rows, tx in
            try rows.ifPresent(in: tx) {
                try OwnershipStore.recordOwner(
                    rows.zoom("zoom2"), Owner(tenant: rows.tenant, user: rows.user), at: now, in: tx)
            }
        },
        .init("OwnershipStore.delete") { try OwnershipStore.delete($0.zoom(), in: $1) },
        .init("OwnershipStore.ids") {
            try OwnershipStore.ids(
                $0.tenant, user: $0.user, account: $0.account, version: .v2, kind: .zoomCredential, in: $1
            ).sorted()
        },
        .init("OwnershipStore.credential") { try OwnershipStore.credential($0.tenant, "zoom", in: $1) as Any },
        .init("OwnershipStore.credentials") { try OwnershipStore.credentials($0.scope, in: $1) },
    ]

    static let recordings: [TenantCall] = [
        .init("RecordingStore.restore") { rows, tx in
            try rows.ifPresent(in: tx) {
                try RecordingStore.restore(rows.recordingRow("ev2", all: false, rows.recording + "2"), at: now, in: tx)
            }
        },
        .init("RecordingStore.own") { try RecordingStore.own($0.tenant, event: $0.event, in: $1) as Any },
        .init("RecordingStore.ofSeries") { rows, tx in
            try tx.run("UPDATE recordings SET all_occurrences = 1 WHERE tenant_id = \(rows.tenant)")
            return try RecordingStore.ofSeries(rows.tenant, calendar: rows.upstream, series: rows.series, in: tx)
                as Any
        },
        .init("RecordingStore.list") { try RecordingStore.list($0.tenant, calendar: $0.upstream, in: $1) },
        .init("RecordingStore.delete(calendar:limit:)") {
            try RecordingStore.delete($0.tenant, calendar: $0.upstream, limit: 9, in: $1)
        },
        .init("RecordingStore.find(correlationID:)") {
            try RecordingStore.find(account: $0.account, correlationID: $0.recording, in: $1) as Any
        },
        .init("RecordingStore.find(event:)") {
            try RecordingStore.find(account: $0.account, event: $0.event, in: $1) as Any
        },
        .init("RecordingStore.delete") { try RecordingStore.delete($0.recordingRow(), in: $1) },
        .init("RecordingStore.delete(events:)") {
            try RecordingStore.delete($0.tenant, events: [$0.event], series: false, in: $1)
        },
        .init("RecordingStore.delete(series:)") {
            try RecordingStore.delete($0.tenant, calendar: $0.upstream, series: $0.series, in: $1)
        },
        .init("SeriesExceptionStore.add") { rows, tx in
            try rows.ifPresent(in: tx) {
                try SeriesExceptionStore.add(
                    rows.tenant, calendar: rows.upstream, event: rows.event, series: "other", at: now, in: tx)
            }
        },
        .init("SeriesExceptionStore.list") {
            try SeriesExceptionStore.list($0.tenant, calendar: $0.upstream, in: $1)
        },
        .init("SeriesExceptionStore.remove(events:)") {
            try SeriesExceptionStore.remove($0.tenant, calendar: $0.upstream, events: [$0.event], in: $1)
        },
        .init("SeriesExceptionStore.remove(series:)") {
            try SeriesExceptionStore.remove($0.tenant, calendar: $0.upstream, series: $0.series, in: $1)
        },
        .init("SeriesExceptionStore.delete") {
            try SeriesExceptionStore.delete($0.tenant, calendar: $0.upstream, limit: 9, in: $1)
        },
    ]
}

extension Rows {
    var scope: UpstreamTeardown.Scope { .init(tenant: tenant, user: user, before: StorePlace.now) }

    func object(_ kind: ObjectKind, _ id: String) -> ObjectReference {
        ObjectReference(account: account, version: .v2, kind: kind, id: id)
    }
}
