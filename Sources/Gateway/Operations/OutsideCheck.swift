import AsyncHTTPClient
import Foundation
import HTTPTransport
import HTTPTypes
import Logging
import MeetingBaaS
import OAuth

/// Checks that the services that the gateway needs can be reached, accept its key, and agree on the time.
struct OutsideCheck {
    let configuration: GatewayConfiguration

    func run(_ findings: inout Findings) async {
        let clients = HTTPClients()
        await meetingBaaS(clients.upstream, &findings)
        let google = Google(tokenURL: configuration.googleTokenURL)
        let microsoft = Microsoft(authority: configuration.microsoftURL)
        await reach("Google", google.tokenURL(directory: ""), clients.identity, &findings)
        await reach("Microsoft", microsoft.tokenURL(directory: "common"), clients.identity, &findings)
        await clients.close()
    }

    private func meetingBaaS(_ http: HTTPExchange, _ findings: inout Findings) async {
        guard let account = configuration.sharedAccount else {
            findings.note(
                "Meeting BaaS",
                "no shared account: GATEWAY_MEETING_BAAS_API_KEY is not set, so only tenants with an account of their own can connect calendars"
            )
            return
        }
        findings.note(
            "Meeting BaaS", "enter as webhook URL in its dashboard: \(configuration.publicURL)/webhooks/meeting-baas")
        if account.version == .v2, account.webhookSecrets.isEmpty {
            findings.warn(
                "Meeting BaaS",
                "GATEWAY_MEETING_BAAS_WEBHOOK_SECRETS is not set, so its webhooks are answered 503; put the signing secret from its dashboard there"
            )
        }
        let client = MeetingBaaS.UpstreamClient(baseURL: configuration.meetingBaaSURL, key: account.apiKey, http: http)
        do {
            _ = try await client.call(
                account.version == .v1 ? UpstreamOperation.V1.listCalendars : UpstreamOperation.V2.listCalendars)
            findings.ok("Meeting BaaS", "answers at \(configuration.meetingBaaSURL) and takes the key")
        } catch UpstreamError.keyRefused {
            findings.fail(
                "Meeting BaaS",
                "refuses GATEWAY_MEETING_BAAS_API_KEY; is it of this account, and GATEWAY_MEETING_BAAS_API_VERSION right?"
            )
        } catch UpstreamError.transport(let error) {
            findings.fail(
                "Meeting BaaS",
                "cannot be reached at \(configuration.meetingBaaSURL) (\(error)); check DNS, firewall and proxy")
        } catch let error as UpstreamError {
            findings.warn(
                "Meeting BaaS", "answers, but not as it should (\(error.reason)); try again, then see its status page")
        } catch {
            findings.warn("Meeting BaaS", "was not asked (\(type(of: error)))")
        }
    }

    /// A token endpoint answers a request without a grant with a refusal: that is all that is asked of it here.
    private func reach(_ name: String, _ url: String, _ http: HTTPExchange, _ findings: inout Findings) async {
        do {
            let reply = try await http.send(
                .post, url, headers: [("Content-Type", "application/x-www-form-urlencoded")], body: [],
                limit: .seconds(10), maximum: 65_536)
            guard reply.status < 500 else {
                return findings.warn(name, "answers with status \(reply.status) at \(url); try again later")
            }
            findings.ok(name, "answers at \(url)")
            clock(name, reply, &findings)
        } catch {
            findings.fail(name, "cannot be reached at \(url) (\(error)); check DNS, firewall and proxy")
        }
    }

    /// Signatures of webhooks and ID tokens are good for five minutes only.
    private func clock(_ name: String, _ reply: HTTPExchange.Reply, _ findings: inout Findings) {
        guard let theirs = reply.header("Date").flatMap(HTTPDate.parse) else { return }
        let skew = abs(Date().timeIntervalSince(theirs))
        switch skew {
        case ..<30: findings.ok("clock", "agrees with \(name)'s")
        case ..<240: findings.warn("clock", "is \(Int(skew)) s from \(name)'s; set it by NTP")
        default:
            findings.fail(
                "clock", "is \(Int(skew)) s from \(name)'s: signatures and ID tokens will be refused; set it by NTP")
        }
    }
}
