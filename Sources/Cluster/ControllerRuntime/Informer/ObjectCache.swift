import KubernetesAPI

/// The objects of one list and watch, and what the own process wrote since: reads see own writes at once.
///
/// An own write is taken over when it is newer than everything that the watch has told so far; the watch then tells it
/// again, which changes nothing. So a controller that reads only this cache never acts twice on the same state. Resource
/// versions are compared as numbers, as all servers assign them; where they are none, own writes wait for the watch.
struct ObjectCache<Object: JSONView>: Sendable {
    private(set) var objects: [ObjectKey: Object] = [:]
    /// The version up to which the server has told everything; empty before the first list.
    private(set) var version = ""
    private(set) var isSynced = false
    private var indices: [String: Index] = [:]
    /// Own deletions that the watch has not told yet, by UID.
    private var deletedUIDs: Set<String> = []

    private struct Index {
        var function: @Sendable (Object) -> [String]
        var keys: [String: Set<ObjectKey>] = [:]

        mutating func move(_ key: ObjectKey, from old: Object?, to new: Object?) {
            let before = old.map(function) ?? []
            let after = new.map(function) ?? []
            if before == after { return }
            for value in before {
                keys[value]?.remove(key)
                if keys[value]?.isEmpty == true { keys[value] = nil }
            }
            for value in after { keys[value, default: []].insert(key) }
        }
    }

    // MARK: Reading

    func get(_ key: ObjectKey) -> Object? { objects[key] }

    func list(index: String, value: String) -> [Object] {
        (indices[index]?.keys[value] ?? []).compactMap { objects[$0] }
    }

    /// Adds an index; one of that name that is there already stays.
    mutating func addIndex(_ name: String, _ function: @escaping @Sendable (Object) -> [String]) {
        guard indices[name] == nil else { return }
        var index = Index(function: function)
        for (key, object) in objects {
            for value in function(object) { index.keys[value, default: []].insert(key) }
        }
        indices[name] = index
    }

    // MARK: What the server tells

    /// Takes a complete list.
    mutating func replace(with items: [Object], version: String) -> [Change<Object>] {
        let listed = Dictionary(items.map { ($0.objectMeta.key, $0) }, uniquingKeysWith: { $1 })
        deletedUIDs.formIntersection(items.map(\.objectMeta.uid))
        var changes: [Change<Object>] = []
        for (key, object) in objects where listed[key] == nil {
            if Self.isVersion(object.objectMeta.resourceVersion, newerThan: version) { continue }
            changes += set(nil, for: key)
        }
        for (key, object) in listed where !deletedUIDs.contains(object.objectMeta.uid) {
            if let known = objects[key],
                !Self.isVersion(object.objectMeta.resourceVersion, newerThan: known.objectMeta.resourceVersion)
            {
                continue
            }
            changes += set(object, for: key)
        }
        self.version = version
        isSynced = true
        return changes
    }

    mutating func apply(_ event: WatchEvent) -> [Change<Object>] {
        let object = Object(json: event.object)
        let meta = object.objectMeta
        if !meta.resourceVersion.isEmpty { version = meta.resourceVersion }
        switch event {
        case .bookmark: return []
        case .added, .modified:
            if deletedUIDs.contains(meta.uid) { return [] }
            if let known = objects[meta.key]?.objectMeta,
                !Self.isVersion(meta.resourceVersion, newerThan: known.resourceVersion)
            {
                return []
            }
            return set(object, for: meta.key)
        case .deleted:
            deletedUIDs.remove(meta.uid)
            // One of the same name may have been made since by ourselves.
            guard objects[meta.key]?.objectMeta.uid == meta.uid else { return [] }
            return set(nil, for: meta.key, last: object)
        }
    }

    // MARK: What the own process did

    /// - Parameter matches: whether the object is still one that the informer selects.
    mutating func record(written object: Object, matches: Bool) -> [Change<Object>] {
        let meta = object.objectMeta
        guard isSynced, !deletedUIDs.contains(meta.uid),
            Self.isVersion(meta.resourceVersion, newerThan: version, unknown: false)
        else { return [] }
        if let known = objects[meta.key]?.objectMeta,
            !Self.isVersion(meta.resourceVersion, newerThan: known.resourceVersion, unknown: false)
        {
            return []
        }
        return set(matches ? object : nil, for: meta.key)
    }

    mutating func record(deletedUID uid: String, key: ObjectKey) -> [Change<Object>] {
        guard let object = objects[key], object.objectMeta.uid == uid else { return [] }
        deletedUIDs.insert(uid)
        return set(nil, for: key)
    }

    // MARK: -

    private mutating func set(_ object: Object?, for key: ObjectKey, last: Object? = nil) -> [Change<Object>] {
        let old = objects[key]
        objects[key] = object
        for name in Array(indices.keys) { indices[name]?.move(key, from: old, to: object) }
        switch (old, object) {
        case (nil, nil): return []
        case (nil, .some(let new)): return [.added(new)]
        case (.some(let old), nil): return [.deleted(last ?? old)]
        case (.some(let old), .some(let new)):
            // Another object of the same name: the first one's deletion was not seen.
            if old.objectMeta.uid != new.objectMeta.uid { return [.deleted(old), .added(new)] }
            return [.updated(old: old, new: new)]
        }
    }

    /// - Parameter unknown: the answer for versions that are no numbers.
    private static func isVersion(_ version: String, newerThan other: String, unknown: Bool = true) -> Bool {
        guard let version = UInt64(version), let other = UInt64(other) else { return unknown && version != other }
        return version > other
    }
}
