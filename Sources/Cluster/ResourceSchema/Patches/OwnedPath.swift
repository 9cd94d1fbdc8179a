import KubernetesAPI

/// The place of a field in an object, as field ownership names it.
struct OwnedPath: Sendable, Hashable, CustomStringConvertible {
    /// One step of a path. Specification: structured merge and diff, FieldsV1.
    enum Element: Sendable, Hashable {
        /// `f:`: a member of an object.
        case field(String)
        /// `k:`: the element of a list whose keys have these values.
        case key([String: JSON])
        /// `v:`: the element of a set.
        case value(JSON)
        /// `i:`: the element at an index. Read for completeness; never made here.
        case index(Int)
    }

    var elements: [Element]

    /// `.spec.containers[name="web"].image`.
    var description: String {
        elements.map { element in
            switch element {
            case .field(let name): ".\(name)"
            case .key(let keys):
                "[" + keys.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",") + "]"
            case .value(let value): "[=\(value)]"
            case .index(let index): "[\(index)]"
            }
        }.joined()
    }
}

extension OwnedPath.Element {
    /// The member name of FieldsV1.
    var text: String {
        switch self {
        case .field(let name): "f:\(name)"
        case .key(let keys): "k:\(JSON.object(keys))"
        case .value(let value): "v:\(value)"
        case .index(let index): "i:\(index)"
        }
    }

    /// - Returns: nil when the text names no path element.
    init?(text: String) {
        let rest = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "f:": self = .field(rest)
        case "k:":
            guard let json = try? JSON(parsing: rest), case .object(let keys) = json else { return nil }
            self = .key(keys)
        case "v:":
            guard let json = try? JSON(parsing: rest) else { return nil }
            self = .value(json)
        case "i:":
            guard let index = Int(rest) else { return nil }
            self = .index(index)
        default: return nil
        }
    }
}
