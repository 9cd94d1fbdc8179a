extension JSON {
    /// This document changed by an RFC 7386 JSON merge patch: `null` removes, objects merge, all else replaces.
    public func merging(patch: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var members = object ?? [:]
        for (key, change) in changes {
            members[key] = change.isNull ? nil : (members[key] ?? .null).merging(patch: change)
        }
        return .object(members)
    }
}
