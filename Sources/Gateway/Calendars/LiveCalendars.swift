import MeetingBaaS
import SQL

/// An account's calendars that upstream has, page by page: an account may have more of them than memory should hold.
struct LiveCalendars: AsyncSequence, Sendable {
    let database: any Database
    let account: String
    let version: APIVersion

    static let pageSize = 500

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let calendars: LiveCalendars
        fileprivate var last: String? = ""

        mutating func next() async throws -> [ConnectedCalendar]? {
            guard let after = last else { return nil }
            let (account, version) = (calendars.account, calendars.version)
            let page = try await calendars.database.read {
                try CalendarStore.live(
                    account: account, version: version, after: after, limit: LiveCalendars.pageSize, in: $0)
            }
            last = page.count < LiveCalendars.pageSize ? nil : page.last?.rowID
            return page.isEmpty ? nil : page
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(calendars: self) }
}
