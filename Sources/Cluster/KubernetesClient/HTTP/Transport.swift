import AsyncHTTPClient
import KubernetesAPI
import Logging
import NIOCore
import NIOHTTP1

/// Sends requests: credentials, retries, time-outs, and the translation of what went wrong.
final class Transport: Sendable {
    /// The largest answer that is read whole.
    static let maximumAnswer = 1024 * 1024 * 1024

    let configuration: TransportConfiguration
    private let options: HTTPKubernetesClient.Options
    private let logger: Logger
    private let credentials: CredentialSource
    private let fixedCredentials: CredentialSource.Credentials?
    private let requests: HTTPClient
    private let streams: HTTPClient
    private let limiter: RequestLimiter?
    let headers: HTTPHeaders
    private let base: String

    init(_ connection: ClusterConnection, options: HTTPKubernetesClient.Options, logger: Logger) throws {
        configuration = try TransportConfiguration(connection)
        self.options = options
        self.logger = logger
        credentials = CredentialSource(connection)
        limiter = options.rateLimit.map { RequestLimiter($0, time: options.time) }
        fixedCredentials = CredentialSource.fixed(connection.authorization)
        base = configuration.base
        headers = Self.headers(connection, configuration, options)
        let group = HTTPClient.defaultEventLoopGroup
        let requestConfiguration = try configuration.client(isStreaming: false)
        let streamConfiguration = try configuration.client(isStreaming: true)
        requests = HTTPClient(eventLoopGroup: group, configuration: requestConfiguration)
        streams = HTTPClient(eventLoopGroup: group, configuration: streamConfiguration)
    }

    private static func headers(
        _ connection: ClusterConnection, _ configuration: TransportConfiguration,
        _ options: HTTPKubernetesClient.Options
    ) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.add(name: "User-Agent", value: options.userAgent)
        if let host = configuration.hostHeader { headers.add(name: "Host", value: host) }
        let identity = connection.impersonation
        if !identity.user.isEmpty { headers.add(name: "Impersonate-User", value: identity.user) }
        if !identity.uid.isEmpty { headers.add(name: "Impersonate-Uid", value: identity.uid) }
        for group in identity.groups { headers.add(name: "Impersonate-Group", value: group) }
        for (key, values) in identity.extra.sorted(by: { $0.key < $1.key }) {
            for value in values {
                headers.add(name: "Impersonate-Extra-\(PercentEncoding.encode(key))", value: value)
            }
        }
        return headers
    }

    func shutdown() async throws {
        try await requests.shutdown()
        try await streams.shutdown()
    }

    /// The whole answer of a request that succeeded.
    struct Answer {
        var contentType: String
        var body: ByteBuffer
    }

    /// - Throws: `Status` for an answer that refuses, `KubernetesClientError` where there was none.
    func send(_ request: RESTRequest) async throws -> Answer {
        try await withRetries(request) { [self] in
            let current = try await currentCredentials()
            let prepared = try prepare(request, current)
            let deadline = NIODeadline.now() + .init(options.requestTimeout)
            let response = try await requests.execute(prepared, deadline: deadline, logger: nil)
            let body = try await collect(response.body, before: deadline)
            guard (200..<300).contains(response.status.code) else {
                throw refusal(response, body, current)
            }
            return Answer(contentType: response.headers.first(name: "Content-Type") ?? "", body: body)
        }
    }

    /// The whole body; the library's own deadline ends with the answer's head.
    private func collect(_ body: HTTPClientResponse.Body, before deadline: NIODeadline) async throws -> ByteBuffer {
        try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            group.addTask { try await body.collect(upTo: Self.maximumAnswer) }
            group.addTask {
                try await Task.sleep(for: .nanoseconds((deadline - .now()).nanoseconds))
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            return try await group.next() ?? ByteBuffer()
        }
    }

    /// Opens an answer that is read as it comes.
    func open(_ request: RESTRequest, deadline: NIODeadline = .distantFuture) async throws -> HTTPClientResponse.Body {
        try await withRetries(request) { [self] in
            let current = try await currentCredentials()
            let prepared = try prepare(request, current)
            let response = try await streams.execute(prepared, deadline: deadline, logger: nil)
            guard (200..<300).contains(response.status.code) else {
                throw refusal(response, try await response.body.collect(upTo: Self.maximumAnswer), current)
            }
            return response.body
        }
    }

    func currentCredentials() async throws -> CredentialSource.Credentials {
        if let fixedCredentials { return fixedCredentials }
        return try await credentials.current()
    }

    private func prepare(
        _ request: RESTRequest, _ current: CredentialSource.Credentials
    ) throws -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: base + request.target)
        prepared.method = request.method
        prepared.headers = headers
        prepared.headers.add(name: "Accept", value: request.accept)
        if let body = request.body {
            prepared.headers.add(name: "Content-Type", value: request.contentType)
            prepared.body = .bytes(body)
        }
        if let authorization = current.authorization {
            prepared.headers.add(name: "Authorization", value: authorization)
        }
        if let certificate = current.clientCertificate {
            prepared.tlsConfiguration = try configuration.tls(certificate: certificate)
        }
        return prepared
    }

    /// A refusal, how long the server asks to wait, and whom it refused.
    struct Refusal: Error {
        var status: Status
        var retryAfter: Duration?
        var credentials: CredentialSource.Credentials
    }

    private func refusal(
        _ response: HTTPClientResponse, _ body: ByteBuffer, _ credentials: CredentialSource.Credentials
    ) -> Refusal {
        let status = Status(answer: Int(response.status.code), body: body.readableBytesView)
        let seconds = response.headers.first(name: "Retry-After").flatMap { Int($0) }
        return Refusal(status: status, retryAfter: seconds.map { .seconds($0) }, credentials: credentials)
    }

    func withRetries<Value>(_ request: RESTRequest, _ attempt: () async throws -> Value) async throws -> Value {
        var hasNewCredentials = fixedCredentials != nil
        var number = 1
        while true {
            do {
                try await limiter?.turn()
                return try await attempt()
            } catch let error as CancellationError {
                throw error
            } catch {
                try Task.checkCancellation()
                if let refusal = error as? Refusal, refusal.status.code == 401, !hasNewCredentials {
                    hasNewCredentials = true
                    await credentials.invalidate(refusal.credentials)
                    continue
                }
                let delay = options.retries.delay(
                    after: failure(error), attempt: number, isIdempotent: request.isIdempotent,
                    jitter: Double.random(in: 0..<1))
                guard let delay else { throw translated(error, request) }
                logger.debug(
                    "retrying a request",
                    metadata: [
                        "request": "\(request.summary)", "attempt": "\(number)", "delay": "\(delay)",
                        "error": "\(error)",
                    ])
                try await Task.sleep(for: delay)
                number += 1
            }
        }
    }

    private func failure(_ error: any Error) -> RetryPolicy.Failure {
        if let refusal = error as? Refusal {
            // Not a busy server: waiting is for whoever wants the pod gone.
            if refusal.status.isRefusalOfBudget { return .final }
            return .answer(code: refusal.status.code, retryAfter: refusal.retryAfter)
        }
        return TransportFailure(error).retryFailure
    }

    private func translated(_ error: any Error, _ request: RESTRequest) -> any Error {
        if let refusal = error as? Refusal { return refusal.status.naming(configuration.connection) }
        return TransportFailure(error).error(
            server: configuration.connection.server, request: request.summary, timeout: options.requestTimeout)
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
