/// The events every calendar begins with, relative to now.
enum Seeds {
    /// - Parameter generation: 0 for the first calendar made of this raw calendar in this run. A calendar that is made
    ///   again gets other ids, as at the vendor.
    static func events(of raw: RawCalendar, platform: Platform, generation: Int, now: Moment) -> [String: CalendarEvent]
    {
        let owner = raw.email
        let ids = Ids(owner: owner, platform: platform.rawValue, raw: raw.id, generation: generation)
        let own = platform.meeting
        // Meetings begin at the quarter hours.
        let base = Moment(milliseconds: (now.milliseconds + 899_999) / 900_000 * 900_000)
        let hour = 3600
        let day = 24 * hour
        let colleagues = ["bob@example.com", "chris@northwind.example"]
        var events: [CalendarEvent] = []
        func add(
            _ number: Int, _ title: String, at seconds: Int, link: String?, organizer: String, series: Int? = nil,
            status: String = "confirmed"
        ) {
            let start = base.adding(seconds)
            let guests = ([owner] + colleagues).map { email in
                let response = email == organizer || email == owner ? "accepted" : "needsAction"
                return CalendarEvent.Attendee(email: email, name: People.name(of: email), response: response)
            }
            events.append(
                CalendarEvent(
                    id: ids.uuid("event", number), seriesID: ids.uuid("series", series ?? number),
                    recurring: series != nil, createdAt: now, title: raw.isPrimary ? title : "Team: " + title,
                    start: start, end: start.adding(1800), status: status,
                    meetingURL: link.map { Seeds.link($0, ids.uuid("link", series ?? number)) }, organizer: organizer,
                    attendees: guests, updatedAt: now))
        }
        add(1, "Product review", at: hour, link: own, organizer: owner)
        add(2, "Kick-off with Northwind", at: 3 * hour, link: own, organizer: "chris@northwind.example")
        add(3, "Sales demo", at: day, link: "zoom", organizer: owner)
        add(4, "Partner sync", at: day + 2 * hour, link: "teams", organizer: "bob@example.com")
        for week in 0..<4 {
            add(5 + week, "Weekly planning", at: (2 + 7 * week) * day, link: own, organizer: owner, series: 5)
        }
        add(9, "Focus time", at: 5 * hour, link: nil, organizer: owner)
        add(10, "Retrospective", at: 6 * hour, link: own, organizer: owner, status: "cancelled")
        add(11, "Yesterday's check-in", at: -day, link: own, organizer: owner)
        return Dictionary(events.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A link of the given service, made from `seed`.
    static func link(_ service: String, _ seed: String) -> String {
        let letters = seed.utf8.filter { $0 != UInt8(ascii: "-") }.map { byte in
            Character(Unicode.Scalar(UInt8(ascii: "a") + byte % 26))
        }
        switch service {
        case "meet":
            return
                "https://meet.google.com/\(String(letters[0..<3]))-\(String(letters[3..<7]))-\(String(letters[7..<10]))"
        case "zoom":
            return "https://us02web.zoom.us/j/\(Identifiers.digits(11, from: seed))?pwd=\(String(letters[0..<8]))"
        default:
            return "https://teams.microsoft.com/l/meetup-join/19%3ameeting_\(String(letters[0..<20]))%40thread.v2/0"
        }
    }

    private struct Ids {
        let owner: String
        let platform: String
        let raw: String
        let generation: Int

        func uuid(_ kind: String, _ number: Int) -> String {
            let suffix = generation == 0 ? "" : "#\(generation)"
            return Identifiers.uuid(from: kind, owner, platform, raw, "\(number)\(suffix)")
        }
    }
}
