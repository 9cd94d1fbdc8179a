import KubernetesAPI
import Synchronization

extension APIServer {
    /// What a command over WebSocket needs: the request is a GET, and since Kubernetes 1.35 `create` is asked for, too.
    public static let webSocketVerbs = ["get", "create"]

    public func prepareCommand(
        namespace: String, name: String, options: ExecOptions, verbs: [String], as identity: Identity
    ) async throws -> PreparedCommand {
        let pods = Pod.type.gvr
        var pod: Pod?
        for verb in verbs {
            let access = try access(verb, pods, namespace: namespace, name: name, subresource: "exec", as: identity)
            pod = Pod(json: try entry(access, name).json)
        }
        guard let pod else { throw Status.notFound(pods, name: name) }
        guard !options.command.isEmpty else {
            throw Status.badRequest("you must specify at least one command for the container")
        }
        guard options.stdin || options.stdout || options.stderr else {
            throw Status.badRequest("you must specify at least one of stdin, stdout, stderr")
        }
        guard let source = parts.withLock({ $0.commandSource }) else {
            throw Status(
                code: 503, reason: "ServiceUnavailable", message: "no node of this cluster runs commands in containers")
        }
        return try await source.prepare(options, in: pod)
    }
}
