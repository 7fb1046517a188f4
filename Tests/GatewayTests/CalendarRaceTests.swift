import JSONValue
import MeetingBaaS
import OAuth
import Support
import Synchronization
import Testing

@testable import Gateway

/// Two to five tenants create calendars at once, with lost, slow, failing, late and doubled calls, spoofed and shared
/// addresses, shared accounts and second keys. A calendar always belongs to its creator or has no owner.
struct CalendarRaceTests {
    private struct Party: Sendable {
        let connection: Connection
        let account: String
        let team: String
    }

    private typealias Maker = SimulatedMeetingBaaS.Maker

    /// The number of seeds; more in a long run.
    private static let seeds = setting("CALENDAR_RACE_SEEDS") ?? 24

    @Test(.timeLimit(.minutes(5)), arguments: 1...seeds)
    func `Every calendar ends with who made it, or with nobody`(seed: Int) async throws {
        var random = SeededGenerator("calendar race \(seed)")
        let version = seed.isMultiple(of: 2) ? APIVersion.v1 : .v2
        let names = Array(["a", "b", "c", "d", "e"].prefix(Int.random(in: 2...5, using: &random)))
        // Some have an account of their own, and of these some are second keys of one team.
        var teams: [String: String] = [:]
        for name in names where Int.random(in: 0..<3, using: &random) == 0 {
            teams["ten_\(name)"] = ["shared", "ten_\(name)", "common"].randomElement(using: &random)
        }
        let place = try await AdoptionPlace(version, teams: teams)
        var parties: [Party] = []
        for name in names {
            try await place.tenant(name)
            let id = "ten_\(name)"
            for user in ["x", "y"] {
                let provider = ProviderName.allCases.randomElement(using: &random) ?? .google
                let email = ["ann@example.com", "team@example.com"].randomElement(using: &random) ?? ""
                parties.append(
                    Party(
                        connection: try await place.connection(name, user, provider, email: email),
                        account: teams[id] == nil ? Account.sharedID : id, team: teams[id] ?? Account.sharedID))
            }
        }
        let withdrawn = Mutex(Set<Maker>())
        for wave in 0..<3 {
            try await run(wave, parties, place, &random)
            try await check(place, withdrawn.withLock { $0 }, "seed \(seed), wave \(wave)")
            // A deletion of a calendar that does not exist yet.
            for calendar in try await place.calendars().filter({ $0.calendarID == nil && $0.status == "creating" })
            where Int.random(in: 0..<4, using: &random) == 0 {
                withdrawn.withLock {
                    _ = $0.insert(
                        Maker(tenant: calendar.tenant, user: calendar.user, raw: calendar.rawCalendarID))
                }
                try await place.delete(calendar)
            }
            if Bool.random(using: &random) { place.upstream.finishLateCalls() }
            var passed = 0.0
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let pauses: [Double] = [20, 70, 310]
                let pause = pauses[Int.random(in: 0..<pauses.count, using: &random)]
                // Nothing takes longer than the time between the two lists.
                passed += pause
                if passed > 250 { place.upstream.finishLateCalls() }
                place.clock.move(seconds: pause)
                place.upstream.failLists(Int.random(in: 0...1, using: &random))
                try await place.watch.round(all: Bool.random(using: &random))
                try await check(place, withdrawn.withLock { $0 }, "seed \(seed), round after wave \(wave)")
            }
            place.upstream.finishLateCalls()
        }
        // The operator deletes what is left over; then everything settles.
        place.upstream.failLists(0)
        let service = UnclaimedCalendarService(database: place.database, adoption: place.adoption)
        for _ in 0..<4 {
            place.clock.move(seconds: 400)
            try await place.watch.round(all: true)
            try await check(place, withdrawn.withLock { $0 }, "seed \(seed), at the end")
            let known = Set(try await place.calendars().compactMap(\.calendarID))
            for item in try await service.list(after: nil, limit: 1000) {
                #expect(!known.contains(item.calendar.id), "seed \(seed): what has an owner is not listed")
                withdrawn.withLock { withdrawn in
                    if let maker = place.upstream.maker(of: item.calendar.id) { withdrawn.insert(maker) }
                }
                try await service.delete(item.calendar.id)
            }
        }
        #expect(try await place.creations().isEmpty, "seed \(seed): every outcome is known in the end")
        #expect(try await place.calendars().allSatisfy { $0.calendarID != nil }, "seed \(seed)")
        await place.close()
    }

    /// All create at once, again and again.
    private func run(
        _ wave: Int, _ parties: [Party], _ place: AdoptionPlace, _ random: inout SeededGenerator
    ) async throws {
        var calls: [(Party, String, SimulatedMeetingBaaS.Behaviour, Duration)] = []
        for (number, party) in parties.enumerated() {
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                // Own calendars, and one that several people see.
                let raw = ["own-\(number)", "more-\(number)", "shared"].randomElement(using: &random) ?? ""
                let behaviour = SimulatedMeetingBaaS.Behaviour.allCases.randomElement(using: &random) ?? .prompt
                calls.append((party, raw, behaviour, .milliseconds(Int.random(in: 0...3, using: &random))))
            }
        }
        place.upstream.failLists(Int.random(in: 0...2, using: &random))
        await withTaskGroup(of: Void.self) { group in
            for (party, raw, behaviour, pause) in calls {
                group.addTask {
                    do {
                        let (calendar, _) = try await place.create(
                            party.connection, raw: raw, account: party.account, team: party.team, behaviour,
                            pause: pause)
                        #expect(calendar.tenant == party.connection.tenant && calendar.user == party.connection.user)
                    } catch is UpstreamError {
                    } catch let problem as Problem {
                        let allowed: Set<Problem.Code> = [.conflict, .calendarAlreadyConnected, .notFound]
                        #expect(allowed.contains(problem.code), "\(problem)")
                    } catch {
                        Issue.record(error)
                    }
                }
            }
        }
    }

    /// - Parameter withdrawn: whose owners wanted them deleted.
    private func check(_ place: AdoptionPlace, _ withdrawn: Set<Maker>, _ what: String) async throws {
        let makers = Dictionary(
            uniqueKeysWithValues: (place.upstream.calendars + place.upstream.deleted).map {
                ($0.calendar.id, $0.maker)
            })
        for calendar in try await place.calendars() {
            guard let id = calendar.calendarID else { continue }
            let owner = Maker(tenant: calendar.tenant, user: calendar.user, raw: calendar.rawCalendarID)
            #expect(makers[id] == owner, "\(what): \(owner) has the calendar of \(String(describing: makers[id]))")
        }
        for gone in place.upstream.deleted {
            let isWanted = gone.maker.map { !withdrawn.contains($0) } ?? true
            #expect(!isWanted, "\(what): the calendar of \(String(describing: gone.maker)) was deleted")
        }
    }
}
