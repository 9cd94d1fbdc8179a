/// A pod that is hit, and where it belongs.
public struct Target: Sendable, Hashable, Codable {
    public var namespace: String
    public var name: String
    public var uid: String
    public var node: String
    /// The container that is hit by faults on containers.
    public var container: String
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
        parent: Workload? = nil
    ) {
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.node = node
        self.container = container
        self.parent = parent
    }

    /// How Litmus names a target in errors.
    public var text: String { "{podName: \(name), namespace: \(namespace)}" }
}
