import Testing

@testable import Gateway

struct RememberedTests {
    @Test func `What was read before its row was written is not kept, and another's is`() async throws {
        let memory = Remembered<String, Int>(life: .seconds(60))
        // While it is read, somebody writes it.
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
