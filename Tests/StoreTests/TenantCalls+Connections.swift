import JSONValue
import MeetingBaaS
import OAuth
import SQL
import Sealing

@testable import Gateway

private let now = StorePlace.now

extension TenantCall {
    static let connections: [TenantCall] = [
        .init("ProviderAppStore.find") { try ProviderAppStore.find($0.tenant, .google, in: $1) as Any },
        .init("ProviderAppStore.secretVersion") { rows, tx in
            try tx.run("UPDATE provider_apps SET secret_version = 4 WHERE tenant_id = \(rows.tenant)")
            return try ProviderAppStore.secretVersion(rows.tenant, .google, in: tx)
        },
        .init("ProviderAppStore.delete") { try ProviderAppStore.delete($0.tenant, .google, in: $1) },
        .init("ConnectionStore.find") {
            try ConnectionStore.find($0.tenant, $0.connection, user: $0.user, in: $1) as Any
        },
        .init("ConnectionStore.find(subject:)") {
            try ConnectionStore.find($0.tenant, user: $0.user, .google, subject: $0.subject, in: $1) as Any
        },
        .init("ConnectionStore.list") { try ConnectionStore.list($0.tenant, user: $0.user, limit: 9, in: $1) },
        .init("ConnectionStore.undeleted") {
            try ConnectionStore.undeleted($0.tenant, user: $0.user, before: now, limit: 9, in: $1)
        },
        .init("ConnectionStore.hasLive") { try ConnectionStore.hasLive($0.tenant, .google, in: $1) },
        .init("ConnectionStore.hasUnfinished") {
            try ConnectionStore.hasUnfinished($0.tenant, user: $0.user, before: now, in: $1)
        },
        .init("ConnectionStore.saveRefreshed") { rows, tx in
            var connection = rows.connectionRow(status: .blocked)
            connection.sealedRefreshToken = [2]
            return try ConnectionStore.saveRefreshed(
                connection, from: .active, copies: .calendars, at: now, in: tx)
        },
        .init("ConnectionStore.markDeleting") {
            try ConnectionStore.markDeleting($0.tenant, $0.connection, at: now, in: $1)
        },
        .init("ConnectionStore.erase") { try ConnectionStore.erase($0.tenant, $0.connection, at: now, in: $1) },
        .init("ConnectionStore.deletePending") { rows, tx in
            try tx.run("UPDATE connections SET status = 'pending' WHERE tenant_id = \(rows.tenant)")
            return try ConnectionStore.deletePending(rows.tenant, rows.connection, in: tx)
        },
        .init("ConnectionStore.noteKeepAlive") {
            try ConnectionStore.noteKeepAlive($0.connectionRow(), at: now, in: $1)
        },
        // A grant at Google that another tenant needs is kept, on purpose; with this setting it is not asked about.
        .init("ConnectionDeletion.begin") { rows, tx in
            var settings = TenantSettings()
            settings.revokeOnDisconnect = false
            return try ConnectionDeletion(dependents: .calendars).begin(
                rows.connectionRow(), settings: settings, at: now, in: tx)
        },
        .init("ConnectionDeletion.beginSome") {
            try ConnectionDeletion(dependents: .calendars).beginSome(
                $0.tenant, user: $0.user, settings: TenantSettings(), at: now, in: $1)
        },
        .init("ConsentStore.take") {
            try ConsentStore.take(state: $0.digest("state"), tenant: $0.tenant, .google, at: now, in: $1) as Any
        },
        .init("ConsentStore.storeCode, find, takeCode, release") { rows, tx in
            let state = rows.digest("state")
            try ConsentStore.storeCode(
                state: state, tenant: rows.tenant, sealedCode: [5], ticket: [6], until: now, in: tx)
            let found = try ConsentStore.find(rows.tenant, ticket: [6], in: tx)
            let taken = try ConsentStore.takeCode(rows.tenant, state: state, in: tx)
            try ConsentStore.release(rows.tenant, state: state, in: tx)
            return (found as Any, taken)
        },
        .init("ConsentStore.end") {
            try ConsentStore.end($0.tenant, state: $0.digest("state"), .done, result: "con", in: $1)
        },
        .init("ConsentStore.deleteSome") {
            try ConsentStore.deleteSome($0.tenant, user: $0.user, limit: 10, in: $1)
        },
        .init("GrantClaimStore.delete") { try GrantClaimStore.delete($0.tenant, $0.claim, in: $1) },
        .init("RefusedGrants.hasAny") { try RefusedGrants.hasAny($0.tenant, in: $1) },
        .init("RefusedGrants.add") { rows, tx in
            try rows.ifPresent(in: tx) {
                try RefusedGrants.add(
                    SecretBytes("t"), tenant: rows.tenant, clientID: "100-app", subject: "x",
                    sealer: TenantSealer(tenant: rows.tenant, key: .random()), at: now, in: tx)
            }
        },
    ]

    static let calendars: [TenantCall] = [
        .init("CalendarStore.find") {
            try CalendarStore.find($0.tenant, $0.calendar, user: $0.user, in: $1) as Any
        },
        .init("CalendarStore.find(upstream)") {
            try CalendarStore.find($0.tenant, $0.upstream, user: nil, in: $1) as Any
        },
        .init("CalendarStore.isOfPresentAccount") {
            try CalendarStore.isOfPresentAccount($0.calendarRow(), in: $1)
        },
        .init("CalendarStore.holder") {
            try CalendarStore.holder(account: $0.account, .google, raw: "raw", in: $1) as Any
        },
        .init("CalendarStore.owner") {
            try CalendarStore.owner(account: $0.account, calendarID: $0.upstream, in: $1) as Any
        },
        .init("CalendarStore.list") {
            try CalendarStore.list($0.tenant, user: $0.user, after: nil, limit: 9, in: $1)
        },
        .init("CalendarStore.list(connection:)") {
            try CalendarStore.list($0.tenant, connection: $0.connection, in: $1)
        },
        .init("CalendarStore.live") {
            try CalendarStore.live(account: $0.account, version: .v2, after: "", limit: 9, in: $1)
        },
        .init("CalendarStore.siblings") { rows, tx in
            try rows.ifPresent(in: tx) {
                let second = rows.calendarRow("cal2-\(rows.tenant)", raw: "raw3", upstream: "up3")
                try CalendarStore.insert(second, as: tx.admitted(rows.tenant), in: tx)
                return try CalendarStore.siblings(of: second, limit: 9, in: tx)
            }
        },
        .init("CalendarStore.noteFilled, isFilled") { rows, tx in
            try CalendarStore.noteFilled(rows.calendarRow(), at: now, in: tx)
            return try CalendarStore.isFilled(rows.calendarRow(), in: tx)
        },
        .init("CalendarStore.isLive") { try CalendarStore.isLive($0.tenant, rowID: $0.calendar, in: $1) },
        .init("CalendarStore.hasLive") { try CalendarStore.hasLive($0.tenant, in: $1) },
        .init("CalendarStore.hasLive(connection:)") {
            try CalendarStore.hasLive($0.tenant, connection: $0.connection, in: $1)
        },
        .init("CalendarStore.isAny(account:)") { try CalendarStore.isAny(account: $0.account, .v2, in: $1) },
        .init("CalendarStore.ids") {
            try CalendarStore.ids($0.tenant, user: $0.user, account: $0.account, version: .v2, in: $1)
        },
        .init("CalendarStore.count") { try CalendarStore.count($0.tenant, in: $1) },
        .init("CalendarStore.update") {
            try CalendarStore.update($0.calendarRow(status: "error"), at: now, in: $1)
        },
        .init("CalendarStore.markDeleting(rowID:)") {
            try CalendarStore.markDeleting($0.tenant, rowID: $0.calendar, at: now, in: $1)
        },
        .init("CalendarStore.markDeleting(connection:)") {
            try CalendarStore.markDeleting($0.tenant, connection: $0.connection, at: now, in: $1)
        },
        .init("CalendarStore.erase") { try CalendarStore.erase($0.calendarRow(), at: now, in: $1) },
        .init("CalendarStore.removeUnmade") { rows, tx in
            try tx.run("UPDATE calendars SET calendar_id = NULL WHERE tenant_id = \(rows.tenant)")
            return try CalendarStore.removeUnmade(rows.tenant, rowID: rows.calendar, in: tx)
        },
        .init("CalendarErasure.erase") {
            try CalendarErasure.withRecordings.erase($0.calendarRow(), at: now, in: $1)
        },
        .init("CalendarErasure.eraseRows") {
            try CalendarErasure.withRecordings.eraseRows(of: $0.calendarRow(), limit: 100, in: $1)
        },
        .init("CalendarSecretStore.record") {
            try CalendarSecretStore.record($0.calendarRow(), version: 3, in: $1)
        },
        .init("CalendarSecretStore, outdated") { rows, tx in
            try tx.run("UPDATE provider_apps SET secret_version = 4 WHERE tenant_id = \(rows.tenant)")
            let counted = try CalendarSecretStore.outdated(rows.tenant, .google, in: tx)
            let isAny = try CalendarSecretStore.hasOutdated(rows.connectionRow(), in: tx)
            try CalendarSecretStore.renewIfOutdated(rows.calendarRow(), at: now, in: tx)
            let rest = try CalendarSecretStore.queueRenewals(rows.tenant, .google, after: "", at: now, in: tx)
            return (counted, isAny, rest as Any)
        },
        .init("CalendarCreationStore.find(account:)") {
            try CalendarCreationStore.find(account: $0.account, .google, raw: "raw2", in: $1) as Any
        },
        .init("CalendarCreationStore.isAny(tenant:)") {
            try CalendarCreationStore.isAny(tenant: $0.tenant, in: $1)
        },
        .init("CalendarCreationStore.isAny(account:)") {
            try CalendarCreationStore.isAny(account: $0.account, in: $1)
        },
        .init("UnclaimedCalendarStore.ids") {
            try UnclaimedCalendarStore.ids(account: $0.account, .v2, in: $1)
        },
        .init("UnclaimedCalendarStore.delete(account:)") {
            try UnclaimedCalendarStore.delete(account: $0.account, in: $1)
        },
    ]

    static let events: [TenantCall] = [
        .init("EventChangeLog.record") { rows, tx in
            try rows.ifPresent(in: tx) {
                try EventChangeLog.record(
                    [rows.observation(print: 2), rows.observation("ev9")], of: rows.calendarRow(), from: .list,
                    at: now, in: tx)
            }
        },
        .init("EventChangeLog.emitSync") { rows, tx in
            try rows.ifPresent(in: tx) {
                let changes = [EventChangeLog.Change(eventID: rows.event, changedAt: now)]
                return try EventChangeLog.emitSync(changes, of: rows.calendarRow(), at: now, in: tx)
            }
        },
        .init("EventChangeLog.find") { try EventChangeLog.find($0.tenant, event: $0.event, in: $1) as Any },
        .init("EventChangeLog.since") {
            try EventChangeLog.since($0.made, $0.tenant, calendar: $0.upstream, after: nil, limit: 9, in: $1)
        },
        .init("EventChangeLog.times") { try EventChangeLog.times($0.tenant, events: [$0.event], in: $1) },
        .init("EventChangeLog.calendar") {
            try EventChangeLog.calendar(account: $0.account, event: $0.event, in: $1) as Any
        },
        .init("EventChangeLog.hasSeries") {
            try EventChangeLog.hasSeries($0.tenant, calendar: $0.upstream, series: $0.series, in: $1)
        },
        .init("EventChangeLog.series") { try EventChangeLog.series($0.tenant, event: $0.event, in: $1) as Any },
        .init("EventChangeLog.delete") {
            try EventChangeLog.delete($0.tenant, calendar: $0.upstream, limit: 9, in: $1)
        },
        .init("EventRetention.presumeEnds, prune") { rows, tx in
            let began = now.adding(seconds: 100 * 86_400)
            let isMore = try EventRetention.presumeEnds(of: rows.calendarRow(), at: now, in: tx)
            return [isMore, try EventRetention.prune(rows.calendarRow(), unlistedSince: began, in: tx)]
        },
    ]
}
