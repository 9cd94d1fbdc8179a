import KubernetesAPI

extension PrinterColumn {
    /// A column of text; absent values are shown as nothing.
    static func text(
        _ name: String, wide: Bool = false, _ value: @escaping @Sendable (JSON) -> JSON
    ) -> PrinterColumn {
        PrinterColumn(name, priority: wide ? 1 : 0) { object in
            let cell = value(object)
            return cell.isNull ? "" : cell
        }
    }

    /// A column of whole numbers; absent values are 0.
    static func count(_ name: String, wide: Bool = false, _ path: String...) -> PrinterColumn {
        PrinterColumn(name, type: "integer", priority: wide ? 1 : 0) { object in
            object[path: path].isNull ? 0 : object[path: path]
        }
    }

    /// A column of text that depends on the present moment.
    static func text(
        _ name: String, wide: Bool = false, at value: @escaping @Sendable (JSON, Timestamp) -> JSON
    ) -> PrinterColumn {
        var column = PrinterColumn(name, priority: wide ? 1 : 0) { value($0, .now) }
        column.valueAt = value
        return column
    }

    /// How long ago a moment of the object is.
    static func age(
        _ name: String, wide: Bool = false, _ time: @escaping @Sendable (JSON) -> JSON
    ) -> PrinterColumn {
        text(name, wide: wide, at: { .string(Age.text(since: time($0), now: $1)) })
    }

    /// The moment of creation, as it is stored.
    static let createdAt = PrinterColumn("Created At") { $0["metadata", "creationTimestamp"] }
}

/// Pieces that the cells of several kinds have in common.
enum Cell {
    static let none: JSON = "<none>"
    static let unset: JSON = "<unset>"

    /// `a,b`, or `<none>` for nothing.
    static func list(_ texts: [String], or absent: JSON = none) -> JSON {
        texts.isEmpty ? absent : .string(texts.joined(separator: ","))
    }

    /// A meta/v1 label selector, or a plain map of labels, as `kubectl get -o wide` shows it.
    static func selector(_ selector: JSON, or absent: JSON = none) -> JSON {
        if selector["matchLabels"].isNull && selector["matchExpressions"].isNull {
            return list(selector.stringMap.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }, or: absent)
        }
        guard let parsed = try? LabelSelector(json: selector) else { return "<error>" }
        return parsed.isEmpty ? absent : .string(parsed.description)
    }

    /// The containers of a pod template: names or images.
    static func containers(_ object: JSON, _ member: String) -> JSON {
        let template = object["spec", "template", "spec", "containers"].array ?? []
        return .string(template.map { $0[member].string ?? "" }.joined(separator: ","))
    }

    static func orNone(_ value: JSON) -> JSON {
        value.isNull || value == "" ? none : value
    }

    static func int(_ value: JSON) -> Int { value.int ?? 0 }
}
