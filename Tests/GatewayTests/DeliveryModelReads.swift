import JSONValue
import Scheduling

@testable import Gateway

/// The reads of the worker, of the model's rows.
extension DeliveryModel {
    private func backlog(_ target: Target) -> PendingDeliveries.EndpointBacklog {
        let pending = rows.values.filter { $0.endpoint == target.id && $0.status == .pending }
        return .init(
            endpoint: target.id, tenant: target.tenant,
            concurrency: target.health.failures > 0 ? 1 : target.concurrency, rate: target.rate,
            opensAt: target.health.opensAt,
            due: (0...2).map { lane in pending.filter { $0.lane == lane }.map(\.due).min() })
    }

    func tampered(_ one: PendingDeliveries.EndpointBacklog) -> PendingDeliveries.EndpointBacklog {
        guard defect == .startsTooMany else { return one }
        return .init(
            endpoint: one.endpoint, tenant: one.tenant, concurrency: one.concurrency + 2, rate: one.rate,
            opensAt: one.opensAt, due: one.due)
    }

    func scan(_ round: Machine.Round) -> Machine.Scan {
        let pending = rows.values.filter { $0.status == .pending }
        let endpoints = Set(pending.map(\.endpoint)).filter(isOpen)
        let resting = (round.scanned ?? []).subtracting(endpoints)
        return .init(
            waiting: endpoints.sorted().compactMap { targets[$0].map(backlog) },
            resting: resting.sorted().compactMap { targets[$0].map(backlog) },
            nextDue: pending.map(\.due).filter { $0 > round.began.time }.min())
    }

    func limits(_ unknown: [NewDelivery]) -> [PendingDeliveries.EndpointBacklog] {
        Set(unknown.map(\.endpoint)).sorted().compactMap { targets[$0].map(backlog) }
    }

    func due(_ lanes: [Machine.LaneRead]) -> [[String]] {
        lanes.map { read in
            let rows = rows.values.filter {
                $0.endpoint == read.lane.endpoint && $0.lane == read.lane.lane.rawValue && $0.status == .pending
                    && $0.due <= time && isOpen($0.endpoint)
            }
            return Array(rows.sorted { ($0.due, $0.id) < ($1.due, $1.id) }.map(\.id).prefix(read.limit))
        }
    }
}
