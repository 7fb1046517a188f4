import ArgumentParser
import Gateway

/// A command that does not exist. The parser calls it an unexpected argument, and shows the usage of the wrong command.
struct UnknownCommand {
    let description: String

    /// - Parameter arguments: without the program's name.
    /// - Returns: nil when the arguments begin with a known command, or with an option.
    init?(in arguments: [String], of root: any ParsableCommand.Type) {
        var (path, command) = (root._commandName, root)
        for argument in arguments {
            let known = Dictionary(
                command.configuration.subcommands.map { ($0._commandName, $0) }, uniquingKeysWith: { first, _ in first }
            )
            if known.isEmpty || argument.hasPrefix("-") || argument == "help" { return nil }
            guard let next = known[argument] else {
                let near = Spelling.nearest(to: argument, in: known.keys).map { " Did you mean \($0)?" } ?? ""
                description =
                    "\(path) has no command \(argument).\(near) Its commands: \(known.keys.sorted().joined(separator: ", "))."
                return
            }
            (path, command) = ("\(path) \(argument)", next)
        }
        return nil
    }
}
