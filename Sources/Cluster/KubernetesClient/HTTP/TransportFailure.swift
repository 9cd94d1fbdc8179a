import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import WebSocket

/// What an error of the HTTP client means.
struct TransportFailure {
    var error: any Error

    init(_ error: any Error) { self.error = error }

    private enum Kind { case notConnected, broken, tls, timedOut, other }

    private var kind: Kind {
        switch error {
        case is NIOConnectionError, is SocketAddressError: return .notConnected
        case let error as HTTPClientError: return kind(of: error)
        // A server that is restarted, or a load balancer without one, closes what it has just accepted.
        case NIOSSLError.handshakeFailed(.sslError(let stack)) where stack.contains(.eofDuringHandshake):
            return .notConnected
        // The server says that it has not looked at the request (RFC 9113, 8.7).
        case let error as NIOHTTP2Errors.StreamClosed:
            return error.errorCode == .refusedStream ? .notConnected : .broken
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: return .tls
        case is IOError, is ChannelError, is HTTPParserError: return .broken
        case let error as WebSocketError: return kind(of: error)
        default: return .other
        }
    }

    private func kind(of error: HTTPClientError) -> Kind {
        switch error {
        // `cancelled` too: who cancels a request is told so before anybody asks here.
        case .remoteConnectionClosed, .uncleanShutdown, .requestStreamCancelled, .cancelled: .broken
        case .connectTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout, .getConnectionFromPoolTimeout:
            .notConnected
        case .tlsHandshakeTimeout: .notConnected
        case .deadlineExceeded, .readTimeout, .writeTimeout: .timedOut
        default: .other
        }
    }

    private func kind(of error: WebSocketError) -> Kind {
        switch error {
        case .broken, .silent, .closed: .broken
        case .timedOut, .proxy: .notConnected
        case .violation, .readTwice, .refused: .other
        }
    }

    var retryFailure: RetryPolicy.Failure {
        switch kind {
        case .notConnected: .notConnected
        case .broken: .broken
        case .tls, .timedOut, .other: .final
        }
    }

    func error(server: String, request: String, timeout: Duration) -> any Error {
        switch kind {
        case .notConnected, .broken: KubernetesClientError.unreachable(server: server, reason: reason)
        case .tls: KubernetesClientError.tls(server: server, reason: reason)
        case .timedOut: KubernetesClientError.timedOut(server: server, request: request, after: "\(timeout)")
        case .other: error
        }
    }

    /// In words, without the types of the HTTP client.
    private var reason: String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { "\($0.error)" }
                ?? (error.dnsAError ?? error.dnsAAAAError).map { "\($0)" } ?? "no address of \(error.host)"
        case let error as HTTPClientError: error.description
        default: "\(error)"
        }
    }
}
