import JSONValue
import MeetingBaaS
import OAuth
import Testing

@testable import Gateway

/// Which calendar a call whose reply was lost can have made, as a table. Seconds count from the call's beginning.
struct AdoptionRuleTests {
    private static let start = Timestamp(milliseconds: 1_800_000_000_000)
    private static func at(_ seconds: Double) -> Timestamp { start.adding(seconds: seconds) }

    private static func creation(
        _ id: String = "cal_1", _ version: APIVersion = .v2, _ provider: ProviderName = .google, raw: String = "raw-1",
        began: Double = 0, account: String = "shared", listedBefore: Bool = true, absent: Double? = nil
    ) -> CalendarCreation {
        CalendarCreation(
            rowID: id, tenant: "ten_1", accountID: account, version: version, provider: provider, rawCalendarID: raw,
            beganAt: at(began), deadlineAt: at(began + 60), listedBefore: listedBefore, absentAt: absent.map(at))
    }

    private static func calendar(
        _ id: String = "u-1", _ version: APIVersion = .v2, raw: String? = nil, platform: String? = "google",
        email: String? = "Ann@example.com", created: Double? = 1, seen: Double = 5
    ) -> UnclaimedCalendar {
        UnclaimedCalendar(
            id: id, accountID: "shared", version: version, rawCalendarID: raw, platform: platform, email: email,
            createdAt: created.map(at), firstSeenAt: at(seen))
    }

    private static func old(raw: String = "raw-1", seen: Double = 5) -> UnclaimedCalendar {
        calendar("u-1", .v1, raw: raw, platform: nil, created: nil, seen: seen)
    }

    private func verdict(
        _ creation: CalendarCreation, _ unclaimed: [UnclaimedCalendar], others: [CalendarCreation] = [],
        listed: Double = 5
    ) -> AdoptionRule.Verdict {
        AdoptionRule.verdict(
            on: creation, emails: ["ann@example.com"], others: others + [creation], unclaimed: unclaimed,
            listBegan: Self.at(listed), listEnded: Self.at(listed + 1))
    }

    @Test func `What this call alone can have made is adopted`() {
        #expect(verdict(Self.creation(), [Self.calendar()]) == .adopt("u-1"))
        #expect(verdict(Self.creation("cal_1", .v1), [Self.old()]) == .adopt("u-1"))
        // Calls that cannot have made it do not matter.
        let others = [
            Self.creation("cal_2", .v2, .microsoft), Self.creation("cal_3", began: 7), Self.creation("cal_4", .v1),
        ]
        #expect(verdict(Self.creation(), [Self.calendar()], others: others) == .adopt("u-1"))
        #expect(
            verdict(Self.creation("cal_1", .v1), [Self.old()], others: [Self.creation("cal_2", .v1, raw: "raw-2")])
                == .adopt("u-1"))
        // Neither does what is older.
        let older = [Self.calendar("u-2", seen: -5), Self.calendar("u-3", created: -3600), Self.calendar()]
        #expect(verdict(Self.creation(), older) == .adopt("u-1"))
    }

    @Test func `Whatever else it may be keeps it from being adopted`() {
        // Another call of that platform, of whatever tenant and address, that began before it was seen.
        for other in [Self.creation("cal_2"), Self.creation("cal_2", raw: "raw-2", began: 3)] {
            #expect(verdict(Self.creation(), [Self.calendar()], others: [other]) == .ambiguous)
        }
        // An erased tenant's, whose raw id is not known any more.
        #expect(
            verdict(Self.creation("cal_1", .v1), [Self.old()], others: [Self.creation("cal_2", .v1, raw: "")])
                == .ambiguous)
        // A second calendar.
        #expect(verdict(Self.creation(), [Self.calendar(), Self.calendar("u-2", email: "x@y.z")]) == .ambiguous)
        // Calendars that differ from the result.
        for odd in [
            Self.calendar(email: "bob@example.com"), Self.calendar(email: nil), Self.calendar(platform: nil),
            Self.calendar(created: nil), Self.calendar(created: -120), Self.calendar(created: 300),
        ] {
            #expect(verdict(Self.creation(), [odd]) == .ambiguous, "\(odd)")
        }
        // Version 1 has no times: without a list from before the call it may be older.
        #expect(verdict(Self.creation("cal_1", .v1, listedBefore: false), [Self.old()]) == .ambiguous)
        // A list after the call's end has not held it: it came later.
        #expect(verdict(Self.creation(absent: 100), [Self.calendar()], listed: 500) == .ambiguous)
    }

    @Test func `Two lists, five minutes apart and after the call's end, show that nothing was made`() {
        #expect(verdict(Self.creation(), [], listed: 59) == .absent(since: nil))
        #expect(verdict(Self.creation(), [], listed: 60) == .absent(since: Self.at(61)))
        #expect(verdict(Self.creation(absent: 61), [], listed: 360) == .absent(since: Self.at(61)))
        #expect(verdict(Self.creation(absent: 61), [], listed: 361) == .nothingMade)
        // A calendar that cannot be the result does not matter; one that may be does, however long the call takes.
        for other in [Self.calendar(platform: "microsoft"), Self.calendar(seen: -1), Self.calendar(created: -700)] {
            #expect(verdict(Self.creation(absent: 61), [other], listed: 400) == .nothingMade, "\(other)")
        }
        #expect(
            verdict(Self.creation("cal_1", .v1, absent: 61), [Self.old(raw: "raw-2")], listed: 400) == .nothingMade)
        #expect(
            verdict(Self.creation(absent: 61), [Self.calendar(email: "bob@example.com")], listed: 9_000_000)
                == .ambiguous)
    }
}
