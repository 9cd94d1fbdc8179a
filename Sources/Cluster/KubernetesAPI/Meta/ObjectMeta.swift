/// meta/v1 `ObjectMeta` as a window on JSON.
public struct ObjectMeta: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var name: String {
        get { json["name"].string ?? "" }
        set { json["name"] = newValue.isEmpty ? .null : .string(newValue) }
    }
    public var generateName: String {
        get { json["generateName"].string ?? "" }
        set { json["generateName"] = newValue.isEmpty ? .null : .string(newValue) }
    }
    /// Empty for cluster-scoped objects.
    public var namespace: String {
        get { json["namespace"].string ?? "" }
        set { json["namespace"] = newValue.isEmpty ? .null : .string(newValue) }
    }
    public var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }

    public var uid: String {
        get { json["uid"].string ?? "" }
        set { json["uid"] = newValue.isEmpty ? .null : .string(newValue) }
    }
    public var resourceVersion: String {
        get { json["resourceVersion"].string ?? "" }
        set { json["resourceVersion"] = newValue.isEmpty ? .null : .string(newValue) }
    }
    /// Counts changes of the desired state; 0 when absent.
    public var generation: Int {
        get { json["generation"].int ?? 0 }
        set { json["generation"] = .int(Int64(newValue)) }
    }
    public var creationTimestamp: Timestamp? {
        get { json["creationTimestamp"].string.flatMap(Timestamp.init) }
        set { json["creationTimestamp"] = newValue.map { .string($0.description) } ?? .null }
    }
    public var deletionTimestamp: Timestamp? {
        get { json["deletionTimestamp"].string.flatMap(Timestamp.init) }
        set { json["deletionTimestamp"] = newValue.map { .string($0.description) } ?? .null }
    }
    /// Seconds; nil when absent.
    public var deletionGracePeriodSeconds: Int? {
        get { json["deletionGracePeriodSeconds"].int }
        set { json["deletionGracePeriodSeconds"] = newValue.map { .int(Int64($0)) } ?? .null }
    }
    public var isBeingDeleted: Bool { !json["deletionTimestamp"].isNull }

    public var labels: [String: String] {
        get { json["labels"].stringMap }
        set { json["labels"] = newValue.isEmpty ? .null : JSON(newValue) }
    }
    public var annotations: [String: String] {
        get { json["annotations"].stringMap }
        set { json["annotations"] = newValue.isEmpty ? .null : JSON(newValue) }
    }
    public var finalizers: [String] {
        get { json["finalizers"].strings }
        set { json["finalizers"] = newValue.isEmpty ? .null : JSON(newValue) }
    }
    public var ownerReferences: [OwnerReference] {
        get { (json["ownerReferences"].array ?? []).map(OwnerReference.init) }
        set { json["ownerReferences"] = newValue.isEmpty ? .null : .array(newValue.map(\.json)) }
    }
    /// The owner that manages this object, if any.
    public var controller: OwnerReference? { ownerReferences.first { $0.isController } }
}

/// meta/v1 `OwnerReference`.
public struct OwnerReference: JSONView {
    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// A reference to `owner`; a controller reference also blocks the owner's foreground deletion.
    public init(to owner: some Resource, controller: Bool = true) {
        json = [
            "apiVersion": .string(type(of: owner).type.apiVersion), "kind": .string(type(of: owner).type.kind),
            "name": .string(owner.name), "uid": .string(owner.uid),
        ]
        if controller {
            json["controller"] = true
            json["blockOwnerDeletion"] = true
        }
    }

    public var apiVersion: String { json["apiVersion"].string ?? "" }
    public var kind: String { json["kind"].string ?? "" }
    public var name: String { json["name"].string ?? "" }
    public var uid: String { json["uid"].string ?? "" }
    public var isController: Bool { json["controller"].bool ?? false }
    public var blocksOwnerDeletion: Bool { json["blockOwnerDeletion"].bool ?? false }
}
