import KubernetesAPI

/// How the elements of a list are told apart when two lists are merged.
enum ListIdentity {
    /// The list is one value.
    case atomic
    /// Scalars, each at most once.
    case value
    /// Objects with these keys.
    case keys([String])
}

extension Schema {
    /// The schema of the member `key` of an object; nil where the schema does not know it.
    func member(_ key: String) -> Schema? {
        properties[key] ?? (isMap ? items : nil)
    }

    /// Server-side apply merges by `listType`; lists that only have a patch merge key are told apart by that.
    var listIdentity: ListIdentity {
        switch listType {
        case .set: return .value
        case .map(let keys) where !keys.isEmpty: return .keys(keys)
        default:
            guard let strategy = patchStrategy, strategy.merges else { return .atomic }
            return strategy.mergeKey.map { .keys([$0]) } ?? .value
        }
    }

    /// The path element of a list's element; nil when it cannot be told from others (a key is missing, or a scalar
    /// was expected). Keys that are left out count with their default.
    func pathElement(of element: JSON, identity: ListIdentity) -> OwnedPath.Element? {
        switch identity {
        case .atomic: return nil
        case .value:
            switch element {
            case .object, .array, .null: return nil
            default: return .value(element)
            }
        case .keys(let keys):
            guard case .object(let members) = element else { return nil }
            var found: [String: JSON] = [:]
            for key in keys {
                if let value = members[key], !value.isNull {
                    found[key] = value
                } else if let value = items?.properties[key]?.defaultValue {
                    found[key] = value
                }
            }
            return found.isEmpty ? nil : .key(found)
        }
    }
}
