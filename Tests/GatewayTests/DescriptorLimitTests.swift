import Testing

@testable import Gateway

struct DescriptorLimitTests {
    @Test func `A quarter of the descriptors, and 32 at least, are left for everything else`() {
        #expect(DescriptorLimit.connections(setting: 4096, descriptors: 64) == 32)
        #expect(DescriptorLimit.connections(setting: 4096, descriptors: 100) == 68)
        #expect(DescriptorLimit.connections(setting: 4096, descriptors: 1024) == 768)
        #expect(DescriptorLimit.connections(setting: 4096, descriptors: 1 << 20) == 4096)
        #expect(DescriptorLimit.connections(setting: 16, descriptors: 64) == 16)
        #expect(DescriptorLimit.refusal(descriptors: 64) == nil)
        #expect(DescriptorLimit.refusal(descriptors: 63)?.contains("may open 63 files") == true)
    }
}
