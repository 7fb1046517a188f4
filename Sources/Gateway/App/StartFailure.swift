import Foundation
import NIOCore
import SQL

/// A failed start in one line: the setting, what is wrong with it, and what to do.
public struct StartFailure: CustomStringConvertible {
    public let description: String

    public init(_ error: any Error, _ settings: GatewayConfiguration) {
        let address = "\(settings.host.contains(":") ? "[\(settings.host)]" : settings.host):\(settings.port)"
        let database = settings.databaseFile.map { "GATEWAY_DATABASE_URL: \($0)" }
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            description = "GATEWAY_PORT: \(address) is taken by another process. Stop that one, or set another port"
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            description =
                "GATEWAY_HOST: \(settings.host) is no address of this machine. 127.0.0.1 takes connections of this machine "
                + "alone, 0.0.0.0 and :: take all"
        case let error as IOError where error.errnoCode == EACCES:
            description = "GATEWAY_PORT: this user may not listen on \(address). Set a port above 1023"
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            description = "GATEWAY_HOST: no address is known for \(settings.host). Give an IP address"
        case let error as CocoaError:
            let path = error.filePath ?? error.url?.path ?? ""
            let reason = (error.underlying as? POSIXError).map { Self.text($0.code.rawValue) } ?? "it cannot be made"
            description =
                "GATEWAY_DATABASE_URL: the folder \(path) cannot be made: \(reason). Make it, and give it to the user that "
                + "runs the gateway"
        case SQLError.unavailable(.readOnly, _):
            description =
                database.map { "\($0) is read-only for this user. The file and its folder must be writable" }
                ?? "GATEWAY_DATABASE_URL: the server takes no writes (a standby, or default_transaction_read_only)"
        case SQLError.unavailable(.cannotOpen, _) where database != nil:
            description = "\(database ?? "") cannot be opened. Is its folder there, and may this user write in it?"
        case SQLError.migration: description = "\(error)"
        case let error as SQLError where database != nil:
            description = "\(database ?? ""): \(error)"
        default: description = "\(error)"
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
