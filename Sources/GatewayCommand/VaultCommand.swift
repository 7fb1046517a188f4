import ArgumentParser
import Sealing

struct VaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault", abstract: "Keys of the vault.", subcommands: [GenerateKey.self])

    struct GenerateKey: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a fresh master key: 32 random bytes in base64.",
            discussion: """
                Put it into GATEWAY_MASTER_KEY, or into a file that GATEWAY_MASTER_KEY_FILE names, and keep a copy where
                the database's backups are not: what it sealed opens with nothing else.
                """)

        func run() throws { print(Base64.encode(SecretKey.random().reveal())) }
    }
}
