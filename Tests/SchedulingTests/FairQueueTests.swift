import Scheduling
import Testing

@Suite struct FairQueueTests {
    @Test func `A lane with much to do holds nobody up`() {
        var queue = FairQueue<String, String>()
        for number in 0..<100 { queue.add("noisy \(number)", lane: "noisy") }
        queue.add("quiet 0", lane: "quiet")
        queue.add("quiet 1", lane: "quiet")
        let first = (0..<4).compactMap { _ in queue.next() }
        #expect(first == ["noisy 0", "quiet 0", "noisy 1", "quiet 1"])
        #expect(queue.count == 98)
    }

    @Test func `Items of one lane keep their order, and all come out once`() {
        var queue = FairQueue<Int, Int>()
        for number in 0..<60 { queue.add(number, lane: number % 3) }
        var seen: [Int: [Int]] = [:]
        while let item = queue.next() { seen[item % 3, default: []].append(item) }
        #expect(queue.isEmpty)
        for lane in 0..<3 { #expect(seen[lane] == Array(stride(from: lane, to: 60, by: 3))) }
    }

    @Test func `What costs more is served more seldom`() {
        var queue = FairQueue<String, String>(quantum: 1)
        for _ in 0..<10 {
            queue.add("dear", lane: "dear", cost: 3)
            queue.add("cheap", lane: "cheap")
        }
        let first = (0..<8).compactMap { _ in queue.next() }
        #expect(first.count { $0 == "dear" } == 2 && first.count { $0 == "cheap" } == 6, "\(first)")
    }

    @Test func `A lane is there while something of it waits`() {
        var queue = FairQueue<String, Int>()
        #expect(!queue.contains("a") && queue.isEmpty && queue.count == 0)
        queue.add(1, lane: "a")
        #expect(queue.contains("a") && !queue.contains("b") && queue.count == 1)
        let item = queue.next()
        #expect(item == 1 && !queue.contains("a"))
        queue.add(2, lane: "a")
        queue.remove { $0 == 2 }
        #expect(!queue.contains("a") && queue.isEmpty)
    }

    @Test func `How many are served first is told before one is added`() {
        var queue = FairQueue<String, Int>()
        for number in 0..<10 { queue.add(number, lane: "a") }
        queue.add(10, lane: "b")
        #expect(queue.ahead(of: "c") == 2)
        #expect(queue.ahead(of: "b") == 3)
        #expect(queue.ahead(of: "a") == 11)
        let gone = queue.remove { $0 < 9 }
        let rest = (0..<3).map { _ in queue.next() }
        #expect(gone.count == 9 && rest == [9, 10, nil])
    }

    // With an array, or with a copy of the lane, each of these would move all the others: minutes.
    @Test(.timeLimit(.minutes(5))) func `A long lane is served as quickly as a short one`() {
        var queue = FairQueue<String, [Int]>()
        for number in 0..<100_000 { queue.add([number], lane: "long") }
        for number in 0..<100_000 where queue.next() != [number] { Issue.record("\(number) is not next") }
        #expect(queue.isEmpty && queue.next() == nil)
    }
}
