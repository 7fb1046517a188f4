import CoreMetrics
import HTTPTypes
import MeetingBaaS
import OAuth
import Support
import Testing

@testable import Gateway

/// The metrics as handles, and their text.
@Suite struct PrometheusFactoryTests {
    private static let route = "/api/v1/calendars/{id}"

    /// Records what Tests/Fixtures/metrics/recorded.txt holds.
    private func record(in factory: PrometheusFactory) throws {
        let requests = RequestMetrics(factory)
        requests.route(.get, Self.route).record(.ok, took: .milliseconds(3), broken: nil)
        requests.route(.get, Self.route).record(.ok, took: .milliseconds(5), broken: nil)
        requests.route(.get, Self.route).record(.notFound, took: .microseconds(700), broken: nil)
        requests.route(.get, Self.route).record(.ok, took: .milliseconds(31), broken: .gateway)
        let brew = try #require(HTTPRequest.Method("BREW"))
        requests.route(brew, nil).record(.notFound, took: .seconds(60), broken: nil)
        for code in ["headers_too_large", "headers_too_large", "malformed"] { requests.refused.count(code) }
        MetricFamily.closedConnections.counter(["idle"], factory).increment()
        let upstream = UpstreamMetrics(factory)
        upstream.upstreamCall(UpstreamOperation.V2.createBot, "ok", .milliseconds(120))
        upstream.upstreamCall(UpstreamOperation.V2.createBot, "timeout", .seconds(30))
        upstream.upstreamCall(UpstreamOperation.V1.listCalendars, "ok", .milliseconds(2500))
        ProviderMetrics(factory).record(.google, .refresh, nil, took: .milliseconds(80))
        let webhooks = CounterSet(.webhooks, factory: factory)
        for outcome in ["bound", "a\"b\\c\nd"] { webhooks.count(outcome) }
        let deliveries = DeliveryMetrics(factory)
        deliveries.record(204, took: .milliseconds(12))
        deliveries.record(nil, took: .milliseconds(10_000))
        JobMetrics(JobKind("replay", priority: .normal, mayBeGivenUp: true), factory).done.increment()
        JobMetrics(JobKind("delete_user", priority: .normal, mayBeGivenUp: false), factory).failed.increment()
    }

    @Test func `Names, labels, help texts, buckets and order are those that dashboards know`() throws {
        let factory = PrometheusFactory()
        try record(in: factory)
        let expected = String(decoding: try Fixture.data("metrics/recorded.txt"), as: UTF8.self)
        let (lines, known) = (
            factory.text(MetricFamily.all).split(separator: "\n"), expected.split(separator: "\n")
        )
        for (line, known) in zip(lines, known) { #expect(line == known) }
        #expect(lines.count == known.count)
    }

    @Test func `The text keeps the rules of the format, and each value comes back out of it`() throws {
        let factory = PrometheusFactory()
        try record(in: factory)
        let read = try Exposition(factory.text(MetricFamily.all))
        #expect(read.families.map(\.name) == MetricFamily.all.map(\.name))
        #expect(read.families.map(\.help) == MetricFamily.all.map(\.help))
        for family in MetricFamily.all {
            for sample in read[family.name]?.samples ?? [] {
                #expect(Set(sample.labels.keys).subtracting(["le"]) == Set(family.labels))
            }
        }
        let webhooks = try #require(read["gateway_webhooks_received_total"])
        #expect(webhooks.samples.map { $0.labels["outcome"] } == ["a\"b\\c\nd", "bound"], "escaped, in a fixed order")
    }

    @Test(arguments: [
        "a 1", "# TYPE a counter\n# TYPE a counter\n", "# HELP a b\n# TYPE c counter\n", "# TYPE a counter\nb 1\n",
        "# TYPE a counter\na 1\na 2\n", "# TYPE a counter\na{b=\"\"c\"} 1\n", "# TYPE a counter\na{b=\"\n\"} 1\n",
        "# TYPE a counter\na{b=\"\\x\"} 1\n", "# TYPE a counter\na x\n",
        "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n",
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        "# TYPE a histogram\na_bucket{le=\"2\"} 0\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    ])
    func `The reader that these tests use notices each broken rule`(text: String) {
        #expect(throws: Exposition.Violation.self) { try Exposition(text) }
    }

    @Test func `Values recorded at the same time are all counted`() async throws {
        let factory = PrometheusFactory()
        let (threads, each) = (8, 5_000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<threads {
                group.addTask {
                    // Each makes its own handles of the same series.
                    let set = CounterSet(.refusedRequests, factory: factory)
                    let work = TimedOutcomes(.deliveries, .deliverySeconds, factory: factory)
                    for number in 0..<each {
                        set.count("code \(number % 20)")
                        work.record("2xx", took: .milliseconds(number % 2 == 0 ? 1 : 40_000))
                    }
                    // So many that a lost one would be seen: with fewer the threads hardly meet.
                    let counter = MetricFamily.jobs.counter(["replay", "done"], factory)
                    for _ in 0..<200_000 { counter.increment() }
                }
            }
        }
        let read = try Exposition(factory.text(MetricFamily.all))
        let codes = try #require(read["gateway_http_refused_total"]).samples
        #expect(codes.count == 20 && codes.allSatisfy { $0.value == Double(threads * each / 20) })
        #expect(read["gateway_delivery_attempts_total"]?.samples.map(\.value) == [Double(threads * each)])
        let seconds = try #require(read["gateway_delivery_attempt_duration_seconds"]).samples
        #expect(seconds.first?.value == Double(threads * each / 2))
        #expect(seconds.last?.value == Double(threads * each))
        let sum = try #require(seconds.first { $0.name.hasSuffix("_sum") }?.value)
        #expect(abs(sum - Double(threads * each / 2) * 40.001) < 1)
        #expect(read["gateway_jobs_total"]?.samples.map(\.value) == [Double(threads * 200_000)])
    }

    @Test func `One set serves many threads at once, also while it learns its values`() async throws {
        for _ in 0..<50 {
            let factory = PrometheusFactory()
            let set = CounterSet(.webhooks, factory: factory)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { for number in 0..<CounterSet.limit { set.count("\(number)") } }
                }
            }
            let samples = try Exposition(factory.text([.webhooks])).families[0].samples
            #expect(samples.count == CounterSet.limit && samples.allSatisfy { $0.value == 4 })
        }
    }

    @Test func `A label that takes any value fills neither the text nor the memory`() throws {
        let factory = PrometheusFactory()
        let set = CounterSet(.webhooks, factory: factory)
        for number in 0..<1_000 { set.count("\(number)") }
        var samples = try Exposition(factory.text([.webhooks])).families[0].samples
        #expect(samples.count == CounterSet.limit + 1)
        #expect(samples.first { $0.labels["outcome"] == "other" }?.value == Double(1_000 - CounterSet.limit))
        // The same below it, for whoever makes counters by hand.
        for number in 0..<2 * PrometheusFactory.seriesLimit {
            MetricFamily.jobs.counter(["\(number)", "done"], factory).increment()
        }
        samples = try Exposition(factory.text([.jobs])).families[0].samples
        #expect(samples.count == PrometheusFactory.seriesLimit + 1)
        let shared = samples.first { $0.labels == ["kind": "other", "outcome": "other"] }
        #expect(shared?.value == Double(PrometheusFactory.seriesLimit))
    }

    @Test func `Two factories know nothing of each other, and none stands for the whole process`() {
        let (one, other) = (PrometheusFactory(), PrometheusFactory())
        let empty = other.text(MetricFamily.all)
        CounterSet(.webhooks, factory: one).count("bound")
        Counter(label: "global").increment()
        #expect(one.text(MetricFamily.all) != empty && !one.text(MetricFamily.all).contains("global"))
        #expect(other.text(MetricFamily.all) == empty)
        #expect(MetricsSystem.factory is NOOPMetricsHandler)
    }

    @Test func `Each type of swift-metrics has its text`() throws {
        let factory = PrometheusFactory()
        let counter = Counter(label: "counter", dimensions: [("a", "b")], factory: factory)
        counter.increment(by: 3)
        counter.increment(by: -2)
        FloatingPointCounter(label: "floating", factory: factory).increment(by: 2.5)
        let meter = Meter(label: "meter", factory: factory)
        meter.set(5)
        meter.increment(by: 2.5)
        meter.decrement(by: 1.0)
        Gauge(label: "gauge", factory: factory).record(7)
        let recorder = Recorder(label: "recorder", factory: factory)
        recorder.record(2)
        recorder.record(2000.0)
        // The name has another type: it is recorded nowhere.
        Recorder(label: "counter", factory: factory).record(1)
        var read = try Exposition(factory.text([]))
        #expect(read.families.map(\.name) == ["counter", "floating", "gauge", "meter", "recorder"])
        #expect(read.families.map(\.type) == ["counter", "counter", "gauge", "gauge", "histogram"])
        let single = read.families.prefix(4).map(\.samples)
        #expect(single.map { $0.map(\.value) } == [[3], [2], [7], [6.5]], "a counter does not fall")
        #expect(read["recorder"]?.samples.last?.value == 2)
        #expect(read["recorder"]?.samples.first { $0.name == "recorder_sum" }?.value == 2002)
        counter.reset()
        meter.destroy()
        recorder.destroy()
        read = try Exposition(factory.text([]))
        #expect(read["counter"]?.samples == [] && read["meter"]?.samples == [] && read["recorder"]?.samples == [])
    }
}
