extension Migrator {
    /// One change of the schema. A step that has been released is never edited: its text is compared with the checksum in
    /// each database.
    ///
    /// Scripts are one text for both engines: `{int}` is a 64-bit integer, `{bytes}` a byte string, `{strict}` the table
    /// option that makes SQLite hold to its column types. Texts are compared byte by byte on both.
    public struct Step: Sendable {
        public enum Kind: Sendable, Equatable {
            /// Programs that do not know the step go on using the database.
            case expand
            /// Programs that know fewer than `oldestProgram` steps cannot use the database after the step.
            case contract(oldestProgram: Int)
        }

        public let name: String
        public let kind: Kind
        private let script: String
        /// Statements that run after `script`, for what the two engines spell too differently for one text.
        private let sqlite, postgres: String
        /// The index that the step makes and nothing else.
        let largeIndex: LargeIndex?
        let checksum: String

        public init(
            _ name: String, _ script: String, sqlite: String = "", postgres: String = "", kind: Kind = .expand
        ) {
            self.name = name
            self.kind = kind
            self.script = script
            self.sqlite = sqlite
            self.postgres = postgres
            largeIndex = nil
            checksum = Self.checksum(of: [script, sqlite, postgres].joined(separator: "\u{0}"))
        }

        /// A step that makes one index, and keeps no writer of its table waiting.
        public init(_ name: String, building index: LargeIndex) {
            self.name = name
            kind = .expand
            script = index.statement(concurrently: false)
            (sqlite, postgres) = ("", "")
            largeIndex = index
            checksum = Self.checksum(of: [script, sqlite, postgres].joined(separator: "\u{0}"))
        }

        /// The number of steps that a program must know once the step is done; 0 for an expand step.
        var oldestProgram: Int {
            switch kind {
            case .expand: 0
            case .contract(let oldestProgram): oldestProgram
            }
        }

        func scripts(for dialect: Dialect) -> [String] {
            let more =
                switch dialect {
                case .sqlite: sqlite
                case .postgres: postgres
                }
            return [Self.rendered(script, dialect)] + (more.isEmpty ? [] : [more])
        }

        static func rendered(_ script: String, _ dialect: Dialect) -> String {
            let words: [(String, String)] =
                switch dialect {
                case .sqlite: [("{int}", "INTEGER"), ("{bytes}", "BLOB"), ("{strict}", "STRICT")]
                case .postgres:
                    [("{int}", "BIGINT"), ("{bytes}", "BYTEA"), ("{strict}", ""), ("TEXT", "TEXT COLLATE \"C\"")]
                }
            return words.reduce(script) { text, word in
                text.split(separator: word.0, omittingEmptySubsequences: false)
                    .joined(separator: word.1)
            }
        }

        /// 64-bit FNV-1a of a text, as 16 hexadecimal digits. It recognises edits, not attacks: whoever can write the
        /// database can write a checksum too. Of the texts of both engines, so it is the same on each.
        /// Source: http://www.isthe.com/chongo/tech/comp/fnv/
        static func checksum(of text: String) -> String {
            let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
                (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
            let digits = String(hash, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
    }
}
