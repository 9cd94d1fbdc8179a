import KubernetesAPI

/// What ties an installation to a Chaos Center. The agent gets it as a ConfigMap and a Secret with LitmusChaos' names and
/// keys.
public struct AgentRegistration: Sendable, Hashable {
    /// The ConfigMap; an agent whose infrastructure is removed is told to delete it.
    public static let configMapName = "subscriber-config"
    public static let secretName = "subscriber-secret"
    /// On the agent's Deployment and its pods, by which LitmusChaos' tools wait for them and the Chaos Center deletes the
    /// Deployment.
    public static let label = ["app": "subscriber"]

    public var infraID: String
    public var accessKey: String
    /// The GraphQL endpoint, such as `https://chaos.example.com/api/query`.
    public var serverAddress: String
    /// The server's, that the agent has to be compatible with.
    public var version: String
    /// When the infrastructure was registered, in milliseconds since 1970.
    public var startTime: String
    /// Whether the agent has exchanged the first access key.
    public var isConfirmed: Bool
    public var skipsTLSVerification = false
    /// Base64 of the PEM of an authority that the agent trusts beside those of its system.
    public var authority = ""

    public init(
        infraID: String, accessKey: String, serverAddress: String, version: String, startTime: String,
        isConfirmed: Bool
    ) {
        self.infraID = infraID
        self.accessKey = accessKey
        self.serverAddress = serverAddress
        self.version = version
        self.startTime = startTime
        self.isConfirmed = isConfirmed
    }
}

extension Installation {
    /// The ConfigMap and the Secret of the registration.
    var registrationObjects: [JSON] {
        guard let registration else { return [] }
        let configuration: [String: String] = [
            "SERVER_ADDR": registration.serverAddress, "INFRA_SCOPE": scope.rawValue, "VERSION": registration.version,
            "START_TIME": registration.startTime, "SKIP_SSL_VERIFY": "\(registration.skipsTLSVerification)",
            "CUSTOM_TLS_CERT": registration.authority, "IS_INFRA_CONFIRMED": "\(registration.isConfirmed)",
            "COMPONENTS": "DEPLOYMENTS: [\(deploymentSelectors.joined(separator: ", "))]",
        ]
        return [
            finished([
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(AgentRegistration.configMapName),
                "data": JSON(configuration),
            ]),
            finished([
                "apiVersion": "v1", "kind": "Secret", "metadata": metadata(AgentRegistration.secretName),
                "stringData": [
                    "INFRA_ID": .string(registration.infraID), "ACCESS_KEY": .string(registration.accessKey),
                ],
            ]),
        ]
    }

    /// Of the pods that make the infrastructure, as quoted label selectors.
    private var deploymentSelectors: [String] {
        processes.map { "\"\(InstallLabel.component)=\($0.component)\"" }
    }

    static var registrationSources: JSON {
        [
            ["configMapRef": ["name": .string(AgentRegistration.configMapName)]],
            ["secretRef": ["name": .string(AgentRegistration.secretName)]],
        ]
    }
}
