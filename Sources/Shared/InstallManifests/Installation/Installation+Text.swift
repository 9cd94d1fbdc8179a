import KubernetesAPI

extension Installation {
    /// Every object as one stream of YAML documents.
    /// - Parameter notes: lines for people, as comments on top.
    /// - Throws: what the YAML writer throws.
    public func manifests(notes: [String] = []) throws -> String { try YAMLStream.text(objects, notes: notes) }

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
    /// - Parameter notes: comments of the first document; before it they would be a document of nothing to readers that
    ///   split the stream at `---`.
    /// - Returns: documents, each begun by `---`; keys are sorted, so that equal objects give equal text.
    public static func text(_ objects: [JSON], notes: [String] = []) throws -> String {
        let comments = notes.flatMap { $0.split(whereSeparator: \.isNewline) }.map { "# \($0)\n" }.joined()
        let documents = try objects.map { try $0.yaml() }
        return documents.enumerated().map { "---\n" + ($0.offset == 0 ? comments : "") + $0.element }.joined()
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
