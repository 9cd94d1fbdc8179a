import KubernetesAPI
import NIOHTTP1
import WebSocket

extension HTTPKubernetesClient {
    /// Over a WebSocket, which every release since 1.20 takes: `v5.channel.k8s.io` where the server knows it, else `v4`.
    ///
    /// It takes the verb `get` on `pods/exec` where servers are older than 1.35, and `create` too on later ones.
    public func exec(namespace: String, name: String, options: ExecOptions) async throws -> any ExecSession {
        var request = try RESTRequest(.GET, Pod.type.gvr, namespace: namespace, name: name, subresource: "exec")
        // The command may have begun when the connection breaks.
        request.isIdempotent = false
        request.add(options)
        let connection = try await transport.openWebSocket(request, subprotocols: ExecProtocol.offered)
        return WebSocketExecSession(
            connection, protocol: ExecProtocol(rawValue: connection.subprotocol ?? "") ?? .v4,
            hasInput: options.stdin, request: request.summary, server: self.connection.server)
    }
}

extension RESTRequest {
    mutating func add(_ options: ExecOptions) {
        add("container", options.container)
        // An argument may be empty.
        query += options.command.map { ("command", $0) }
        add("stdin", options.stdin)
        add("stdout", options.stdout)
        add("stderr", options.stderr)
        add("tty", options.tty)
    }
}
