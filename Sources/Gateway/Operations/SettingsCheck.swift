import Foundation
import SQL

/// Settings that are valid and yet may not be what is wanted.
struct SettingsCheck {
    let configuration: GatewayConfiguration

    func run(_ findings: inout Findings) {
        findings.ok("configuration", "every setting is known and valid")
        if configuration.adminToken == nil {
            findings.warn(
                "admin",
                "GATEWAY_ADMIN_TOKEN is not set, so /admin is closed and no tenant can be made; set one of 32 characters or more"
            )
        }
        if configuration.publicURL.hasPrefix("http://") {
            findings.warn(
                "public URL",
                "\(configuration.publicURL) is good for this machine only; for production set GATEWAY_PUBLIC_URL to the https address that browsers and Meeting BaaS reach"
            )
        } else {
            findings.ok("public URL", configuration.publicURL)
        }
        if configuration.host != "127.0.0.1", configuration.host != "localhost", configuration.trustedProxies.isEmpty {
            findings.warn(
                "proxies",
                "GATEWAY_TRUSTED_PROXIES is empty: behind a proxy every caller has the proxy's address, and shares its limits; list the proxy's CIDR"
            )
        }
        if configuration.metricsToken == nil {
            findings.note(
                "metrics",
                "/metrics is open to everyone; set GATEWAY_METRICS_TOKEN, or keep the path from the public at the proxy"
            )
        }
        if !configuration.egressAllow.isEmpty {
            findings.note(
                "egress",
                "GATEWAY_EGRESS_ALLOW lets deliveries reach private addresses, also over http; is every network in it meant?"
            )
        }
        if !configuration.locksDatabase {
            findings.warn(
                "database lock",
                "GATEWAY_DATABASE_LOCK is off: a second process on the same database would send deliveries twice; make sure that only one serves it"
            )
        }
        if !configuration.previousMasterKeys.isEmpty {
            findings.note(
                "master key",
                "GATEWAY_PREVIOUS_MASTER_KEYS is set; once the gateway has started with the new key, the old ones can go"
            )
        }
    }
}

/// The machine: disk, clock and open files.
struct HostCheck {
    let configuration: GatewayConfiguration

    func run(_ findings: inout Findings) {
        disk(&findings)
        openFiles(&findings)
    }

    private func openFiles(_ findings: inout Findings) {
        let descriptors = DescriptorLimit.highest
        if let refusal = DescriptorLimit.refusal(descriptors: descriptors) {
            return findings.fail("open files", "`serve` does not start: \(refusal)")
        }
        let setting = configuration.maxConnections
        let connections = DescriptorLimit.connections(setting: setting, descriptors: descriptors)
        if connections < setting {
            findings.warn(
                "open files",
                "this process may open \(descriptors), so `serve` takes \(connections) connections and not the \(setting) of GATEWAY_MAX_CONNECTIONS; raise `ulimit -n` or lower the setting"
            )
        } else {
            findings.ok("open files", "up to \(descriptors)")
        }
    }

    private func disk(_ findings: inout Findings) {
        guard let path = configuration.database.path else { return }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var exists: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &exists) else {
            findings.note("disk", "\(folder) does not exist yet; the first start makes it")
            return
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            findings.fail("disk", "\(folder) cannot be written by this user; give it to the user that runs the gateway")
            return
        }
        guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder),
            let free = (attributes[.systemFreeSize] as? NSNumber)?.int64Value
        else { return findings.warn("disk", "the free space of \(folder) cannot be read") }
        let megabytes = free >> 20
        switch megabytes {
        case ..<100: findings.fail("disk", "\(megabytes) MiB are free in \(folder); make room before anything is lost")
        case ..<1024:
            findings.warn(
                "disk",
                "\(megabytes) MiB are free in \(folder); messages are kept for \(configuration.retentionDays) days (GATEWAY_RETENTION_DAYS)"
            )
        default: findings.ok("disk", "\(megabytes >> 10) GiB are free in \(folder)")
        }
    }
}
