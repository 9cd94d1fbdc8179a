import KubernetesAPI

/// Who owns which fields of an object: `metadata.managedFields`.
public struct ManagedFields: Sendable, Hashable {
    /// meta/v1 `ManagedFieldsEntry`.
    struct Entry: Sendable, Hashable {
        var manager: String
        /// `Apply` or `Update`.
        var operation: String
        var apiVersion: String
        /// Empty for the object itself.
        var subresource: String
        /// RFC 3339; kept as it was written.
        var time: String
        var fields: FieldSet

        /// Whether both entries are the same manager's. An applier has one entry for all versions.
        func isSameManager(as other: Entry) -> Bool {
            manager == other.manager && operation == other.operation && subresource == other.subresource
                && (operation == "Apply" || apiVersion == other.apiVersion)
        }
    }

    /// More update entries than this are merged into one, the oldest first.
    static let maximumUpdateEntries = 10

    var entries: [Entry]

    init(_ entries: [Entry] = []) { self.entries = entries }

    /// The entries of `object`; entries that cannot be read are left out, for they own nothing.
    init(of object: JSON) {
        entries = (object["metadata", "managedFields"].array ?? []).compactMap { json in
            guard json["fieldsType"].string ?? "FieldsV1" == "FieldsV1", let manager = json["manager"].string,
                let fields = try? FieldSet(json: json["fieldsV1"])
            else { return nil }
            return Entry(
                manager: manager, operation: json["operation"].string ?? "Update",
                apiVersion: json["apiVersion"].string ?? "", subresource: json["subresource"].string ?? "",
                time: json["time"].string ?? "", fields: fields)
        }
    }

    /// Sorted as the API does: appliers first, then by time and manager.
    var json: JSON {
        let sorted = entries.sorted { left, right in
            if left.operation != right.operation { return left.operation < right.operation }
            return (left.time, left.manager, left.subresource, left.apiVersion)
                < (right.time, right.manager, right.subresource, right.apiVersion)
        }
        return .array(
            sorted.map { entry in
                var json: JSON = [
                    "manager": .string(entry.manager), "operation": .string(entry.operation),
                    "apiVersion": .string(entry.apiVersion), "fieldsType": "FieldsV1", "fieldsV1": entry.fields.json,
                ]
                if !entry.time.isEmpty { json["time"] = .string(entry.time) }
                if !entry.subresource.isEmpty { json["subresource"] = .string(entry.subresource) }
                return json
            })
    }

    func fields(of manager: Entry) -> FieldSet {
        entries.first { $0.isSameManager(as: manager) }?.fields ?? FieldSet()
    }

    /// What all managers own together.
    var union: FieldSet { entries.reduce(FieldSet()) { $0.union($1.fields) } }

    /// Sets the fields of a manager; a manager without fields is forgotten.
    mutating func set(_ entry: Entry) {
        entries.removeAll { $0.isSameManager(as: entry) }
        if !entry.fields.isEmpty { entries.append(entry) }
    }

    /// Takes fields away from every manager but `keeper`.
    mutating func take(_ fields: FieldSet, fromAllBut keeper: Entry) {
        guard !fields.isEmpty else { return }
        for index in entries.indices where !entries[index].isSameManager(as: keeper) {
            entries[index].fields = entries[index].fields.subtracting(fields)
        }
        entries.removeAll { $0.fields.isEmpty }
    }

    private mutating func mergeOldUpdates() {
        var updates = entries.filter { $0.operation == "Update" && $0.subresource.isEmpty }
            .sorted { ($0.time, $0.manager) < ($1.time, $1.manager) }
        guard updates.count > Self.maximumUpdateEntries else { return }
        let count = updates.count - Self.maximumUpdateEntries + 1
        for old in updates.prefix(count) { entries.removeAll { $0.isSameManager(as: old) } }
        updates = Array(updates.prefix(count))
        guard var merged = updates.last else { return }
        merged.manager = "ancient-changes"
        merged.fields = updates.reduce(FieldSet()) { $0.union($1.fields) }
        entries.append(merged)
    }
}

extension ManagedFields {
    /// Records who changed what after a create, update or patch, so that a later apply finds its conflicts.
    ///
    /// - Parameters:
    ///   - old: the object before; nil for a create.
    ///   - new: the object to be stored, defaults included. An explicitly empty `managedFields` gives up tracking.
    ///   - manager: the request's field manager.
    ///   - operation: `Update`; `Apply` is written by `ServerSideApply`.
    ///   - subresource: empty for the object itself.
    /// - Returns: `new` with its `metadata.managedFields` brought up to date.
    public static func track(
        old: JSON?, new: JSON, manager: String, operation: String = "Update", schema: Schema,
        subresource: String = "", now: Timestamp
    ) -> JSON {
        var result = new
        if let given = new["metadata", "managedFields"].array, given.allSatisfy({ $0.object?.isEmpty ?? true }) {
            result["metadata", "managedFields"] = .null
            return result
        }
        var managed = ManagedFields(of: new)
        if managed.entries.isEmpty, let old { managed = ManagedFields(of: old) }
        let difference = FieldComparison(from: old ?? .null, to: new, schema: schema)
        var entry = Entry(
            manager: manager, operation: operation, apiVersion: new["apiVersion"].string ?? "",
            subresource: subresource, time: now.description, fields: FieldSet())
        if !difference.isEmpty {
            let changed = difference.added.union(difference.modified)
            entry.fields = managed.fields(of: entry).union(changed).subtracting(difference.removed)
            managed.take(changed.union(difference.removed), fromAllBut: entry)
            managed.set(entry)
            managed.mergeOldUpdates()
        }
        result["metadata", "managedFields"] = managed.entries.isEmpty ? .null : managed.json
        return result
    }
}
