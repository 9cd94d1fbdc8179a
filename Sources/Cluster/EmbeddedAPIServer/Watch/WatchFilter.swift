import KubernetesAPI

/// Which objects of a resource a list or watch wants.
struct WatchFilter: Sendable {
    /// nil: all namespaces.
    var namespace: String?
    var labels: LabelSelector
    var fields: FieldSelector
    /// The only name that can match, when the field selector names one.
    let name: String?

    init(namespace: String?, labels: LabelSelector = .everything, fields: FieldSelector = .everything) {
        self.namespace = namespace
        self.labels = labels
        self.fields = fields
        name = fields.requirements.first { $0.field == "metadata.name" && $0.isEqual }?.value
    }

    var selectsAll: Bool { labels.isEmpty && fields.isEmpty }

    func matches(_ entry: StoredEntry) -> Bool {
        if let namespace, entry.key.namespace != namespace { return false }
        if let name, entry.key.name != name { return false }
        if !labels.isEmpty, !labels.matches(entry.labels) { return false }
        return fields.isEmpty || fields.matches(entry.json)
    }

    /// Whether a change can be an event at all: the cheap half of `event`, for use under a lock.
    func mayConcern(_ change: Change) -> Bool {
        if let namespace, change.after.key.namespace != namespace { return false }
        if let name, change.after.key.name != name { return false }
        return true
    }

    /// What a change looks like through the filter: an object that begins to match was added, one that ceases to was
    /// deleted.
    func event(for change: Change) -> StoredEvent? {
        let matched = change.before.map(matches) ?? false
        let matches = !change.isRemoval && matches(change.after)
        switch (matched, matches) {
        case (false, false): return nil
        case (false, true): return StoredEvent(kind: .added, object: change.after.object)
        case (true, true): return StoredEvent(kind: .modified, object: change.after.object)
        case (true, false):
            guard !change.isRemoval, let before = change.before else {
                return StoredEvent(kind: .deleted, object: change.after.object)
            }
            // The object as the watcher knows it, with the version from which the watch can be resumed.
            let last = StoredEntry(key: before.key, revision: change.revision, stamping: before.json)
            return StoredEvent(kind: .deleted, object: last.object)
        }
    }
}
