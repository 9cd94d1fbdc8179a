/// Why there was no answer of the API server. An answer that refuses is a `Status` instead.
public enum KubernetesClientError: Error, CustomStringConvertible {
    /// No connection, or it broke before the answer.
    case unreachable(server: String, reason: String)
    /// The server's certificate, or ours, was refused.
    case tls(server: String, reason: String)
    case timedOut(server: String, request: String, after: String)
    /// The answer was not what the API sends.
    case malformed(request: String, reason: String)
    /// The configuration of the connection cannot be used.
    case configuration(String)
    /// The credential plugin, or the token's file, gave nothing usable.
    case credentials(String)

    public var description: String {
        switch self {
        case .unreachable(let server, let reason):
            "cannot reach the cluster at \(server): \(reason); is it running, and is the address right?"
        case .tls(let server, let reason):
            "no trusted connection to the cluster at \(server): \(reason); check certificate-authority, "
                + "tls-server-name and the client certificate"
        case .timedOut(let server, let request, let after):
            "the cluster at \(server) did not answer \(request) within \(after)"
        case .malformed(let request, let reason): "the answer to \(request) is no Kubernetes API answer: \(reason)"
        case .configuration(let message), .credentials(let message): message
        }
    }
}
