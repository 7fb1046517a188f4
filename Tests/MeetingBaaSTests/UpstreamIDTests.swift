import MeetingBaaS
import Testing

struct UpstreamIDTests {
    @Test func `A UUID in lower case is an id`() {
        #expect(UpstreamID.isUUID("123e4567-e89b-12d3-a456-426614174000"))
    }

    @Test(arguments: [
        "", "123E4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000",
        "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-4266141740000",
        "123e4567-e89b-12d3-a456-42661417400g", "123e4567-e89b-12d3a-456-426614174000",
        "{123e4567-e89b-12d3-a456-42661417400}", "123e4567-e89b-12d3-a456-4266141740é",
    ])
    func `Anything else is none`(text: String) {
        #expect(!UpstreamID.isUUID(text))
    }
}
