public struct Pod: Resource {
    public static let type = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods")
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var spec: JSON {
        get { json["spec"] }
        set { json["spec"] = newValue }
    }
    public var containers: [Container] { (spec["containers"].array ?? []).map(Container.init) }
    public var initContainers: [Container] { (spec["initContainers"].array ?? []).map(Container.init) }
    public var nodeName: String { spec["nodeName"].string ?? "" }
    /// `Always`, `OnFailure` or `Never`.
    public var restartPolicy: String { spec["restartPolicy"].string ?? "Always" }

    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`; empty before the first status.
    public var phase: String { json["status", "phase"].string ?? "" }
    public var podIP: String { json["status", "podIP"].string ?? "" }
    public var isFinished: Bool { phase == "Succeeded" || phase == "Failed" }
    public var containerStatuses: [ContainerStatus] {
        (json["status", "containerStatuses"].array ?? []).map(ContainerStatus.init)
    }
    /// Whether the condition `Ready` is `True`.
    public var isReady: Bool {
        (json["status", "conditions"].array ?? []).contains {
            $0["type"].string == "Ready" && $0["status"].string == "True"
        }
    }
}

public struct Container: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var name: String { json["name"].string ?? "" }
    public var image: String { json["image"].string ?? "" }
    public var command: [String] { json["command"].strings }
    public var args: [String] { json["args"].strings }
}

public struct ContainerStatus: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var name: String { json["name"].string ?? "" }
    public var isReady: Bool { json["ready"].bool ?? false }
    public var restartCount: Int { json["restartCount"].int ?? 0 }
    /// `RUNTIME://ID`, empty before the first start.
    public var containerID: String { json["containerID"].string ?? "" }
    public var isRunning: Bool { !json["state", "running"].isNull }
    /// `state.terminated` (exitCode, reason, message, startedAt, finishedAt), or null.
    public var terminated: JSON { json["state", "terminated"] }
    /// `state.waiting` (reason, message), or null.
    public var waiting: JSON { json["state", "waiting"] }
}
