/// Who an agent is: the argument of everything that it asks of the Chaos Center.
public struct InfraIdentity: Codable, Sendable, Hashable {
    public var infraID: String
    public var accessKey: String
    /// Of the agent, such as `3.31.0`.
    public var version: String

    public init(infraID: String, accessKey: String, version: String) {
        self.infraID = infraID
        self.accessKey = accessKey
        self.version = version
    }
}

/// The member of the payload of `connection_init` by which an agent says that it acknowledges actions with the mutation
/// `acknowledgeInfraActions`. Actions for such an agent are sent again until it does; for others, once.
public enum AgentCapability {
    public static let acknowledges = "acknowledges"
}
