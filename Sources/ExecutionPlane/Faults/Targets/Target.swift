/// A pod, or one container of it, that is hit, and where it belongs.
public struct Target: Sendable, Hashable, Codable {
    public var namespace: String
    public var name: String
    public var uid: String
    public var node: String
    /// The container that is hit by faults on containers.
    public var container: String
    /// Of the container that runs now, without the runtime's prefix; empty before its first start.
    public var containerID: String
    public var parent: Workload?

    /// The workload that makes the pod anew.
    public struct Workload: Sendable, Hashable, Codable {
        /// Lower case, such as `deployment`.
        public var kind: String
        public var namespace: String
        public var name: String
        /// Where the API serves the kind.
        public var apiVersion: String

        public init(kind: String, namespace: String, name: String, apiVersion: String) {
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.apiVersion = apiVersion
        }
    }

    public init(
        namespace: String, name: String, uid: String, node: String = "", container: String = "",
        containerID: String = "", parent: Workload? = nil
    ) {
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.node = node
        self.container = container
        self.containerID = containerID
        self.parent = parent
    }

    /// How Litmus names a target in errors.
    public var text: String { "{podName: \(name), namespace: \(namespace)}" }
}

extension [Target] {
    /// Neighbours that are of one pod together.
    var groupedByPod: [[Target]] {
        reduce(into: []) { groups, target in
            if let last = groups.last?.last, last.uid == target.uid, last.name == target.name,
                last.namespace == target.namespace
            {
                groups[groups.count - 1].append(target)
            } else {
                groups.append([target])
            }
        }
    }
}
