import KubernetesAPI
import ResourceSchema

/// The scale subresource: autoscaling/v1 `Scale` as a window on an object that has replicas. Pure.
struct ScaleView {
    let kind: ServedKind
    private let paths: (replicas: [String], status: [String], selector: [String])

    /// - Throws: `Status` 404 for a kind without scale.
    init(_ kind: ServedKind) throws {
        guard let scale = kind.resource.scale else { throw Status.noSuchResource }
        self.kind = kind
        paths = (scale.specReplicas, scale.statusReplicas, scale.labelSelector)
    }

    func scale(of object: JSON) throws -> JSON {
        let meta = object["metadata"]
        var scale: JSON = [
            "apiVersion": "autoscaling/v1", "kind": "Scale",
            "metadata": [
                "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"],
                "resourceVersion": meta["resourceVersion"], "creationTimestamp": meta["creationTimestamp"],
            ],
            "spec": .object([:]),
        ]
        let replicas = object[path: paths.replicas].int ?? 0
        if replicas != 0 { scale["spec", "replicas"] = .int(Int64(replicas)) }
        scale["status", "replicas"] = .int(Int64(object[path: paths.status].int ?? 0))
        if let selector = try selector(of: object) { scale["status", "selector"] = .string(selector) }
        return scale
    }

    private func selector(of object: JSON) throws -> String? {
        guard !paths.selector.isEmpty else { return nil }
        switch object[path: paths.selector] {
        case .string(let text): return text
        case .object(let members):
            let value = JSON.object(members)
            let isSelector = !value["matchLabels"].isNull || !value["matchExpressions"].isNull
            return try isSelector
                ? LabelSelector(json: value).description : LabelSelector(matching: value.stringMap).description
        default: return nil
        }
    }

    /// The object with the number of replicas that the scale asks for.
    /// - Throws: `Status` 409 when the scale was read from another version, 422 for a negative number.
    func object(_ object: JSON, scaledTo scale: JSON) throws -> JSON {
        let name = object["metadata", "name"].string ?? ""
        let version = scale["metadata", "resourceVersion"].string ?? ""
        guard version.isEmpty || version == object["metadata", "resourceVersion"].string else {
            throw Status.conflict(kind.gvr, name: name)
        }
        let replicas = scale["spec", "replicas"]
        guard replicas.isNull || replicas.int != nil else {
            throw Status.badRequest("spec.replicas of a Scale must be an integer, not \(replicas.typeName)")
        }
        let number = replicas.int ?? 0
        guard number >= 0 else {
            throw Status.invalid(
                kind: "Scale", group: "autoscaling", name: name,
                [.invalid("spec.replicas", replicas, "must be greater than or equal to 0")])
        }
        var result = object
        result[path: paths.replicas] = .int(Int64(number))
        return result
    }
}
