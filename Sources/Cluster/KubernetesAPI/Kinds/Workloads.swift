/// A kind that makes pods from a template.
public protocol Workload: Resource {}

extension Workload {
    /// The desired number of pods, by default 1.
    public var replicas: Int { json["spec", "replicas"].int ?? 1 }
    /// - Throws: `Status` (400) on a malformed selector.
    public func selector() throws -> LabelSelector { try LabelSelector(json: json["spec", "selector"]) }
    public var template: JSON { json["spec", "template"] }
}

public struct Deployment: Workload {
    public static let type = ResourceType(group: "apps", version: "v1", kind: "Deployment", plural: "deployments")
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct ReplicaSet: Workload {
    public static let type = ResourceType(group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets")
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct StatefulSet: Workload {
    public static let type = ResourceType(group: "apps", version: "v1", kind: "StatefulSet", plural: "statefulsets")
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct DaemonSet: Workload {
    public static let type = ResourceType(group: "apps", version: "v1", kind: "DaemonSet", plural: "daemonsets")
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct Job: Workload {
    public static let type = ResourceType(group: "batch", version: "v1", kind: "Job", plural: "jobs")
    public var json: JSON
    public init(json: JSON) { self.json = json }
}
