/// A typed window on a JSON value. Fields that the type does not know stay in `json` and survive a round trip.
public protocol JSONView: Sendable, Hashable {
    var json: JSON { get set }
    init(json: JSON)
}

/// A Kubernetes object of one kind.
public protocol Resource: JSONView {
    static var type: ResourceType { get }
}

extension Resource {
    /// A new object with `apiVersion`, `kind` and the given names set.
    public init(name: String, namespace: String? = nil) {
        self.init(json: ["apiVersion": .string(Self.type.apiVersion), "kind": .string(Self.type.kind)])
        metadata.name = name
        metadata.namespace = namespace ?? ""
    }

    public var metadata: ObjectMeta {
        get { ObjectMeta(json: json["metadata"]) }
        set { json["metadata"] = newValue.json }
    }

    public var key: ObjectKey { metadata.key }
    public var name: String { metadata.name }
    public var namespace: String { metadata.namespace }
    public var uid: String { metadata.uid }

    /// The name part of events and owner references: `ChaosEngine default/nginx-chaos`.
    public var reference: ObjectReference {
        ObjectReference(
            apiVersion: Self.type.apiVersion, kind: Self.type.kind, namespace: namespace, name: name, uid: uid)
    }
}

/// Which object an Event is about (core/v1 `ObjectReference`).
public struct ObjectReference: Sendable, Hashable {
    public var apiVersion: String
    public var kind: String
    public var namespace: String
    public var name: String
    public var uid: String

    public init(apiVersion: String, kind: String, namespace: String, name: String, uid: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.uid = uid
    }

    public var json: JSON {
        var json: JSON = ["apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name)]
        if !namespace.isEmpty { json["namespace"] = .string(namespace) }
        if !uid.isEmpty { json["uid"] = .string(uid) }
        return json
    }
}

/// An object whose kind is only known at run time.
public struct DynamicObject: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var apiVersion: String { json["apiVersion"].string ?? "" }
    public var kind: String { json["kind"].string ?? "" }
    public var metadata: ObjectMeta {
        get { ObjectMeta(json: json["metadata"]) }
        set { json["metadata"] = newValue.json }
    }
}
