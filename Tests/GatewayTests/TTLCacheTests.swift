import Testing

@testable import Gateway

struct TTLCacheTests {
    @Test func `What was read before its row was written is not kept, and another's is`() async throws {
        let memory = TTLCache<String, Int>(life: .seconds(60))
        // While it is read, somebody writes it.
        var others = 0
        for number in 0..<8 {
            _ = try await memory.value("other \(number)") {
                memory.forget("a")
                return number
            }
            if memory.known("other \(number)") == number { others += 1 }
        }
        // One that shares a slot with it is read again.
        #expect(others >= 1)
        let old = try await memory.value("a") {
            memory.forget("a")
            return 1
        }

        #expect(old == 1 && memory.known("a") == nil)
        let new = try await memory.value("a") { 2 }
        #expect(new == 2 && memory.known("a") == 2)
        memory.note("b", 3)
        memory.forget("a")
        #expect(memory.known("a") == nil && memory.known("b") == 3)
        _ = try await memory.value("a") {
            memory.forget()
            return 4
        }
        #expect(memory.known("a") == nil && memory.known("b") == nil)
    }
}
