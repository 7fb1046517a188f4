import Foundation
import HTTPTypes
import Sealing
import Support
import Webhooks

/// A webhook of Meeting BaaS, signed as it does.
enum SignedWebhook {
    /// - Returns: true if it was acknowledged, nil when the gateway cannot be reached.
    static func send(_ env: TestEnvironment, _ calendar: String, _ mark: String) async -> Bool? {
        await send(env.gatewayURL, calendar, mark)
    }

    static func send(_ url: String, _ calendar: String, _ mark: String) async -> Bool? {
        let body = Array(#"{"event":"calendar.test","data":{"calendar_id":"\#(calendar)","mark":"\#(mark)"}}"#.utf8)
        let id = "msg_\(mark)"
        let time = Int64(Date().timeIntervalSince1970)
        guard let key = WebhookSecret.decode(TestEnvironment.webhookSecret) else { return false }
        let signature = Signature.sign(id: id, timestamp: time, body: body, secret: key)
        let reply = try? await API(url).send(
            .post, "/webhooks/meeting-baas", body: body,
            headers: [("svix-id", id), ("svix-timestamp", "\(time)"), ("svix-signature", signature)])
        return reply.map { $0.status == 200 }
    }
}
