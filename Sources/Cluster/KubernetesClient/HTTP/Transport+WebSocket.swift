import KubernetesAPI
import NIOCore
import NIOHTTP1
import NIOSSL
import WebSocket

extension Transport {
    /// Opens a WebSocket, with the credentials, the proxy and the certificates of other requests.
    /// - Throws: `Status` for an answer that refuses; `KubernetesClientError`.
    func openWebSocket(_ request: RESTRequest, subprotocols: [String]) async throws -> WebSocketConnection {
        try await withRetries(request) { [self] in
            let current = try await currentCredentials()
            var target = try configuration.webSocket(target: request.target, certificate: current.clientCertificate)
            target.headers = headers
            if let authorization = current.authorization {
                target.headers.add(name: "Authorization", value: authorization)
            }
            target.subprotocols = subprotocols
            do {
                let connection = try await WebSocketClient.connect(
                    target, prepare: TransportConfiguration.detectDeadPeer)
                guard let chosen = connection.subprotocol, subprotocols.contains(chosen) else {
                    await connection.close(.protocolError)
                    throw KubernetesClientError.malformed(
                        request: request.summary, reason: "it speaks none of \(subprotocols.joined(separator: ", "))")
                }
                return connection
            } catch WebSocketError.refused(let answer) {
                guard answer.status >= 400 else {
                    throw KubernetesClientError.malformed(
                        request: request.summary, reason: "\(WebSocketError.refused(answer))")
                }
                throw Refusal(
                    status: Status(answer: answer.status, body: answer.body),
                    retryAfter: answer.headers["retry-after"].flatMap { Int($0) }.map { .seconds($0) },
                    credentials: current)
            }
        }
    }
}

extension TransportConfiguration {
    func webSocket(
        target: String, certificate: ClusterConnection.ClientCertificate?
    ) throws -> WebSocketRequest {
        let isSecure = server.scheme == "https"
        var request = WebSocketRequest(
            host: server.host, port: server.port ?? (isSecure ? 443 : 80), target: server.path + target)
        if isSecure {
            let isAddress = (try? SocketAddress(ipAddress: server.host, port: 0)) != nil
            request.tls = .init(
                context: try NIOSSLContext(configuration: try tls(certificate: certificate)),
                serverName: connection.tlsServerName ?? (isAddress ? nil : server.host))
        }
        request.proxy = try proxyURL().map { url in
            if url.scheme != "http" { return .socks(host: url.host, port: url.port ?? 1080) }
            let authorization = url.userInfo.map { "Basic \(Base64.encode($0.utf8))" }
            return .http(host: url.host, port: url.port ?? 80, authorization: authorization)
        }
        return request
    }
}
