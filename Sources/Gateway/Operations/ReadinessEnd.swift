import ServiceLifecycle

/// Ends the process's readiness before anything else ends: a balancer sends new requests to other replicas.
struct ReadinessEnd: Service {
    let readiness: Readiness
    /// The time for which requests are still taken. Zero without other replicas.
    let pause: Duration

    /// A balancer asks each second, and once more 250 ms after a refusal (docker/haproxy.cfg).
    static let pauseOfReplicas = Duration.milliseconds(1_500)

    func run() async throws {
        try? await gracefulShutdown()
        readiness.end()
        // Until then balancers send requests here. The server's own end waits for this one's.
        if pause > .zero { await Task { try? await Task.sleep(for: pause) }.value }
    }
}
