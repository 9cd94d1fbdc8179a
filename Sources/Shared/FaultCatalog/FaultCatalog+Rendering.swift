import KubernetesAPI

extension FaultCatalog {
    /// The catalogue, or one fault with every tunable, as text for a terminal.
    /// - Parameter name: nil lists all faults.
    public static func describe(_ name: String?) throws(UnknownFault) -> String {
        guard let name else { return list() }
        guard let fault = fault(named: name) else { throw UnknownFault(name: name) }
        return text(of: fault)
    }

    /// The same as JSON: a list of faults, or one fault.
    public static func json(_ name: String?) throws(UnknownFault) -> JSON {
        guard let name else { return .array(faults.map(json(of:))) }
        guard let fault = fault(named: name) else { throw UnknownFault(name: name) }
        return json(of: fault)
    }

    /// The ChaosExperiments, as the hub has them, in YAML documents to apply: of one fault, or of all.
    public static func manifests(_ name: String?) throws -> String {
        guard let name else { return try yaml(faults) }
        guard let fault = fault(named: name) else { throw UnknownFault(name: name) }
        return try yaml([fault])
    }

    private static func yaml(_ faults: [FaultDescription]) throws -> String {
        try faults.map { try $0.manifest().yaml() }.joined(separator: "---\n")
    }

    private static func list() -> String {
        let rows = faults.map { [$0.name, $0.category, $0.summary] }
        return table(["NAME", "CATEGORY", "WHAT IT DOES"], rows)
    }

    private static func text(of fault: FaultDescription) -> String {
        let rows = fault.tunables.map { tunable in
            [tunable.name, shown(tunable.defaultValue), shown(tunable.manifestValue), tunable.allowed, tunable.meaning]
        }
        let permissions = fault.permissions.map { permission in
            let group = permission.group.isEmpty ? "" : ".\(permission.group)"
            return "  \(permission.resources.map { $0 + group }.joined(separator: ", ")): "
                + permission.verbs.joined(separator: " ")
        }
        return """
            \(fault.name) (\(fault.category), \(fault.scope.rawValue))

            \(fault.details)

            \(table(["TUNABLE", "DEFAULT", "IN MANIFEST", "ALLOWED", "MEANING"], rows))

            Permissions of the service account:
            \(permissions.joined(separator: "\n"))
            """
    }

    private static func shown(_ value: String?) -> String {
        guard let value else { return "-" }
        return value.isEmpty ? "\"\"" : value
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = column == row.count - 1 ? 0 : widths[column] - cell.count + 2
                line += cell + String(repeating: " ", count: padding)
            }
            return line
        }
        return lines.joined(separator: "\n")
    }

    private static func json(of fault: FaultDescription) -> JSON {
        [
            "name": .string(fault.name), "category": .string(fault.category), "scope": .string(fault.scope.rawValue),
            "summary": .string(fault.summary), "description": .string(fault.details),
            "tunables": .array(fault.tunables.map(json(of:))),
            "permissions": .array(fault.permissions.map(\.json)),
        ]
    }

    private static func json(of tunable: Tunable) -> JSON {
        var json: JSON = [
            "name": .string(tunable.name), "default": .string(tunable.defaultValue),
            "meaning": .string(tunable.meaning), "allowed": .string(tunable.allowed),
        ]
        if !tunable.unit.isEmpty { json["unit"] = .string(tunable.unit) }
        if let value = tunable.manifestValue { json["manifestValue"] = .string(value) }
        return json
    }
}

extension Permission {
    /// The rbac/v1 `PolicyRule`.
    public var json: JSON {
        ["apiGroups": [.string(group)], "resources": JSON(resources), "verbs": JSON(verbs)]
    }
}
