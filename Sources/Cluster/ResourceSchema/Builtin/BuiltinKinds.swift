import KubernetesAPI

/// The kinds that the API server has of itself, with their full field tables.
public enum BuiltinKinds {
    /// Every built-in resource; within a group the order of discovery.
    public static let all: [ServedResource] = core + workloads + access + extras

    /// The schema of a built-in type, such as `io.k8s.api.core.v1.PodSpec`, or nil.
    public static func schema(definition name: String) -> Schema? {
        SchemaTable.builtin.schemas[name]
    }

    static let readOnlyVerbs = ["get", "list", "watch"]

    static func resource(
        _ kind: String, _ plural: String, in group: String = "", namespaced: Bool = true, short: [String] = [],
        inAll: Bool = false, verbs: [String] = ServedResource.allVerbs, subresources: [String] = [],
        scale: ServedResource.ScalePaths? = nil, selectable: [String] = [], columns: [PrinterColumn] = [],
        standard: ServedResource.StandardColumns = [.name, .age]
    ) -> ServedResource {
        var resource = ServedResource(
            type: ResourceType(group: group, version: "v1", kind: kind, plural: plural, isNamespaced: namespaced),
            shortNames: short, categories: inAll ? ["all"] : [], verbs: verbs, subresources: subresources,
            schema: schema(definition: "\(package(of: group)).\(kind)") ?? Schema(.any), columns: columns,
            scale: scale, selectableFields: selectable)
        resource.standardColumns = standard
        return resource
    }

    /// Where the types of a group's first version are declared.
    private static func package(of group: String) -> String {
        switch group {
        case "": "io.k8s.api.core.v1"
        case "apiextensions.k8s.io": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
        default: "io.k8s.api.\(group.split(separator: ".").first ?? "").v1"
        }
    }

    static let replicaPaths = ServedResource.ScalePaths(
        specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"],
        labelSelector: ["spec", "selector"])
}
