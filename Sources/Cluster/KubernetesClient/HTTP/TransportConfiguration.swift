import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Turns a connection into the settings of the HTTP client.
struct TransportConfiguration {
    var connection: ClusterConnection
    var server: ServerURL

    /// - Throws: `KubernetesClientError.configuration`.
    init(_ connection: ClusterConnection) throws {
        self.connection = connection
        do throws(ServerURL.ParseError) {
            server = try ServerURL(connection.server)
        } catch {
            throw KubernetesClientError.configuration("the cluster's server \(error.message)")
        }
    }

    /// What requests begin with. With another TLS name that name is the URL's host, and `dnsOverride` leads to the server.
    var base: String {
        guard let name = connection.tlsServerName, server.scheme == "https" else { return server.base }
        var named = server
        named.host = name
        return named.base
    }

    /// The `Host` header, where it is not the URL's.
    var hostHeader: String? {
        guard connection.tlsServerName != nil else { return nil }
        return "\(server.bracketedHost)\(server.port.map { ":\($0)" } ?? "")"
    }

    /// - Parameter certificate: a plugin's, instead of the connection's.
    func tls(certificate: ClusterConnection.ClientCertificate? = nil) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if connection.skipsTLSVerification { tls.certificateVerification = .none }
        if let authority = connection.certificateAuthority {
            let roots = try load("certificate-authority") { try NIOSSLCertificate.fromPEMBytes(authority) }
            tls.trustRoots = .certificates(roots)
        }
        if let client = certificate ?? connection.clientCertificate {
            tls.certificateChain = try load("client-certificate") {
                try NIOSSLCertificate.fromPEMBytes(client.certificate).map { .certificate($0) }
            }
            tls.privateKey = .privateKey(
                try load("client-key") { try NIOSSLPrivateKey(bytes: client.key, format: .pem) })
        }
        return tls
    }

    private func load<Value>(_ field: String, _ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch {
            throw KubernetesClientError.configuration("the \(field) is no PEM that can be read: \(error)")
        }
    }

    /// - Parameter isStreaming: for watches and logs. Each has a connection of its own, since the number of streams in
    ///   one HTTP/2 connection is limited by the server.
    func client(isStreaming: Bool) throws -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try tls(), redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10)), proxy: try proxy())
        configuration.httpVersion = isStreaming ? .http1Only : .automatic
        if isStreaming { configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 100_000 }
        // Attempts are counted by the retry policy, which knows what may be sent twice.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let name = connection.tlsServerName { configuration.dnsOverride = [name: server.host] }
        configuration.http1_1ConnectionDebugInitializer = Self.detectDeadPeer
        configuration.http2ConnectionDebugInitializer = Self.detectDeadPeer
        return configuration
    }

    /// A peer that vanished without a word is noticed within a minute, also by a watch that only waits.
    @Sendable static func detectDeadPeer(_ channel: any Channel) -> EventLoopFuture<Void> {
        let options: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = [
            (.init(level: .socket, name: .so_keepalive), 1), (tcp(TCP_KEEPIDLE), 30), (tcp(TCP_KEEPINTVL), 10),
            (tcp(TCP_KEEPCNT), 3), (tcp(TCP_USER_TIMEOUT), 45_000),
        ]
        return EventLoopFuture.andAllComplete(
            options.map { channel.setOption($0.0, value: $0.1) }, on: channel.eventLoop)
    }

    private static func tcp(_ option: Int32) -> ChannelOptions.Types.SocketOption {
        .init(level: .tcp, name: .init(rawValue: option))
    }

    func proxyURL() throws -> ServerURL? {
        guard let text = connection.proxyURL else { return nil }
        do throws(ServerURL.ParseError) {
            return try ServerURL(text, schemes: ["http", "socks5", "socks5h"])
        } catch {
            throw KubernetesClientError.configuration("the proxy (proxy-url, HTTPS_PROXY) \(error.message)")
        }
    }

    private func proxy() throws -> HTTPClient.Configuration.Proxy? {
        guard let url = try proxyURL() else { return nil }
        if url.scheme != "http" { return .socksServer(host: url.host, port: url.port ?? 1080) }
        guard let userInfo = url.userInfo else { return .server(host: url.host, port: url.port ?? 80) }
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return .server(
            host: url.host, port: url.port ?? 80,
            authorization: .basic(username: parts[0], password: parts.count > 1 ? parts[1] : ""))
    }
}
