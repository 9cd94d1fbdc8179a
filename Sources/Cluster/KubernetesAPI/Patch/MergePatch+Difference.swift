extension JSON {
    /// The RFC 7386 merge patch that turns `old` into `new`; an empty object when nothing differs. Lists are replaced
    /// as a whole, as merge patches do.
    public static func mergePatch(from old: JSON, to new: JSON) -> JSON {
        guard case .object(let before) = old, case .object(let after) = new else { return new }
        var patch: [String: JSON] = [:]
        for (key, value) in after where before[key] != value {
            if case .object = value, case .object(let former) = before[key] ?? .null {
                patch[key] = mergePatch(from: .object(former), to: value)
            } else {
                patch[key] = value
            }
        }
        for key in before.keys where after[key] == nil { patch[key] = .null }
        return .object(patch)
    }
}
