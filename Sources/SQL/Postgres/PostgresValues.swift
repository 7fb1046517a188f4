#if Postgres
    import CLibPQ

    /// The bound values of a statement, in PostgreSQL's binary format.
    struct PostgresValues {
        /// Object ids of types; 0 for null, whose type the server infers.
        private(set) var types: [UInt32] = []
        private(set) var lengths: [Int32] = []
        private(set) var formats: [Int32] = []
        private var bytes: [UInt8] = []
        /// Positions in `bytes`; -1 for null.
        private var starts: [Int] = []

        init(_ values: [Value]) {
            for value in values {
                switch value {
                case .null: add(0, -1..<(-1))
                case .integer(let number):
                    let start = bytes.count
                    for shift in stride(from: 56, through: 0, by: -8) {
                        bytes.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
                    }
                    add(PostgresType.int8, start..<bytes.count)
                case .text(let text):
                    let start = bytes.count
                    bytes.append(contentsOf: text.utf8)
                    add(PostgresType.text, start..<bytes.count)
                case .blob(let blob):
                    let start = bytes.count
                    bytes.append(contentsOf: blob)
                    add(PostgresType.bytea, start..<bytes.count)
                }
            }
            // An empty buffer has no address, and a null pointer means null.
            bytes.append(0)
        }

        private mutating func add(_ type: UInt32, _ range: Range<Int>) {
            types.append(type)
            lengths.append(Int32(range.count))
            formats.append(1)
            starts.append(range.lowerBound)
        }

        func withPointers<T>(_ body: ([UnsafePointer<CChar>?]) throws -> T) rethrows -> T {
            try unsafe bytes.withUnsafeBytes { buffer in
                let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                return try unsafe body(starts.map { start in unsafe start < 0 ? nil : base.map { unsafe $0 + start } })
            }
        }
    }

    /// Object ids of built-in types. Source: `pg_type.dat` of PostgreSQL.
    enum PostgresType {
        static let bool: UInt32 = 16
        static let bytea: UInt32 = 17
        static let name: UInt32 = 19
        static let int8: UInt32 = 20
        static let int2: UInt32 = 21
        static let int4: UInt32 = 23
        static let text: UInt32 = 25
        static let varchar: UInt32 = 1043
        static let void: UInt32 = 2278
        static let unknown: UInt32 = 705
    }

    /// One result of a pipeline.
    @safe final class PostgresResult {
        private let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }
        deinit { unsafe PQclear(pointer) }

        private var status: ExecStatusType { unsafe PQresultStatus(pointer) }
        /// The answer to `sync()`.
        var isSync: Bool { status == PGRES_PIPELINE_SYNC }
        /// The statement was skipped: one before it failed.
        var isSkipped: Bool { status == PGRES_PIPELINE_ABORTED }
        var isError: Bool { status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE }
        var report: PostgresReport { unsafe PostgresReport(pointer) }

        /// The rows that a statement inserted, changed or deleted.
        var rowsChanged: Int64 {
            // That of a `SELECT` counts what it returns.
            guard let command = unsafe PQcmdStatus(pointer), let count = unsafe PQcmdTuples(pointer),
                unsafe !String(cString: command).hasPrefix("SELECT")
            else { return 0 }
            return Int64(unsafe String(cString: count)) ?? 0
        }

        var columns: Columns {
            let count = unsafe PQnfields(pointer)
            return Columns((0..<count).map { unsafe String(cString: PQfname(pointer, $0)) })
        }

        /// - Throws: `SQLError.statement` for a column of another type than text, integer, boolean or bytes.
        func rows(_ columns: Columns, of statement: String) throws -> [Row] {
            let (count, fields) = unsafe (PQntuples(pointer), PQnfields(pointer))
            let types = (0..<fields).map { unsafe PQftype(pointer, $0) }
            return try (0..<count).map { row in
                Row(columns: columns, values: try (0..<fields).map { try value(row, $0, types[Int($0)], statement) })
            }
        }

        private func value(_ row: Int32, _ field: Int32, _ type: UInt32, _ statement: String) throws -> Value {
            let isNull = unsafe PQgetisnull(pointer, row, field)
            if isNull == 1 { return .null }
            let count = Int(unsafe PQgetlength(pointer, row, field))
            let bytes = unsafe UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, field), count: count)
            switch type {
            case PostgresType.int8: return .integer(unsafe Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
            case PostgresType.int4:
                return .integer(Int64(unsafe Int32(bigEndian: bytes.loadUnaligned(as: Int32.self))))
            case PostgresType.int2:
                return .integer(Int64(unsafe Int16(bigEndian: bytes.loadUnaligned(as: Int16.self))))
            case PostgresType.bool: return .integer(unsafe bytes.first == 0 ? 0 : 1)
            case PostgresType.bytea: return .blob(unsafe Array(bytes))
            case PostgresType.text, PostgresType.varchar, PostgresType.name, PostgresType.unknown:
                return .text(unsafe String(decoding: bytes, as: UTF8.self))
            case PostgresType.void: return .null
            default: throw SQLError.statement("a column of the type \(type), which must be cast, in: \(statement)")
            }
        }
    }
#endif
