import KubernetesAPI

extension Status {
    /// What the server says of credentials that it does not accept, and which ones they were.
    func naming(_ connection: ClusterConnection) -> Status {
        guard isUnauthorized else { return self }
        var status = self
        status.message =
            "\(message): the cluster at \(connection.server) does not accept \(connection.credentialName); "
            + "it may have expired, or belong to another cluster"
        return status
    }
}

extension ClusterConnection {
    /// What the server knows us by, in words and without the secret.
    var credentialName: String {
        switch authorization {
        case .token: "the token of the kubeconfig"
        case .tokenFile(let path): "the token in \(path)"
        case .basic(let user, _): "the user \(user) with the password of the kubeconfig"
        case .exec(let plugin): "what the credential plugin \(plugin.command) gave"
        case .none: clientCertificate == nil ? "a request without credentials" : "the client certificate"
        }
    }
}
