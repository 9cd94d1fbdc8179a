import KubernetesAPI

/// One change of an informer's cache.
public enum Change<Object: JSONView>: Sendable, Equatable {
    case added(Object)
    case updated(old: Object, new: Object)
    /// With the last state that is known.
    case deleted(Object)

    /// The newest state.
    public var object: Object {
        switch self {
        case .added(let object), .deleted(let object), .updated(_, let object): object
        }
    }

    /// Every state that the change names: the old one first.
    public var objects: [Object] {
        switch self {
        case .added(let object), .deleted(let object): [object]
        case .updated(let old, let new): [old, new]
        }
    }
}

extension JSONView {
    /// The object's metadata, for kinds known only at run time too.
    public var objectMeta: ObjectMeta { ObjectMeta(json: json["metadata"]) }
}
