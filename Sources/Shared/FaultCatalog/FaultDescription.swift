/// What there is to know of a fault without running it.
public struct FaultDescription: Sendable, Hashable {
    public enum Scope: String, Sendable {
        case namespaced = "Namespaced"
        case cluster = "Cluster"
    }

    /// What a fault touches beside the Kubernetes API, as labels of its experiment's pod tell.
    public enum Usage: String, Sendable {
        case runtimeAPI = "runtime-api-usage"
        case hostPath = "host-path-usage"
        case serviceKill = "service-kill"
    }

    /// Such as `pod-delete`: the name of its ChaosExperiment.
    public var name: String
    /// The hub's folder, such as `kubernetes`.
    public var category: String
    public var scope: Scope
    /// One line.
    public var summary: String
    /// A few sentences: what is done, what undoes it.
    public var details: String
    /// In the order of the manifest; those that it leaves out come last.
    public var tunables: [Tunable]
    public var permissions: [Permission]
    public var usages: [Usage]

    public init(
        name: String, category: String, scope: Scope, summary: String, details: String, tunables: [Tunable],
        permissions: [Permission], usages: [Usage] = []
    ) {
        self.name = name
        self.category = category
        self.scope = scope
        self.summary = summary
        self.details = details
        self.tunables = tunables
        self.permissions = permissions
        self.usages = usages
    }

    public func tunable(_ name: String) -> Tunable? { tunables.first { $0.name == name } }
}

/// One rbac/v1 `PolicyRule` that a fault needs.
public struct Permission: Sendable, Hashable {
    /// Empty for the core group.
    public var group: String
    public var resources: [String]
    public var verbs: [String]

    public init(_ group: String, _ resources: [String], _ verbs: [String]) {
        self.group = group
        self.resources = resources
        self.verbs = verbs
    }
}
