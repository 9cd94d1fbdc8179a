import KubernetesAPI

/// Makes meta/v1 `Table`s of objects: what `kubectl get` prints.
public struct TableConverter: Sendable {
    /// What a row carries of its object.
    public enum IncludedObject: String, Sendable {
        case none = "None"
        /// As meta/v1 `PartialObjectMetadata`.
        case metadata = "Metadata"
        case object = "Object"
    }

    public var resource: ServedResource

    public init(resource: ServedResource) {
        self.resource = resource
    }

    /// - Parameter now: what ages are counted to.
    /// - Parameter resourceVersion: the list's; a watch event's row has its object's.
    /// - Parameter includesDefinitions: false for the later events of a watch, which repeat no column definitions.
    public func table(
        _ objects: [JSON], resourceVersion: String = "", continueToken: String? = nil, remainingItemCount: Int? = nil,
        include: IncludedObject = .metadata, includesDefinitions: Bool = true, now: Timestamp = .now
    ) -> JSON {
        var metadata: JSON = [:]
        if !resourceVersion.isEmpty { metadata["resourceVersion"] = .string(resourceVersion) }
        if let continueToken, !continueToken.isEmpty { metadata["continue"] = .string(continueToken) }
        if let remainingItemCount { metadata["remainingItemCount"] = .int(Int64(remainingItemCount)) }
        let columns = columns
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": .array(includesDefinitions ? columns.map(\.definition) : []),
            "rows": .array(objects.map { row($0, columns, include, now) }),
        ]
    }

    /// All columns in order, with NAME and AGE where the kind has them.
    var columns: [PrinterColumn] {
        var columns = resource.columns
        if resource.standardColumns.contains(.age) {
            let place = columns.firstIndex { $0.priority > 0 } ?? columns.count
            columns.insert(.age("Age") { $0["metadata", "creationTimestamp"] }, at: place)
        }
        if resource.standardColumns.contains(.name) {
            columns.insert(PrinterColumn("Name", format: "name") { $0["metadata", "name"] }, at: 0)
        }
        return columns
    }

    private func row(_ object: JSON, _ columns: [PrinterColumn], _ include: IncludedObject, _ now: Timestamp) -> JSON {
        // Cells keep their nulls: every row has as many as there are columns.
        var row: [String: JSON] = ["cells": .array(columns.map { $0.cell(of: object, now: now) })]
        switch include {
        case .none: break
        case .object: row["object"] = object
        case .metadata:
            row["object"] = [
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"],
            ]
        }
        return .object(row)
    }
}

extension PrinterColumn {
    fileprivate var definition: JSON {
        [
            "name": .string(name), "type": .string(type), "format": .string(format),
            "description": .string(description), "priority": .int(Int64(priority)),
        ]
    }

    func cell(of object: JSON, now: Timestamp) -> JSON {
        if let valueAt { return valueAt(object, now) }
        let value = value(object)
        guard type == "date" else { return value }
        return value.isNull ? value : .string(Age.text(since: value, now: now))
    }
}
