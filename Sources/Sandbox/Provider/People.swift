/// A calendar platform, spelled as v2 spells it.
enum Platform: String, Sendable {
    case google, microsoft

    /// As v1's `Provider` spells it.
    var capitalized: String { self == .google ? "Google" : "Microsoft" }

    /// The meeting service that its own events use.
    var meeting: String { self == .google ? "meet" : "teams" }
}

/// A calendar at the provider.
struct RawCalendar: Sendable {
    let id: String
    let name: String
    let email: String
    let isPrimary: Bool
}

/// The calendars that every person has at the providers: two each, derived from the e-mail address alone.
enum People {
    /// The primary calendar and "Team". Google's ids look like addresses, Microsoft's are opaque
    /// (v2 `list-raw`: "Google uses email-like IDs").
    static func calendars(of email: String, at platform: Platform) -> [RawCalendar] {
        switch platform {
        case .google:
            let team = "c_" + Identifiers.digits(24, from: "team", email) + "@group.calendar.google.com"
            return [
                RawCalendar(id: email, name: email, email: email, isPrimary: true),
                RawCalendar(id: team, name: "Team", email: email, isPrimary: false),
            ]
        case .microsoft:
            return [("Calendar", true), ("Team", false)].map { name, primary in
                let id = "AAMkAD" + Identifiers.opaque(from: "calendar", name, email) + "AAA="
                return RawCalendar(id: id, name: name, email: email, isPrimary: primary)
            }
        }
    }

    /// `Ann` for `ann@example.com`.
    static func name(of email: String) -> String {
        let local = email.split(separator: "@").first ?? ""
        return local.split { ".-_+".contains($0) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined(separator: " ")
    }
}
