/// Which logs an agent is to read: `externalData` of the action `logs`.
public struct PodLogRequest: Codable, Sendable, Hashable {
    public var infraID: String
    /// Empty where the pod belongs to no run.
    public var experimentRunID: String
    public var podName: String
    public var podNamespace: String
    /// The type of the run's node.
    public var podType: String
    /// Of a ChaosEngine's node: the pods of the fault and of the runner, and their namespace.
    public var expPod: String?
    public var runnerPod: String?
    public var chaosNamespace: String?

    public init(
        infraID: String, experimentRunID: String, podName: String, podNamespace: String, podType: String,
        expPod: String? = nil, runnerPod: String? = nil, chaosNamespace: String? = nil
    ) {
        self.infraID = infraID
        self.experimentRunID = experimentRunID
        self.podName = podName
        self.podNamespace = podNamespace
        self.podType = podType
        self.expPod = expPod
        self.runnerPod = runnerPod
        self.chaosNamespace = chaosNamespace
    }
}

/// Which objects an agent is to list: `externalData` of the action `kubeobject`.
public struct KubeObjectRequest: Codable, Sendable, Hashable {
    /// A kind of objects.
    public struct GroupVersionResource: Codable, Sendable, Hashable {
        /// Empty for the core group.
        public var group: String
        public var version: String
        /// The plural, such as `deployments`.
        public var resource: String

        public init(group: String, version: String, resource: String) {
            self.group = group
            self.version = version
            self.resource = resource
        }
    }

    /// One object that is asked for by its name.
    public struct Workload: Codable, Sendable, Hashable {
        public var name: String
        public var kind: String
        public var namespace: String
    }

    public var infraID: String
    public var kubeObjRequest: GroupVersionResource?
    public var namespace: String
    public var objectType: String
    public var workloads: [Workload?]?

    public init(
        infraID: String, kubeObjRequest: GroupVersionResource?, namespace: String, objectType: String,
        workloads: [Workload?]? = nil
    ) {
        self.infraID = infraID
        self.kubeObjRequest = kubeObjRequest
        self.namespace = namespace
        self.objectType = objectType
        self.workloads = workloads
    }
}

/// `externalData` of the action `namespace`.
public struct KubeNamespaceRequest: Codable, Sendable, Hashable {
    public var infraID: String

    public init(infraID: String) { self.infraID = infraID }
}

/// What is asked of an agent, and answered by a mutation of its own.
public protocol ClusterRequest: Codable, Sendable {
    /// The action that asks it.
    static var action: ActionType { get }
    var infraID: String { get }
}

extension ClusterRequest {
    /// The text in `externalData`.
    public func externalData() throws -> String { try SortedJSON.text(of: self) }
}

extension PodLogRequest: ClusterRequest {
    public static let action = ActionType.logs
}

extension KubeObjectRequest: ClusterRequest {
    public static let action = ActionType.listObjects
}

extension KubeNamespaceRequest: ClusterRequest {
    public static let action = ActionType.listNamespaces
}
