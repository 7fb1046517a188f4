import HTTPTransport
import NIOCore
import NIOEmbedded

@testable import Gateway

/// The rules that hold after each event, and at the end.
extension MirrorReadModel {
    func check() {
        guard violation == nil else { return }
        let requests = self.requests
        let mistake = replies.receive(client.socket.takeSent()) { $0 < requests.count && requests[$0].isHead }
        if client.socket.isOutputEnded { replies.outputEnded() }
        require(mistake == nil, "the client gets no replies: \(mistake ?? "")")
        require(replies.replies.count <= requests.count, "more replies than requests")
        require(!client.socket.hasLateWrite, "bytes are written after the connection's last reply")
        guard violation == nil else { return }
        for index in checked.heads..<replies.replies.count { checkHead(index) }
        checked.heads = replies.replies.count
        for index in checked.whole..<replies.whole { checkWhole(index) }
        checked.whole = replies.whole
        if replies.whole < replies.replies.count { checkPart(replies.whole) }
        checkCalls()
        if !client.channel.isActive { checkClosed() }
    }

    /// The gateway's own refusal of a request that it could not read.
    private func isRefusal(_ reply: ReplyReader.Reply) -> Bool { reply.fields["traceparent"] == nil }

    private func checkHead(_ index: Int) {
        let (request, reply) = (requests[index], replies.replies[index])
        if isRefusal(reply) {
            let isDue = request.kind == .broken || past.isLong || past.isCut && request.end > delivered
            require(isDue && (400..<500).contains(reply.status) && reply.endsConnection, "\(request.mark) is refused")
            return
        }
        require(
            reply.fields["traceparent"] == request.mark,
            "\(request.mark) gets the reply of \(reply.fields["traceparent"] ?? "")")
        require(request.end <= delivered, "\(request.mark) is answered before it is whole")
        require(!request.isHTTP10 || reply.fields["transfer-encoding"] == nil, "\(request.mark) gets chunks")
        let mayEnd = request.endsConnection || request.isHTTP10 && reply.endsWithConnection
        require(reply.endsConnection == mayEnd, "\(request.mark) ends the connection: \(reply.endsConnection)")
    }

    private func checkWhole(_ index: Int) {
        let (request, reply) = (requests[index], replies.replies[index])
        if isRefusal(reply) { return }
        if reply.fields["x-router"] != nil {
            let text = request.isHead ? "" : "router \(request.mark) \(request.bodyBytes)"
            require(reply.body == ByteBuffer(string: text), "\(request.mark) gets another reply of the router")
            tally.routed += 1
            return
        }
        require(request.isRead, "\(request.mark) is answered by the fast path")
        let calls = place.upstream.calls.filter { $0.script.mark == request.mark }
        require(calls.count <= 2, "\(calls.count) calls for \(request.mark)")
        guard let call = calls.last else {
            let isLimited = request.kind == .limited && reply.status == 429
            require(isLimited || reply.status == 503, "\(request.mark) gets \(reply.status) without a call")
            return tally.limited += 1
        }
        require(statuses(of: call).contains(reply.status), "\(request.mark) gets \(reply.status)")
        guard reply.status == 200 else { return tally.refused += 1 }
        require(call.outcome == .ended || request.isHead, "\(request.mark)'s reply is ended, but it broke")
        require(reply.body == ByteBuffer(bytes: call.script.body), "\(request.mark) gets another body")
        tally.passed += 1
    }

    /// Those that a call may be answered with.
    private func statuses(of call: PlayedCall) -> Set<Int> {
        guard call.hasHead, let status = call.script.status else {
            return [call.script.error == .timeout ? 504 : 502, 503]
        }
        switch status {
        case 302: return [503]
        case 503: return [502, 503]
        default: return [status]
        }
    }

    /// A reply that comes still, or never becomes whole.
    private func checkPart(_ index: Int) {
        let (request, reply) = (requests[index], replies.replies[index])
        guard let call = place.upstream.calls.last(where: { $0.script.mark == request.mark }) else {
            return require(false, "\(request.mark) gets a part of a reply")
        }
        let sent = ByteBuffer(bytes: call.script.body[..<call.sent])
        require(sent.readableBytesView.starts(with: reply.body.readableBytesView), "\(request.mark) gets other bytes")
    }

    private func checkCalls() {
        let calls = place.upstream.calls
        for call in calls {
            let mark = call.script.mark
            require(call.path.hasSuffix("?n=\(mark)"), "\(mark) asks for \(call.path)")
            require(call.outcome == nil || !call.isHeld, "the call of \(mark) is held after its end")
        }
        require(calls.count { $0.outcome == nil } <= 1, "two calls at once")
    }

    // MARK: Endings

    private var isBroken: Bool { place.upstream.calls.contains { $0.breaksMidway } }
    private var hasLastReply: Bool { replies.replies.contains { $0.isWhole && $0.endsConnection } }

    /// True when the gateway ends the connection once everything is answered.
    var endsByItself: Bool { past.stopsAt != nil || client.socket.isInputEnded || hasLastReply }

    private func checkClosed() {
        require(
            past.isGone || past.isLong || isBroken || endsByItself, "the connection is closed without a reason")
        for call in place.upstream.calls {
            require(call.outcome != nil, "the call of \(call.script.mark) is open after the connection's end")
        }
        guard !past.isGone, !past.isLong, !past.isCut else { return }
        if replies.whole < replies.replies.count {
            let mark = requests[replies.whole].mark
            let broke = place.upstream.calls.contains { $0.script.mark == mark && $0.breaksMidway }
            require(broke, "\(mark) gets half of a reply")
        }
        // A gateway that stops does not wait for clients.
        guard !isBroken, past.stopsAt == nil else { return }
        require(client.socket.waiting == 0, "\(client.socket.waiting) bytes of replies are dropped")
    }

    /// True when every request that was read whole has its reply, as far as one is due.
    var isAnswered: Bool { unanswered == nil }

    /// The first request without the reply that is due.
    private var unanswered: Sent? {
        if past.isGone || past.isLong || past.isCut || isBroken { return nil }
        let last = replies.replies.firstIndex { $0.endsConnection } ?? .max
        for (index, request) in requests.enumerated() where index >= replies.whole && index <= last {
            // A stopping gateway reads no further requests, and a client that ended its half has not sent all of them.
            if let stopsAt = past.stopsAt, request.end > stopsAt { continue }
            if client.socket.isInputEnded, request.end > delivered { continue }
            return request
        }
        return nil
    }

    func checkEnd() {
        guard violation == nil else { return }
        if let request = unanswered {
            require(false, "\(request.mark) has no reply; \(delivered) bytes were read up to its end at \(request.end)")
        }
        guard !past.isGone, !past.isLong else { return }
        if endsByItself { require(!client.channel.isActive, "the connection does not end") }
        if client.channel.isActive { require(replies.isBetweenReplies, "half of a reply is sent") }
    }

    /// For the proof that all of this came to pass.
    func count() {
        let calls = place.upstream.calls
        if isBroken { tally.broken += 1 }
        tally.repeated += Set(calls.map(\.script.mark)).count { mark in calls.count { $0.script.mark == mark } == 2 }
        if client.socket.waiting > 0, !past.isGone { tally.left += 1 }
    }
}
