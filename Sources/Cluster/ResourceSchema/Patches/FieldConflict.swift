import KubernetesAPI

/// A field that an apply would change although another manager owns it.
struct FieldConflict: Hashable {
    /// `"name" using apps/v1`, as the API writes it.
    var manager: String
    var path: OwnedPath

    static func all(
        of changed: FieldSet, in managed: ManagedFields, exceptFor applier: ManagedFields.Entry
    ) -> [FieldConflict] {
        managed.entries
            .filter { !$0.isSameManager(as: applier) }
            .sorted { ($0.manager, $0.subresource, $0.apiVersion) < ($1.manager, $1.subresource, $1.apiVersion) }
            .flatMap { entry in
                entry.fields.intersection(changed).paths.map { FieldConflict(manager: name(of: entry), path: $0) }
            }
    }

    private static func name(of entry: ManagedFields.Entry) -> String {
        var name = "\(JSON.string(entry.manager))"
        if !entry.subresource.isEmpty { name += " with subresource \(JSON.string(entry.subresource))" }
        if entry.operation == "Update" { name += " using \(entry.apiVersion)" }
        return name
    }

    /// The answer of the API: 409, one cause a field.
    static func status(_ conflicts: [FieldConflict]) -> Status {
        let causes = conflicts.map { conflict -> JSON in
            [
                "reason": "FieldManagerConflict", "message": "conflict with \(conflict.manager)",
                "field": .string(conflict.path.description),
            ]
        }
        return Status(
            code: 409, reason: "Conflict", message: message(conflicts), details: ["causes": .array(causes)])
    }

    private static func message(_ conflicts: [FieldConflict]) -> String {
        if conflicts.count == 1, let only = conflicts.first {
            return "Apply failed with 1 conflict: conflict with \(only.manager): \(only.path)"
        }
        var managers: [String] = []
        for conflict in conflicts where managers.last != conflict.manager { managers.append(conflict.manager) }
        let parts = managers.map { manager in
            "conflicts with \(manager):"
                + conflicts.filter { $0.manager == manager }.map { "\n- \($0.path)" }.joined()
        }
        return "Apply failed with \(conflicts.count) conflicts: \(parts.joined(separator: "\n"))"
    }
}
