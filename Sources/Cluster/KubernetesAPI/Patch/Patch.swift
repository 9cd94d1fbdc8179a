/// A change to an object, in one of the forms that the API accepts.
public enum Patch: Sendable, Hashable {
    /// `application/json-patch+json`
    case json(JSONPatch)
    /// `application/merge-patch+json`
    case merge(JSON)
    /// `application/strategic-merge-patch+json`; for built-in kinds only.
    case strategicMerge(JSON)
    /// `application/apply-patch+yaml`: server-side apply of the fields that the manager wants.
    case apply(JSON)

    public var contentType: String {
        switch self {
        case .json: "application/json-patch+json"
        case .merge: "application/merge-patch+json"
        case .strategicMerge: "application/strategic-merge-patch+json"
        case .apply: "application/apply-patch+yaml"
        }
    }

    /// The request body.
    public var body: JSON {
        switch self {
        case .json(let patch): .array(patch.operations)
        case .merge(let json), .strategicMerge(let json), .apply(let json): json
        }
    }
}
