extension Status {
    /// What makes a service account with everything that an engine's faults need.
    public static let accountCommand = "litmus rbac ENGINE.yaml | kubectl apply -f -"

    /// The status for people, and for a refusal what the service account lacks.
    /// - Parameter resource: as roles name it: `pods`, `deployments.apps`.
    public func explained(_ verb: String, on resource: String) -> String {
        guard isForbidden else { return "\(self)" }
        return "\(self): add the verb \(verb) on \(resource) to the service account's role, or let "
            + "'\(Self.accountCommand)' make it"
    }

    /// The status for people, and for a refusal of RBAC the rule that would grant what was asked.
    public var explained: String {
        guard let rule = missingRule else { return description }
        return "\(self): it takes the rule \(rule)"
    }

    /// The rule that a refusal of RBAC names; nil for other errors, and for servers that say it in other words.
    public var missingRule: MissingRule? { isForbidden ? MissingRule(message: message) : nil }
}

/// What a role would have to grant.
public struct MissingRule: Sendable, Hashable, CustomStringConvertible {
    public var verb: String
    /// With its subresource: `pods/exec`.
    public var resource: String
    public var group: String
    /// nil: at the cluster scope, which takes a ClusterRole and a ClusterRoleBinding.
    public var namespace: String?

    public init(verb: String, resource: String, group: String, namespace: String?) {
        self.verb = verb
        self.resource = resource
        self.group = group
        self.namespace = namespace
    }

    /// - Parameter message: such as `pods is forbidden: User "x" cannot list resource "pods" in API group "" in the
    ///   namespace "n"`.
    init?(message: String) {
        let pattern =
            /cannot (?<verb>\S+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)" (?:in the namespace "(?<namespace>[^"]+)"|at the cluster scope)/
        guard let match = message.firstMatch(of: pattern) else { return nil }
        self.init(
            verb: String(match.verb), resource: String(match.resource), group: String(match.group),
            namespace: match.namespace.map(String.init))
    }

    public var description: String {
        let rule = "{apiGroups: [\"\(group)\"], resources: [\"\(resource)\"], verbs: [\"\(verb)\"]}"
        return namespace.map { "\(rule) in a Role of the namespace \($0)" } ?? "\(rule) in a ClusterRole"
    }
}
