/// A form of error responses. Each API surface has one.
protocol ErrorFormat: Sendable {
    /// The response to an error that this form renders by itself; nil for one that becomes a `Problem` first.
    func ownResponse(to error: any Error) -> BufferedResponse?
    func response(to problem: Problem, requestID: String) -> BufferedResponse
}

/// Problem documents (RFC 9457).
struct ProblemDocuments: ErrorFormat {
    func ownResponse(to error: any Error) -> BufferedResponse? { nil }

    func response(to problem: Problem, requestID: String) -> BufferedResponse {
        .problem(problem, instance: requestID)
    }
}
