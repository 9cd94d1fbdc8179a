import KubernetesAPI

/// The objects of a cluster and the history of their changes. Pure: no waiting, no locks.
struct InMemoryStore: Sendable {
    struct Change: Sendable {
        var version: Int
        var type: GroupVersionResource
        var old: JSON?
        /// nil for a deletion, whose `old` carries the version of the deletion.
        var new: JSON?
    }

    var types: [GroupVersionResource: ResourceType] = [:]
    private(set) var objects: [GroupVersionResource: [ObjectKey: JSON]] = [:]
    private(set) var version = 1000
    private(set) var history: [Change] = []
    /// Versions up to this one are forgotten.
    private(set) var compacted = 0
    private var lastUID = 0

    // MARK: Reading

    func type(_ gvr: GroupVersionResource) throws -> ResourceType {
        guard let type = types[gvr] else { throw Status.noSuchResource }
        return type
    }

    func get(_ gvr: GroupVersionResource, _ key: ObjectKey) throws -> JSON {
        _ = try type(gvr)
        guard let object = objects[gvr]?[key] else { throw Status.notFound(gvr, name: key.name) }
        return object
    }

    func list(_ gvr: GroupVersionResource, namespace: String?, options: ListOptions) throws -> ObjectList {
        _ = try type(gvr)
        var items = (objects[gvr] ?? [:])
            .filter { Self.matches($0.value, namespace: namespace, options: options) }
            .sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }.map(\.value)
        var token: String?
        if let limit = options.limit {
            let offset = Int(options.continueToken ?? "") ?? 0
            if offset + limit < items.count { token = String(offset + limit) }
            items = Array(items.dropFirst(offset).prefix(limit))
        }
        return ObjectList(items: items, resourceVersion: String(version), continueToken: token)
    }

    static func matches(_ object: JSON, namespace: String?, options: ListOptions) -> Bool {
        let meta = ObjectMeta(json: object["metadata"])
        return ((namespace ?? "").isEmpty || meta.namespace == namespace) && options.labelSelector.matches(meta.labels)
            && options.fieldSelector.matches(object)
    }

    // MARK: Writing

    mutating func create(_ gvr: GroupVersionResource, namespace: String?, _ object: JSON, now: Timestamp) throws -> JSON
    {
        let type = try type(gvr)
        var object = object
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        var meta = ObjectMeta(json: object["metadata"])
        if type.isNamespaced { meta.namespace = namespace ?? (meta.namespace.isEmpty ? "default" : meta.namespace) }
        lastUID += 1
        if meta.name.isEmpty {
            guard !meta.generateName.isEmpty else {
                throw Status.invalid(
                    kind: type.kind, group: type.group, name: "",
                    [.required("metadata.name", "name or generateName is required")])
            }
            meta.name = meta.generateName + Self.suffix(lastUID)
        }
        if objects[gvr]?[meta.key] != nil { throw Status.alreadyExists(gvr, name: meta.name) }
        if type.isNamespaced, let phase = objects[Namespace.type.gvr]?[ObjectKey(namespace: "", name: meta.namespace)],
            phase["status", "phase"].string == "Terminating"
        {
            throw Status.forbidden(
                gvr, name: meta.name,
                "unable to create new content in namespace \(meta.namespace) because it is being terminated")
        }
        meta.uid = "uid-\(lastUID)"
        meta.creationTimestamp = now
        meta.deletionTimestamp = nil
        if !object["spec"].isNull { meta.generation = 1 }
        object["metadata"] = meta.json
        if Self.hasStatus(type) { object["status"] = Self.initialStatus(type) }
        if type == Namespace.type { object["spec", "finalizers"] = ["kubernetes"] }
        return commit(gvr, old: nil, new: object)
    }

    mutating func update(
        _ gvr: GroupVersionResource, _ key: ObjectKey, subresource: String?, _ object: JSON
    ) throws -> JSON {
        let type = try type(gvr)
        let old = try get(gvr, key)
        let oldMeta = ObjectMeta(json: old["metadata"])
        var meta = ObjectMeta(json: object["metadata"])
        if !meta.resourceVersion.isEmpty, meta.resourceVersion != oldMeta.resourceVersion {
            throw Status.conflict(gvr, name: key.name)
        }
        if !meta.uid.isEmpty, meta.uid != oldMeta.uid {
            throw Status.conflict(
                gvr, name: key.name,
                "Precondition failed: UID in precondition: \(meta.uid), UID in object meta: \(oldMeta.uid)")
        }
        var new = object
        switch subresource {
        case "status":
            new = old
            new["status"] = object["status"]
            meta = oldMeta
        case "finalize":
            new = old
            new["spec", "finalizers"] = object["spec", "finalizers"]
            meta = oldMeta
        case nil:
            if Self.hasStatus(type) { new["status"] = old["status"] }
        case .some: throw Status.noSuchResource
        }
        meta.name = oldMeta.name
        meta.namespace = oldMeta.namespace
        meta.uid = oldMeta.uid
        meta.creationTimestamp = oldMeta.creationTimestamp
        meta.deletionTimestamp = oldMeta.deletionTimestamp
        meta.deletionGracePeriodSeconds = oldMeta.deletionGracePeriodSeconds
        if new["spec"] != old["spec"], oldMeta.generation > 0 {
            meta.generation = oldMeta.generation + 1
        } else {
            // A kind without generations has no field for them either.
            meta.json["generation"] = oldMeta.json["generation"]
        }
        meta.resourceVersion = oldMeta.resourceVersion
        new["metadata"] = meta.json
        return finish(gvr, old: old, new: new)
    }

    /// Also removes what waits for nothing any more.
    private mutating func finish(_ gvr: GroupVersionResource, old: JSON, new: JSON) -> JSON {
        let meta = ObjectMeta(json: new["metadata"])
        let isDone =
            meta.isBeingDeleted && meta.finalizers.isEmpty && (meta.deletionGracePeriodSeconds ?? 0) == 0
            && (gvr != Namespace.type.gvr || new["spec", "finalizers"].strings.isEmpty)
        if isDone { return remove(gvr, new) }
        return new == old ? old : commit(gvr, old: old, new: new)
    }

    mutating func delete(
        _ gvr: GroupVersionResource, _ key: ObjectKey, options: DeleteOptions, now: Timestamp
    ) throws -> JSON {
        let old = try get(gvr, key)
        var meta = ObjectMeta(json: old["metadata"])
        if let uid = options.uid, uid != meta.uid {
            throw Status.conflict(gvr, name: key.name, "the UID in the precondition (\(uid)) is not \(meta.uid)")
        }
        if let version = options.resourceVersion, version != meta.resourceVersion {
            throw Status.conflict(gvr, name: key.name)
        }
        switch options.propagationPolicy {
        case .foreground where !meta.finalizers.contains("foregroundDeletion"):
            meta.finalizers.append("foregroundDeletion")
        case .orphan where !meta.finalizers.contains("orphan"): meta.finalizers.append("orphan")
        default: break
        }
        var new = old
        let grace = Self.grace(gvr, old, options)
        if meta.deletionTimestamp == nil || grace < (meta.deletionGracePeriodSeconds ?? 0) {
            meta.deletionTimestamp = meta.deletionTimestamp ?? now + .seconds(grace)
            meta.deletionGracePeriodSeconds = grace
        }
        new["metadata"] = meta.json
        if gvr == Namespace.type.gvr { new["status", "phase"] = "Terminating" }
        return finish(gvr, old: old, new: new)
    }

    private static func grace(_ gvr: GroupVersionResource, _ object: JSON, _ options: DeleteOptions) -> Int {
        let pod = Pod(json: object)
        guard gvr == Pod.type.gvr, !pod.nodeName.isEmpty, !pod.isFinished else { return 0 }
        return options.gracePeriodSeconds ?? pod.spec["terminationGracePeriodSeconds"].int ?? 30
    }

    private mutating func remove(_ gvr: GroupVersionResource, _ object: JSON) -> JSON {
        version += 1
        var last = object
        last["metadata", "resourceVersion"] = .string(String(version))
        objects[gvr]?[ObjectMeta(json: object["metadata"]).key] = nil
        history.append(Change(version: version, type: gvr, old: last, new: nil))
        return last
    }

    private mutating func commit(_ gvr: GroupVersionResource, old: JSON?, new: JSON) -> JSON {
        version += 1
        var new = new
        new["metadata", "resourceVersion"] = .string(String(version))
        objects[gvr, default: [:]][ObjectMeta(json: new["metadata"]).key] = new
        history.append(Change(version: version, type: gvr, old: old, new: new))
        return new
    }

    /// Forgets the history: watches from before now are answered 410.
    mutating func compact() {
        history = []
        compacted = version
    }

    // MARK: Kinds

    static func hasStatus(_ type: ResourceType) -> Bool {
        switch (type.group, type.plural) {
        case ("", "pods"), ("", "nodes"), ("", "namespaces"), ("", "services"), ("", "persistentvolumeclaims"),
            ("batch", _), ("apiextensions.k8s.io", _):
            true
        case ("apps", let plural): plural != "controllerrevisions"
        default: false
        }
    }

    private static func initialStatus(_ type: ResourceType) -> JSON {
        switch type.kind {
        case "Pod": ["phase": "Pending"]
        case "Namespace": ["phase": "Active"]
        default: .null
        }
    }

    private static func suffix(_ number: Int) -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        var rest = number &* 48_271
        return String(
            (0..<5).map { _ in
                defer { rest /= letters.count }
                return letters[rest % letters.count]
            })
    }
}
