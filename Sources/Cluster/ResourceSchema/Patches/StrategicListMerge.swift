import KubernetesAPI

/// Merges one list of a strategic merge patch: objects by their merge key, scalars as a set.
struct StrategicListMerge {
    /// nil for a list of scalars.
    var mergeKey: String?
    var items: Schema?
    /// Named in errors.
    var path: String

    /// - Parameter order: what `$setElementOrder` says; nil orders by the patch's own list.
    func apply(_ patch: [JSON], to original: [JSON], order: [JSON]?) throws -> [JSON] {
        guard !patch.contains(where: { $0.array != nil }) else {
            throw Status(code: 422, reason: "Invalid", message: "\"\(path)\" is a list of lists and cannot be merged")
        }
        guard mergeKey != nil else {
            let added = unique(patch)
            let merged = original + added.filter { !original.contains($0) }
            return arranged(merged, original: original, first: order ?? added) { $0 }
        }
        return try mergeObjects(patch, original, order)
    }

    private func mergeObjects(_ patch: [JSON], _ original: [JSON], _ order: [JSON]?) throws -> [JSON] {
        let plain = patch.filter { $0["$patch"].isNull || $0["$patch"] == "merge" }
        if patch.contains(where: { $0["$patch"] == "replace" }) {
            let replacement = patch.filter { $0["$patch"].isNull }
            return try mergeObjects(replacement, [], order)
        }
        var merged = original
        for element in patch where !plain.contains(element) {
            guard element["$patch"] == "delete" else {
                throw Status.badRequest(
                    "unknown $patch directive \(element["$patch"]) in \"\(path)\": use delete, replace or merge")
            }
            let key = try self.key(of: element)
            merged.removeAll { keyOrNull($0) == key }
        }
        for element in plain {
            guard case .object(let changes) = element else {
                throw Status.badRequest("an element of \"\(path)\" must be an object, not \(element.typeName)")
            }
            let key = try self.key(of: element)
            let elementPath = "\(path)[\(mergeKey ?? "")=\(key)]"
            if let index = merged.firstIndex(where: { keyOrNull($0) == key }) {
                let members = merged[index].object ?? [:]
                merged[index] = .object(
                    try StrategicMergePatch.merge(changes, into: members, schema: items, path: elementPath))
            } else {
                merged.append(
                    .object(try StrategicMergePatch.merge(changes, into: [:], schema: items, path: elementPath)))
            }
        }
        let first = try order.map { try $0.map(key) } ?? unique(plain.map(keyOrNull))
        return arranged(merged, original: original, first: first, identity: keyOrNull)
    }

    private func keyOrNull(_ element: JSON) -> JSON {
        mergeKey.map { element[$0] } ?? element
    }

    private func key(of element: JSON) throws -> JSON {
        let key = keyOrNull(element)
        guard !key.isNull else {
            throw Status(
                code: 422, reason: "Invalid",
                message: "an element of \"\(path)\" in the patch has no merge key \"\(mergeKey ?? "")\": \(element)")
        }
        return key
    }

    /// Puts the elements that `first` names into its order, and the others, in the order of `original`, between them:
    /// each before the first named element that it preceded there.
    private func arranged(
        _ merged: [JSON], original: [JSON], first: [JSON], identity: (JSON) -> JSON
    ) -> [JSON] {
        let rank = Dictionary(first.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let place = Dictionary(
            original.enumerated().map { (identity($1), $0) }, uniquingKeysWith: { first, _ in first })
        let named = merged.enumerated().filter { rank[identity($0.element)] != nil }
            .sorted { left, right in
                let (a, b) = (rank[identity(left.element)] ?? 0, rank[identity(right.element)] ?? 0)
                return a == b ? left.offset < right.offset : a < b
            }
            .map(\.element)
        var others = merged.filter { rank[identity($0)] == nil }[...]
        var result: [JSON] = []
        for element in named {
            if let next = place[identity(element)] {
                while let other = others.first, let own = place[identity(other)], own < next {
                    result.append(other)
                    others.removeFirst()
                }
            }
            result.append(element)
        }
        return result + others
    }

    private func unique(_ elements: [JSON]) -> [JSON] {
        var seen: Set<JSON> = []
        return elements.filter { seen.insert($0).inserted }
    }
}
