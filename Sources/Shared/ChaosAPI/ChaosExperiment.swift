import KubernetesAPI

/// `litmuschaos.io/v1alpha1` ChaosExperiment: the definition of a fault that engines refer to by name.
public struct ChaosExperiment: Resource {
    public static let type = ResourceType(
        group: ChaosAPIGroup.name, version: ChaosAPIGroup.version, kind: "ChaosExperiment", plural: "chaosexperiments")

    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// `spec.definition`.
    public var definition: ExperimentDefinition {
        get { ExperimentDefinition(json: json["spec", "definition"]) }
        set { json["spec", "definition"] = newValue.json }
    }
}

/// `spec.definition` of a ChaosExperiment.
public struct ExperimentDefinition: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// `Namespaced` or `Cluster`; says which kind of role the permissions need.
    public var scope: String { json["scope"].string ?? "Namespaced" }
    /// rbac/v1 `PolicyRule` values: what the fault's service account needs.
    public var permissions: [JSON] { json["permissions"].array ?? [] }
    public var image: String { json["image"].string ?? "" }
    /// Empty where absent.
    public var imagePullPolicy: String { json["imagePullPolicy"].string ?? "" }
    public var command: [String] { json["command"].strings }
    public var args: [String] { json["args"].strings }
    /// core/v1 `EnvVar` values.
    public var env: [JSON] { json["env"].array ?? [] }
    public var labels: [String: String] { json["labels"].stringMap }
    public var configMaps: [MountedObject] { (json["configMaps"].array ?? []).map(MountedObject.init) }
    public var secrets: [MountedObject] { (json["secrets"].array ?? []).map(MountedObject.init) }
    public var hostFileVolumes: [HostFileVolume] { (json["hostFileVolumes"].array ?? []).map(HostFileVolume.init) }
    public var annotations: [String: String] { json["experimentAnnotations"].stringMap }
    public var podSecurityContext: JSON { json["securityContext", "podSecurityContext"] }
    public var containerSecurityContext: JSON { json["securityContext", "containerSecurityContext"] }
    public var hostPID: Bool { json["hostPID"].bool ?? false }
}

/// A file or directory of the node that is mounted into the experiment's container.
public struct HostFileVolume: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var name: String { json["name"].string ?? "" }
    public var mountPath: String { json["mountPath"].string ?? "" }
    public var nodePath: String { json["nodePath"].string ?? "" }
    /// A hostPath type, `File` by default.
    public var type: String { json["type"].string ?? "File" }
}
