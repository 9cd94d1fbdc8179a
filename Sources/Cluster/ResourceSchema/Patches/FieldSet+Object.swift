import KubernetesAPI

extension FieldSet {
    /// Every field that `object` sets.
    ///
    /// Objects are granular unless their schema says `atomic`; lists are told apart by `listType` or the patch merge
    /// key, else they are one field. The identity of the object and what the server alone writes is left out.
    public static func fields(of object: JSON, schema: Schema) -> FieldSet {
        FieldSet(value: object, schema: schema).withoutServerFields()
    }

    init(value: JSON, schema: Schema?) {
        switch value {
        case .object(let members) where schema?.isAtomicMap != true && !members.isEmpty:
            self.init()
            for (key, member) in members where !member.isNull {
                var child = FieldSet(value: member, schema: schema?.member(key))
                // The entries of a map come and go, so an entry is owned apart from what it holds.
                if let schema, schema.isMap, schema.properties[key] == nil { child.isMember = true }
                insert(child, at: .field(key))
            }
            if children.isEmpty { isMember = true }
        case .array(let elements) where !elements.isEmpty:
            self = schema.map { FieldSet(list: elements, schema: $0) } ?? .leaf
        default:
            self = .leaf
        }
    }

    private init(list elements: [JSON], schema: Schema) {
        let identity = schema.listIdentity
        if case .atomic = identity {
            self = .leaf
            return
        }
        self.init()
        for element in elements {
            guard let path = schema.pathElement(of: element, identity: identity) else { continue }
            var child = FieldSet(value: element, schema: schema.items)
            child.isMember = true
            insert(child, at: path)
        }
    }

    private static let serverFields: FieldSet = {
        let metadata = [
            "name", "generateName", "namespace", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "selfLink", "uid", "clusterName", "generation", "managedFields",
            "resourceVersion",
        ]
        return FieldSet(children: [
            .field("apiVersion"): .leaf, .field("kind"): .leaf,
            .field("metadata"): FieldSet(
                children: Dictionary(metadata.map { (.field($0), .leaf) }, uniquingKeysWith: { $1 })),
        ])
    }()

    /// Without the fields that nobody owns.
    func withoutServerFields() -> FieldSet {
        var result = subtractingTrees(Self.serverFields)
        result.isMember = false
        if let metadata = result.children[.field("metadata")], metadata.children.isEmpty {
            result.children[.field("metadata")] = nil
        }
        return result
    }
}
