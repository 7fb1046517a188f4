import OAuth
import SQL

/// Meeting BaaS keeps a copy of the token and of the client secret for each calendar.
extension CredentialCopies {
    static let calendars = CredentialCopies(
        tokenChanged: { connection, now, tx in
            guard try CalendarStore.hasLive(connection.tenant, connection: connection.id, in: tx) else { return }
            try JobStore.add(.renewCalendars, connection.tenant, connection.id, at: now, in: tx)
        },
        recovered: { connection, now, tx in
            guard try CalendarSecretStore.hasOutdated(connection, in: tx) else { return }
            try JobStore.add(.renewCalendars, connection.tenant, connection.id, at: now, in: tx)
        },
        appChanged: { tenant, provider, now, tx in
            guard let last = try CalendarSecretStore.queueRenewals(tenant, provider, after: "", at: now, in: tx) else {
                return
            }
            let rest = CalendarSecretStore.subject(provider, after: last)
            try JobStore.add(.renewAppCalendars, tenant, rest, at: now, in: tx)
        },
        outdated: { try CalendarSecretStore.outdated($0, $1, in: $2) })
}
