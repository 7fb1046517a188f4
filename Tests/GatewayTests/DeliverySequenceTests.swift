import Support
import Testing

@testable import Gateway

/// Random sequences of commits, outcomes, changes of endpoints and clocks, lost deliveries and stops, against the promises of
/// the delivery worker (`DeliveryModelChecks`). Nothing is sent and nothing is read.
@Suite struct DeliverySequenceTests {
    /// - Returns: the promise that was broken; nil: none.
    private func run(_ number: Int, defect: DeliveryModel.Defect? = nil) -> String? {
        var model = DeliveryModel("delivery \(number)", defect: defect)
        // In a calm sequence everything works, so that the order can be checked.
        let isCalm = number % 3 == 0
        model.readsFail = !isCalm
        for tenant in 0..<2 { model.addEndpoint(tenant: "ten_\(tenant)") }
        model.run(until: model.instant + .milliseconds(20))
        for _ in 0..<30 where model.violations.isEmpty {
            model.happen(isCalm: isCalm)
            model.check()
            let longest = [0, 2, 50, 1_000, 20_000, 90_000][Int.random(in: 0..<6, using: &model.random)]
            model.run(until: model.instant + model.milliseconds(0...longest))
        }
        if isCalm, model.violations.isEmpty {
            model.run(until: model.instant + .seconds(300))
            model.checkOrder()
        }
        if number % 4 == 1 {
            model.checkStop()
        } else if model.violations.isEmpty {
            model.checkEnd()
        }
        return model.violations.first
    }

    @Test func `The worker keeps its promises, whatever comes`() {
        SeededGenerator.announce("delivery")
        for number in 0..<(setting("GATEWAY_DELIVERY_SEQUENCES") ?? 800) {
            guard let broken = run(number) else { continue }
            Issue.record("sequence \(number): \(broken)")
            return
        }
    }

    @Test(arguments: DeliveryModel.Defect.allCases) func `A broken promise is found`(defect: DeliveryModel.Defect) {
        let found = (0..<300).lazy.compactMap { run($0, defect: defect) }.first
        #expect(found != nil)
    }
}
