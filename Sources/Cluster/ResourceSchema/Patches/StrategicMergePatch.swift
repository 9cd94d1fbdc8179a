import KubernetesAPI

/// Strategic merge patch: a merge patch that merges lists by the merge keys of the built-in kinds.
///
/// Specification: Kubernetes API conventions, "Strategic Merge Patch". Directives: `$patch` (`delete`, `replace`,
/// `merge`), `$deleteFromPrimitiveList/FIELD`, `$setElementOrder/FIELD`, `$retainKeys`. Fields that the schema does
/// not know are changed as by an RFC 7386 merge patch.
public enum StrategicMergePatch {
    /// - Throws: `Status`: 400 for a malformed patch or directive, 422 where an element of a merged list has no merge
    ///   key.
    public static func apply(patch: JSON, to document: JSON, schema: Schema) throws -> JSON {
        guard case .object(let changes) = patch else {
            throw Status.badRequest("a strategic merge patch must be an object, not \(patch.typeName)")
        }
        return try .object(merge(changes, into: document.object ?? [:], schema: schema, path: ""))
    }

    /// One level of the patch: the changes, and the directives taken out of them.
    private struct Level {
        var changes: [String: JSON] = [:]
        var directive: String?
        var retainedKeys: [String]?
        var orders: [String: [JSON]] = [:]
        var deletions: [String: [JSON]] = [:]

        init(_ members: [String: JSON], path: String) throws {
            for (key, value) in members {
                if key == "$patch" {
                    directive = value.string ?? value.description
                } else if key == "$retainKeys" {
                    retainedKeys = try Self.list(value, key, path).compactMap(\.string)
                } else if let field = Self.field(of: key, after: "$setElementOrder/") {
                    orders[field] = try Self.list(value, key, path)
                } else if let field = Self.field(of: key, after: "$deleteFromPrimitiveList/") {
                    deletions[field] = try Self.list(value, key, path)
                } else {
                    changes[key] = value
                }
            }
        }

        private static func field(of key: String, after prefix: String) -> String? {
            key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : nil
        }

        private static func list(_ value: JSON, _ key: String, _ path: String) throws -> [JSON] {
            guard let list = value.array else {
                throw Status.badRequest("\(key) at \"\(path)\" must be a list, not \(value.typeName)")
            }
            return list
        }
    }

    static func merge(
        _ patch: [String: JSON], into original: [String: JSON], schema: Schema?, path: String
    ) throws -> [String: JSON] {
        let level = try Level(patch, path: path)
        switch level.directive {
        case nil, "merge": break
        case "replace": return withoutNulls(level.changes)
        case "delete": return [:]
        case .some(let other):
            throw Status.badRequest(
                "unknown $patch directive \"\(other)\" at \"\(path)\": use delete, replace or merge")
        }
        var result = original
        try retain(level, in: &result, path: path)
        for field in level.deletions.keys {
            guard let present = result[field]?.array else { continue }
            let gone = Set(level.deletions[field] ?? [])
            result[field] = .array(present.filter { !gone.contains($0) })
        }
        for field in Set(level.changes.keys).union(level.orders.keys) {
            let path = path.isEmpty ? field : "\(path).\(field)"
            let order = level.orders[field]
            result[field] = try merged(
                change: level.changes[field], into: result[field], schema: schema?.member(field), order: order,
                path: path)
        }
        return result
    }

    private static func retain(_ level: Level, in members: inout [String: JSON], path: String) throws {
        guard let keys = level.retainedKeys else { return }
        let retained = Set(keys)
        if let stray = level.changes.first(where: { !retained.contains($0.key) && !$0.value.isNull })?.key {
            throw Status.badRequest("$retainKeys at \"\(path)\" does not name \"\(stray)\", which the patch sets")
        }
        members = members.filter { retained.contains($0.key) }
    }

    /// - Parameter change: nil when the patch only orders the field.
    private static func merged(
        change: JSON?, into original: JSON?, schema: Schema?, order: [JSON]?, path: String
    ) throws -> JSON? {
        switch (change, original) {
        case (.null?, _): return .none
        case (.object(let changes)?, let original):
            let replaces = schema?.patchStrategy?.merges == false
            let members = replaces ? [:] : original?.object ?? [:]
            return .object(try merge(changes, into: members, schema: schema, path: path))
        case (.array(let elements)?, let original):
            guard let strategy = schema?.patchStrategy, strategy.merges else { return change }
            let merge = StrategicListMerge(mergeKey: strategy.mergeKey, items: schema?.items, path: path)
            return .array(try merge.apply(elements, to: original?.array ?? [], order: order))
        case (nil, .array(let elements)?):
            guard let order else { return original }
            let merge = StrategicListMerge(
                mergeKey: schema?.patchStrategy?.mergeKey, items: schema?.items, path: path)
            return .array(try merge.apply([], to: elements, order: order))
        case (nil, _): return original
        case (let change, _): return change
        }
    }

    /// What a patch sets where there was nothing: its `null`s say only what is to be absent.
    static func withoutNulls(_ members: [String: JSON]) -> [String: JSON] {
        members.filter { !$0.value.isNull }.mapValues { value in
            if case .object(let inner) = value { .object(withoutNulls(inner)) } else { value }
        }
    }
}
