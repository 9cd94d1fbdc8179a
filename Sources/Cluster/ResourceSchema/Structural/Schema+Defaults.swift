import KubernetesAPI

extension Schema {
    /// The value with every absent field that has a default filled in, at any depth.
    ///
    /// A null in a field that is not nullable is dropped first, so that it counts as absent. Defaults below an object
    /// apply only where that object is present (or is itself a default).
    public func applyingDefaults(to value: JSON) -> JSON {
        switch value {
        case .object(let members):
            guard !properties.isEmpty || items != nil else { return value }
            return .object(defaulted(members))
        case .array(let elements):
            guard let items, items.mayHoldDefaults else { return value }
            return .array(elements.map { items.applyingDefaults(to: $0) })
        default: return value
        }
    }

    private func defaulted(_ members: [String: JSON]) -> [String: JSON] {
        var result = members
        let values = isMap ? items : nil
        for (name, value) in members {
            guard let schema = properties[name] ?? values else { continue }
            if value.isNull {
                if !schema.isNullable && schema.type != .any { result[name] = nil }
            } else if schema.mayHoldDefaults {
                result[name] = schema.applyingDefaults(to: value)
            }
        }
        for (name, schema) in properties where result[name] == nil {
            if let value = schema.defaultValue { result[name] = schema.applyingDefaults(to: value) }
        }
        return result
    }

    /// Objects and lists may hold something to fill in; scalars never do.
    private var mayHoldDefaults: Bool { type == .object || type == .array || !properties.isEmpty }
}
