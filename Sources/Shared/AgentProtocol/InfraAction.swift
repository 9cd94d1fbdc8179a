/// An action as an agent gets it over `infraConnect`.
public struct InfraAction: Codable, Sendable, Hashable {
    /// Names the action in acknowledgements and answers.
    public var requestID: String
    /// An ``ActionType``.
    public var requestType: String
    /// YAML or JSON; empty for actions that need no object.
    public var k8sManifest: String
    public var namespace: String
    public var externalData: String?
    public var username: String?

    public init(
        requestID: String, requestType: ActionType, k8sManifest: String = "", namespace: String = "",
        externalData: String? = nil, username: String? = nil
    ) {
        self.requestID = requestID
        self.requestType = requestType.rawValue
        self.k8sManifest = k8sManifest
        self.namespace = namespace
        self.externalData = externalData
        self.username = username
    }
}
