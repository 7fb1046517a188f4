#if Postgres
    /// The statements that a connection has prepared on the server, by their text and the types of their values.
    struct PostgresStatements {
        /// Statements that are kept. Others are run without: libpq 15 cannot close one, and a pooler knows no `DEALLOCATE`.
        private static let limit = 512

        /// A statement whose answer is still to be read.
        struct Sent {
            let text: String
            /// Results that come before its own: of `PREPARE`.
            let extra: Int
            let key: Key?
        }

        struct Answer {
            let rows: [Row]
            let rowsChanged: Int64
        }

        struct Key: Hashable {
            let text: String
            let types: [UInt32]
        }

        private struct Prepared {
            let name: String
            let numbered: String
            var columns: Columns?
        }

        private var prepared: [Key: Prepared] = [:]
        private var uses: UInt64 = 0
        /// Part of the names: after `forgetAll()` the server may still know the former ones.
        private var epoch = 0

        mutating func send(_ query: Query, on link: PostgresLink, prepares: Bool) throws -> Sent {
            let values = PostgresValues(query.values)
            let key = Key(text: query.text, types: values.types)
            guard prepares, prepared[key] != nil || prepared.count < Self.limit else {
                try link.execute(nil, Self.numbered(query.text), values)
                return Sent(text: query.text, extra: 0, key: nil)
            }
            if let known = prepared[key] {
                try link.execute(known.name, known.numbered, values)
                return Sent(text: query.text, extra: 0, key: key)
            }
            let made = Prepared(name: name(key), numbered: Self.numbered(query.text), columns: nil)
            uses += 1
            prepared[key] = made
            try link.prepare(made.name, made.numbered, types: values.types)
            try link.execute(made.name, made.numbered, values)
            return Sent(text: query.text, extra: 1, key: key)
        }

        /// - Throws: `SQLError` of the statement. All its results are read then, unless the link is closed.
        mutating func receive(
            _ sent: Sent, on link: PostgresLink, by deadline: ContinuousClock.Instant, _ keys: PostgresUniqueKeys
        ) throws -> Answer {
            var failure: SQLError?
            var answer = Answer(rows: [], rowsChanged: 0)
            for index in 0...sent.extra {
                while let result = try link.next(by: deadline) {
                    if result.isError {
                        failure = failure ?? SQLError(postgres: result.report, statement: sent.text, key: keys.key)
                    } else if result.isSkipped {
                        failure = failure ?? SQLError.statement("a statement before it failed: \(sent.text)")
                    } else if index == sent.extra, failure == nil {
                        let known = sent.key.flatMap { prepared[$0]?.columns }
                        let columns = known ?? result.columns
                        if known == nil, let key = sent.key { prepared[key]?.columns = columns }
                        do {
                            answer = Answer(
                                rows: try result.rows(columns, of: sent.text), rowsChanged: result.rowsChanged)
                        } catch let error as SQLError { failure = error }
                    }
                }
            }
            if let failure {
                // It may not have been prepared.
                if let key = sent.key, sent.extra > 0 { prepared[key] = nil }
                throw failure
            }
            return answer
        }

        /// Prepares all statements again under new names.
        mutating func forgetAll() {
            prepared = [:]
            epoch += 1
        }

        /// The text with `$1`, `$2`, … in place of each `?`.
        static func numbered(_ text: String) -> String {
            var result: [UInt8] = []
            result.reserveCapacity(text.utf8.count + 16)
            var number = 0
            for byte in text.utf8 {
                guard byte == UInt8(ascii: "?") else {
                    result.append(byte)
                    continue
                }
                number += 1
                result.append(contentsOf: "$\(number)".utf8)
            }
            return String(decoding: result, as: UTF8.self)
        }

        /// A name of at most 63 bytes: a hash (FNV-1a) of the text and the types, and the count of a use, which no other has.
        private func name(_ key: Key) -> String {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            for byte in key.text.utf8 { add(byte) }
            for type in key.types {
                for shift in stride(from: 0, to: 32, by: 8) { add(UInt8(truncatingIfNeeded: type >> shift)) }
            }
            return "g\(String(hash, radix: 36))_\(epoch)_\(uses)"
        }
    }
#endif
