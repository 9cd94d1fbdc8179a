import KubernetesAPI

extension Installation {
    /// Every object as one stream of YAML documents.
    /// - Throws: what the YAML writer throws.
    public func manifests() throws -> String { try YAMLStream.text(objects) }

    /// A base for kustomize: names of files and what stands in them, `kustomization.yaml` first.
    ///
    /// Needs nothing that the kustomize in kubectl 1.20 lacks.
    /// - Throws: what the YAML writer throws.
    public func kustomizeBase() throws -> [(name: String, text: String)] {
        try YAMLStream.kustomizeBase(parts.map { (name: $0.name, objects: $0.objects) })
    }
}

/// Objects as text.
public enum YAMLStream {
    /// - Returns: documents, each begun by `---`; keys are sorted, so that equal objects give equal text.
    public static func text(_ objects: [JSON]) throws -> String {
        try objects.map { "---\n" + (try $0.yaml()) }.joined()
    }

    /// Files with a `kustomization.yaml` that lists them.
    public static func kustomizeBase(
        _ files: [(name: String, objects: [JSON])]
    ) throws -> [(name: String, text: String)] {
        let kustomization: JSON = [
            "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
            "resources": .array(files.map { .string("\($0.name).yaml") }),
        ]
        let first = [(name: "kustomization.yaml", text: try kustomization.yaml())]
        return try first + files.map { (name: "\($0.name).yaml", text: try text($0.objects)) }
    }
}
