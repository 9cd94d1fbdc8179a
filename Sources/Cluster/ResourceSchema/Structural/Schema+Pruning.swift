import KubernetesAPI

extension Schema {
    /// Removes fields that the schema does not name.
    /// - Parameter path: what the paths start with; empty for a whole object.
    /// - Returns: the rest, and the paths of what was removed (`spec.foo`, `spec.list[2].bar`), sorted.
    public func pruning(_ value: JSON, path: String = "") -> (value: JSON, unknownPaths: [String]) {
        var pruner = Pruner(path: FieldPath(path))
        let pruned = pruner.prune(value, self)
        return (pruned, pruner.unknown.sorted())
    }

    /// What `fieldValidation=Strict` refuses and `Warn` warns of: `unknown field "spec.foo"`, one for each.
    public func unknownFields(in value: JSON) -> [String] {
        pruning(value).unknownPaths.map { "unknown field \"\($0)\"" }
    }
}

private struct Pruner {
    var path: FieldPath
    var unknown: [String] = []

    mutating func prune(_ value: JSON, _ schema: Schema) -> JSON {
        switch value {
        case .object(let members): return .object(prune(members, schema))
        case .array(let elements):
            guard let items = schema.items else { return value }
            var result: [JSON] = []
            result.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                path.push(index: index)
                result.append(prune(element, items))
                path.pop()
            }
            return .array(result)
        default: return value
        }
    }

    private mutating func prune(_ members: [String: JSON], _ schema: Schema) -> [String: JSON] {
        let values = schema.isMap ? schema.items : nil
        let keepsUnknown = schema.preservesUnknownFields || schema.type == .any
        var result = members
        for (name, value) in members {
            if let property = schema.properties[name] ?? values {
                switch value {
                case .object, .array:
                    path.push(name)
                    result[name] = prune(value, property)
                    path.pop()
                default: break
                }
            } else if schema.isEmbeddedResource && Self.embeddedFields.contains(name) {
                continue
            } else if !keepsUnknown {
                unknown.append(path.appending(name).text)
                result[name] = nil
            }
        }
        return result
    }

    private static let embeddedFields: Set = ["apiVersion", "kind", "metadata"]
}
