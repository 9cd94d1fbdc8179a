/// Who makes a request (authentication/v1 `UserInfo`).
public struct Identity: Sendable, Hashable {
    public var username: String
    public var uid: String
    public var groups: [String]
    /// For a service account's bound token: `authentication.kubernetes.io/pod-name` and the like.
    public var extra: [String: [String]]

    public init(username: String, uid: String = "", groups: [String] = [], extra: [String: [String]] = [:]) {
        self.username = username
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// The administrator: may do everything.
    public static let administrator = Identity(
        username: "kubernetes-admin", groups: ["system:masters", "system:authenticated"])

    public static func serviceAccount(namespace: String, name: String, uid: String) -> Identity {
        Identity(
            username: "system:serviceaccount:\(namespace):\(name)", uid: uid,
            groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"])
    }
}

/// What a request wants to do, as authorization sees it.
public struct RequestAttributes: Sendable, Hashable {
    /// `get list watch create update patch delete deletecollection`, or a lower-case HTTP method for a path.
    public var verb: String
    public var group: String
    public var version: String
    public var resource: String
    public var subresource: String
    /// Empty for cluster-scoped resources and for all namespaces.
    public var namespace: String
    public var name: String
    /// For requests that name no resource, such as `/version`.
    public var nonResourcePath: String

    public init(
        verb: String, group: String = "", version: String = "", resource: String = "", subresource: String = "",
        namespace: String = "", name: String = "", nonResourcePath: String = ""
    ) {
        self.verb = verb
        self.group = group
        self.version = version
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
        self.nonResourcePath = nonResourcePath
    }
}

public enum AuthorizationDecision: Sendable, Hashable {
    case allowed
    /// With the reason in words.
    case denied(String)
}
