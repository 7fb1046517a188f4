import JSONValue
import MeetingBaaS
import OAuth

/// Decides what became of a calendar creation whose reply was lost, from one complete list of its account.
///
/// Version 2 gives neither the provider's calendar id nor the address of a calendar, and an address decides nothing by
/// itself: Microsoft's is a label, a shared calendar shows its owner's, and one person may be in two tenants. So a
/// calendar is adopted only when no other call can have made it.
enum AdoptionRule {
    enum Verdict: Sendable, Equatable {
        /// The unclaimed calendar with this id is the call's.
        case adopt(String)
        /// Two lists held nothing that the call can have made.
        case nothingMade
        /// Nothing yet; the time of the first list after the deadline that held nothing.
        case absent(since: Timestamp?)
        /// Something may be the call's, and may be another's: the operator decides.
        case ambiguous
    }

    /// Seconds between the two lists that end a creation.
    static let apart = 300.0
    /// Seconds by which Meeting BaaS's clock may differ where a calendar is to be adopted.
    static let skew = 60.0
    /// The same where a calendar is to be ruled out: beyond this, no webhook's signature is taken either.
    static let longestSkew = 600.0

    /// Returns whether the call can have made the calendar at all; errs towards yes.
    static func mayHaveMade(_ creation: CalendarCreation, _ found: UnclaimedCalendar) -> Bool {
        guard creation.version == found.version, found.firstSeenAt > creation.beganAt else { return false }
        if let made = found.createdAt, made.seconds(since: creation.beganAt) < -longestSkew { return false }
        if let platform = found.platform, platform != creation.provider.rawValue { return false }
        guard let raw = found.rawCalendarID, !creation.rawCalendarID.isEmpty else { return true }
        return raw == creation.rawCalendarID
    }

    /// Returns whether the calendar looks as the call's result must; errs towards no.
    /// - Parameter emails: the addresses of the connection and of the provider's calendar, in small letters.
    static func fits(_ creation: CalendarCreation, _ found: UnclaimedCalendar, emails: Set<String>) -> Bool {
        guard mayHaveMade(creation, found), creation.absentAt == nil else { return false }
        switch creation.version {
        case .v1:
            // Without times, only a list from before the call excludes older calendars.
            return creation.listedBefore && found.rawCalendarID == creation.rawCalendarID
        case .v2:
            guard let made = found.createdAt, found.platform == creation.provider.rawValue,
                made.seconds(since: creation.beganAt) >= -skew, made.seconds(since: creation.deadlineAt) <= skew
            else { return false }
            return found.email.map { emails.contains($0.lowercased()) } ?? false
        }
    }

    /// - Parameters:
    ///   - others: every other creation that could be of the same team at Meeting BaaS.
    ///   - unclaimed: of the list, those that nobody here owns.
    ///   - listBegan: when the list was asked for; `listEnded`: when it had been read.
    static func verdict(
        on creation: CalendarCreation, emails: Set<String>, others: [CalendarCreation],
        unclaimed: [UnclaimedCalendar], listBegan: Timestamp, listEnded: Timestamp
    ) -> Verdict {
        let candidates = unclaimed.filter { mayHaveMade(creation, $0) }
        guard let found = candidates.first else {
            guard listBegan >= creation.deadlineAt else { return .absent(since: nil) }
            guard let first = creation.absentAt else { return .absent(since: listEnded) }
            return listBegan.seconds(since: first) >= apart ? .nothingMade : .absent(since: first)
        }
        guard candidates.count == 1, fits(creation, found, emails: emails),
            !others.contains(where: { $0.rowID != creation.rowID && mayHaveMade($0, found) })
        else { return .ambiguous }
        return .adopt(found.id)
    }
}
