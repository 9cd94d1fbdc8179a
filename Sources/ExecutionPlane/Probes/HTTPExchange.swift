import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// One HTTP request on a connection of its own: a probe judges the service, not a connection that was opened while it
/// was still well.
struct HTTPExchange: Sendable {
    /// What came back.
    struct Answer: Sendable {
        var status: HTTPResponseStatus
        /// Empty unless the exchange reads bodies.
        var body: [UInt8]
    }

    /// Redirects that are followed before the answer counts as a failure.
    static let maximumRedirects = 10

    /// Of a connection, whatever the whole exchange may take.
    static let connectTimeout = Duration.seconds(10)

    var timeout: Duration?
    var verifiesCertificate = true
    /// Longest body that is read, in bytes; nil leaves the body unread.
    var bodyLimit: Int?

    /// - Throws: the client's error when there is no answer; `NIOTooManyBytesError` for a body beyond the limit.
    func send(_ request: HTTPClientRequest) async throws -> Answer {
        var request = request
        request.headers.add(name: "Connection", value: "close")
        request.headers.add(name: "User-Agent", value: "litmus-probe")
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Answer, any Error>
        do {
            let bound = timeout ?? .seconds(3600)
            let response = try await client.execute(request, timeout: .nanoseconds(bound.inNanoseconds))
            var body: [UInt8] = []
            if let bodyLimit { body = Array(buffer: try await response.body.collect(upTo: bodyLimit)) }
            result = .success(Answer(status: response.status, body: body))
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        return try result.get()
    }

    /// Whether `error` says that nothing came in time.
    static func isTimeout(_ error: any Error) -> Bool {
        guard let error = error as? HTTPClientError else { return false }
        return [.deadlineExceeded, .connectTimeout, .readTimeout].contains(error)
    }

    private var configuration: HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if !verifiesCertificate { tls.certificateVerification = .none }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .follow(max: Self.maximumRedirects, allowCycles: false))
        configuration.connectionPool.retryConnectionEstablishment = false
        // An attempt to connect goes on after its request was given up, and the client's end waits for it.
        let connecting = min(timeout ?? Self.connectTimeout, Self.connectTimeout)
        configuration.timeout.connect = .nanoseconds(connecting.inNanoseconds)
        return configuration
    }
}

extension Duration {
    var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
