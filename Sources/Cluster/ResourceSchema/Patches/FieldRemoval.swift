import KubernetesAPI

/// Removes fields from an object by their paths.
enum FieldRemoval {
    /// - Returns: `value` without the members of `fields` and everything below them.
    static func remove(_ fields: FieldSet, from value: JSON, schema: Schema?) -> JSON {
        switch value {
        case .object(var members):
            for (element, child) in fields.children {
                guard case .field(let key) = element, let member = members[key] else { continue }
                if child.isMember {
                    members.removeValue(forKey: key)
                } else {
                    members[key] = remove(child, from: member, schema: schema?.member(key))
                }
            }
            return .object(members)
        case .array(let elements):
            guard let schema else { return value }
            let identity = schema.listIdentity
            return .array(
                elements.compactMap { element -> JSON? in
                    guard let key = schema.pathElement(of: element, identity: identity),
                        let child = fields.children[key]
                    else { return element }
                    if child.isMember { return .none }
                    return remove(child, from: element, schema: schema.items)
                })
        default:
            return value
        }
    }
}
