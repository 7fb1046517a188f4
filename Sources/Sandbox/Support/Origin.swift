import HTTPTypes
import Hummingbird
import NIOCore

/// One fake's HTTP face on a port of its own: records, applies faults, finds the route, answers.
struct Origin: HTTPResponder {
    /// The context that Hummingbird creates per request. The channel is kept so that a reply can be dropped.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) { channel = source.channel }
    }

    /// The vendor's own routes.
    let api: Routes
    /// `/_sandbox/…` and the like: neither recorded nor subject to faults.
    let control: Routes
    let recorder = Recorder()
    let faults = Faults()
    /// Which calls of the API are worth recording.
    var records: @Sendable (Call) -> Bool = { _ in true }
    /// The vendor's answer to a path or method it does not know.
    let unknown: @Sendable (Call) -> Reply

    func respond(to request: Request, context: Context) async throws -> Response {
        let buffer = try await request.body.collect(upTo: 8 << 20)
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        if let authority = request.head.authority { headers["host"] = authority }
        let call = Call(
            method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "", headers: headers,
            body: Array(buffer.readableBytesView))
        let reply = await answer(call)
        guard let reply else {
            try? await context.channel.close()
            return Response(status: .noContent)
        }
        return Origin.response(reply)
    }

    /// nil: no answer at all, the connection is to be closed.
    private func answer(_ call: Call) async -> Reply? {
        if let reply = await standard(call) { return reply }
        if case .found(let handler, let parameters) = control.match(call.method, call.path) {
            return await perform(handler, call, parameters)
        }
        if call.path.hasPrefix("/_sandbox/") {
            return .json(404, ["error": .string("There is no \(call.method) \(call.path) in this sandbox")])
        }
        if records(call) { recorder.record(call) }
        let cleared = faults.cleared
        let fault = faults.take(call.method, call.path)
        let reply: Reply
        if let ordered = fault?.reply {
            reply = ordered
        } else if case .found(let handler, let parameters) = api.match(call.method, call.path) {
            reply = await perform(handler, call, parameters)
        } else {
            reply = unknown(call)
        }
        guard let fault else { return reply }
        if fault.delayMilliseconds > 0 { try? await Task.sleep(for: .milliseconds(fault.delayMilliseconds)) }
        if fault.hold { await faults.waitUntilCleared(after: cleared) }
        if fault.dropReply { return nil }
        guard fault.reply == nil else { return reply }
        var changed = reply
        changed.headers += fault.headers.map { ($0.key, $0.value) }
        changed.breaksBody = fault.breakBody
        return changed
    }

    private func perform(_ handler: Routes.Handler, _ call: Call, _ parameters: [String: String]) async -> Reply {
        var call = call
        call.parameters = parameters
        do {
            return try await handler(call)
        } catch let refusal as Refusal {
            return refusal.reply
        } catch {
            return .text(500, "The sandbox failed: \(error)")
        }
    }

    /// The control calls that every port has.
    private func standard(_ call: Call) async -> Reply? {
        switch (call.method, call.path) {
        case ("GET", "/_sandbox/requests"):
            return .json(200, ["data": .array(recorder.entries)])
        case ("DELETE", "/_sandbox/requests"):
            recorder.clear()
            return Reply(204)
        case ("POST", "/_sandbox/faults"):
            guard let fault = JSON.parse(call.body).flatMap({ Faults.Fault($0) }) else {
                return .json(400, ["error": "A fault is a JSON object with path or path_prefix"])
            }
            faults.add(fault)
            return .json(201, ["pending": .integer(faults.count)])
        case ("DELETE", "/_sandbox/faults"):
            faults.clear()
            return Reply(204)
        default:
            return nil
        }
    }

    private static func response(_ reply: Reply) -> Response {
        var fields = HTTPFields()
        for header in reply.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            fields.append(HTTPField(name: name, value: header.value))
        }
        let status = HTTPResponse.Status(code: reply.status)
        if let events = reply.events { return Response(status: status, headers: fields, body: .events(events)) }
        if reply.breaksBody {
            let (half, length) = (ByteBuffer(bytes: reply.body.prefix(reply.body.count / 2)), reply.body.count)
            return Response(
                status: status, headers: fields,
                body: ResponseBody(contentLength: length) { writer in
                    try await writer.write(half)
                    throw CancellationError()
                })
        }
        guard !reply.body.isEmpty else { return Response(status: status, headers: fields) }
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }
}
