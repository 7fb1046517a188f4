import MeetingBaaS
import SQL

/// The versions in which an account is used: a bot was asked for in it, or a calendar lives there.
enum AccountVersions {
    static func used(in account: String, _ tx: any Transaction) throws -> [APIVersion] {
        try APIVersion.allCases.filter { version in
            try BotCreationStore.isAny(account: account, version, in: tx)
                || CalendarStore.isAny(account: account, version, in: tx)
        }
    }
}
