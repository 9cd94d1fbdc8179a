import KubernetesAPI

/// Merges what a manager applies into the present object: objects member by member, lists by their identity, all else
/// replaced. `null` in the applied configuration removes.
enum AppliedMerge {
    /// - Throws: `Status` (422) when elements of a merged list cannot be told apart.
    static func merge(_ live: JSON, _ config: JSON, schema: Schema) throws -> JSON {
        try merge(live, config, schema, path: OwnedPath(elements: []))
    }

    private static func merge(_ live: JSON, _ config: JSON, _ schema: Schema?, path: OwnedPath) throws -> JSON {
        switch config {
        case .object(let wanted):
            if schema?.isAtomicMap == true { return config }
            var members = live.object ?? [:]
            for (key, value) in wanted {
                let path = OwnedPath(elements: path.elements + [.field(key)])
                if value.isNull {
                    members.removeValue(forKey: key)
                } else {
                    members[key] = try merge(members[key] ?? .null, value, schema?.member(key), path: path)
                }
            }
            return .object(members)
        case .array(let wanted):
            guard let schema else { return config }
            let identity = schema.listIdentity
            if case .atomic = identity { return config }
            return .array(try mergeLists(live.array ?? [], wanted, schema, identity, path: path))
        default:
            return config
        }
    }

    /// Applied elements keep their order; the others keep theirs and their place between them.
    private static func mergeLists(
        _ live: [JSON], _ wanted: [JSON], _ schema: Schema, _ identity: ListIdentity, path: OwnedPath
    ) throws -> [JSON] {
        var present: [OwnedPath.Element: JSON] = [:]
        for element in live {
            guard let key = schema.pathElement(of: element, identity: identity) else { continue }
            if present[key] == nil { present[key] = element }
        }
        var merged: [(key: OwnedPath.Element, value: JSON)] = []
        var places: [OwnedPath.Element: Int] = [:]
        for element in wanted {
            guard let key = schema.pathElement(of: element, identity: identity) else {
                throw invalid(path, element, "an element of this list needs \(needs(identity))")
            }
            let elementPath = OwnedPath(elements: path.elements + [key])
            guard places.updateValue(merged.count, forKey: key) == nil else {
                throw invalid(elementPath, element, "the element occurs twice")
            }
            merged.append((key, try merge(present[key] ?? .null, element, schema.items, path: elementPath)))
        }
        var result: [JSON] = []
        var next = 0
        for element in live {
            if let key = schema.pathElement(of: element, identity: identity), let place = places[key] {
                while next <= place {
                    result.append(merged[next].value)
                    next += 1
                }
            } else {
                result.append(element)
            }
        }
        return result + merged[next...].map(\.value)
    }

    private static func needs(_ identity: ListIdentity) -> String {
        switch identity {
        case .keys(let keys): "the key \(keys.joined(separator: " or "))"
        default: "to be a scalar"
        }
    }

    private static func invalid(_ path: OwnedPath, _ value: JSON, _ why: String) -> Status {
        let field = String(path.description.drop { $0 == "." })
        let error = FieldError.invalid(field, value, why)
        return Status(
            code: 422, reason: "Invalid", message: "the applied configuration is invalid: \(error)",
            details: ["causes": [error.json]])
    }
}
