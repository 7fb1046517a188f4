import HTTPTypes
import Hummingbird
import JSONValue

/// Probes of the process, and the contract.
struct ServiceRoutes: Sendable {
    let readiness: Readiness

    func add(to routes: inout RouteList) {
        routes.anyone(.get, "/healthz") { _, _, _ in .json(.ok, ["status": "ok"]) }
        routes.anyone(.get, "/readyz") { _, _, _ in
            guard !readiness.isEnding else {
                throw Problem(.storageUnavailable, "This process is shutting down.", action: .wait, retryAfter: 5)
            }
            guard await readiness.isReady() else {
                throw Problem(.storageUnavailable, "Storage takes no writes.", action: .wait, retryAfter: 5)
            }
            return .json(.ok, ["status": "ready"])
        }
        routes.anyone(.get, "/openapi.json") { _, _, _ in .contract }
    }
}
