import EmbeddedAPIServer
import HTTPTypes
import Hummingbird
import KubernetesAPI
import NIOCore
import WebSocket

/// Which requests become the stream of a command in a container: those for `pods/exec` that are allowed and that can be
/// carried out. Everything else is answered over HTTP, where the same checks say why.
struct ExecUpgrade: Sendable {
    let handler: RequestHandler

    /// Bytes; clients send 32 KiB at most.
    private static let maximumMessageSize = 1 << 20

    var webSocket: WebSocketUpgrade {
        WebSocketUpgrade(
            settings: WebSocketSettings(maximumMessageSize: Self.maximumMessageSize, bufferedMessages: 8),
            decide: decide)
    }

    private func decide(_ request: WebSocketUpgradeRequest) async -> WebSocketAcceptance? {
        let supported = ExecProtocol.offered
        guard let name = WebSocketHandshake.choose(offered: request.subprotocols, supported: supported),
            let agreed = ExecProtocol(rawValue: name)
        else { return nil }
        let call = APIRequest(request.head, body: RequestBody(buffer: ByteBuffer()))
        guard case .resource(let path) = APIPath(call.path), path.isExec,
            let options = try? call.query.execOptions(),
            let command = try? await handler.prepareCommand(call, path)
        else { return nil }
        return WebSocketAcceptance(subprotocol: name) { connection in
            try await ExecStreams(connection: connection, options: options, agreed: agreed).run(command)
        }
    }
}

extension ResourcePath {
    var isExec: Bool { type == Pod.type.gvr && subresource == "exec" && name != nil && rest.isEmpty }
}

extension RequestHandler {
    /// - Throws: `Status` with what is wrong with a request for a command.
    func prepareCommand(_ request: APIRequest, _ path: ResourcePath) async throws -> PreparedCommand {
        try await backend.prepareCommand(
            namespace: path.namespace ?? "", name: path.name ?? "", options: try request.query.execOptions(),
            verbs: request.execVerbs, as: try await identity(of: request))
    }
}

extension APIRequest {
    /// The method's verb, and `create` for every WebSocket: whoever may only read may run no commands.
    var execVerbs: [String] {
        guard method == .get else { return ["create"] }
        return asksForWebSocket ? APIServer.webSocketVerbs : ["get"]
    }

    var asksForWebSocket: Bool { headers[.upgrade]?.lowercased() == "websocket" }
}

extension ResourceCall {
    /// A command whose request did not become a WebSocket: always a refusal.
    func exec() async throws -> Reply {
        _ = try await backend.prepareCommand(
            namespace: path.namespace ?? "", name: path.name ?? "", options: try request.query.execOptions(),
            verbs: request.execVerbs, as: identity)
        if request.asksForWebSocket {
            throw Status.badRequest(
                "pods/exec is served with the subprotocols \(ExecProtocol.offered.joined(separator: " and ")) only")
        }
        guard let other = request.headers[.upgrade] else { throw Status.badRequest("Upgrade request required") }
        throw Status.badRequest(
            "pods/exec is served over WebSocket here, not over \(other): use kubectl 1.30 or newer (or 1.29 with "
                + "KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true)")
    }
}
