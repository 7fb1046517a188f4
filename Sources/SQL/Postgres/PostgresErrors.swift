#if Postgres
    import CLibPQ

    extension SQLError {
        /// The error that the server reports. Its message and detail quote rows, so neither is used.
        /// - Parameter statement: the statement's text; values are not in it.
        /// - Parameter key: gives the unique key that an index of a table stands for; nil when the indexes must be read anew.
        /// Source: https://www.postgresql.org/docs/15/errcodes-appendix.html
        init(postgres report: PostgresReport, statement: String, key: (_ index: String) -> UniqueKey?) {
            let subject = [report.table, report.constraint].filter { !$0.isEmpty }.joined(separator: " ")
            let text = report.state + (subject.isEmpty ? "" : ": \(subject)") + " in: \(statement)"
            switch report.state {
            case "23505":
                // Another process may have made the index: the body runs again when the indexes have been read.
                self = key(report.constraint).map { .uniqueViolation($0) } ?? .serializationFailure(text)
            case "40001", "40P01": self = .serializationFailure(text)
            // A prepared statement that the server, or a pooler's other connection, does not know any more.
            case "26000", "0A000": self = .serializationFailure(text)
            case "55P03": self = .unavailable(.locked, text)
            case "25006": self = .unavailable(.readOnly, text)
            case "53100": self = .unavailable(.diskFull, text)
            case "53200": self = .unavailable(.outOfMemory, text)
            case "53300", "57P03", "3D000", "28P01", "28000": self = .unavailable(.cannotOpen, text)
            case "57014": self = .unavailable(.timedOut, text)
            case "57P01", "57P02", "25P03", "57P05": self = .unavailable(.connectionLost, text)
            case let state where state.hasPrefix("23"): self = .otherConstraint("\(state): \(subject)")
            // The value's type or length does not fit its column; SQLite names that a constraint too.
            case let state where state.hasPrefix("22"): self = .otherConstraint("\(state): \(subject) in: \(statement)")
            case let state where state.hasPrefix("08"): self = .unavailable(.connectionLost, text)
            case let state where state.hasPrefix("58"): self = .unavailable(.inputOutput, text)
            case let state where state.hasPrefix("XX"): self = .unavailable(.corrupt, text)
            default: self = .statement(text)
            }
        }
    }

    extension SQLError {
        /// True for a statement that must be prepared again.
        var isOfPreparedStatement: Bool {
            guard case .serializationFailure(let text) = self else { return false }
            return text.hasPrefix("26000") || text.hasPrefix("0A000")
        }
    }

    /// The parts of a server's error report that are safe to show.
    struct PostgresReport: Sendable {
        /// SQLSTATE: five characters.
        let state: String
        let table: String
        let constraint: String

        /// - Parameter result: a result with the status `PGRES_FATAL_ERROR`.
        init(_ result: OpaquePointer?) {
            func field(_ code: UInt8) -> String {
                guard let text = unsafe PQresultErrorField(result, Int32(code)) else { return "" }
                return unsafe String(cString: text)
            }
            let code = field(UInt8(ascii: "C"))
            // Without a code libpq itself made the result: the connection is gone.
            state = code.isEmpty ? "08006" : code
            table = field(UInt8(ascii: "t"))
            constraint = field(UInt8(ascii: "n"))
        }
    }
#endif
