import KubernetesAPI

/// Columns of configuration, identities, quotas and priorities.
enum ConfigurationColumns {
    static let configMap: [PrinterColumn] = [
        PrinterColumn("Data", type: "integer") { size($0["data"], $0["binaryData"]) }
    ]
    static let secret: [PrinterColumn] = [
        .text("Type") { $0["type"] }, PrinterColumn("Data", type: "integer") { size($0["data"]) },
    ]
    static let serviceAccount: [PrinterColumn] = [
        PrinterColumn("Secrets", type: "integer") { .int(Int64($0["secrets"].array?.count ?? 0)) }
    ]
    static let quota: [PrinterColumn] = [
        .text("Request") { usage($0) { !$0.hasPrefix("limits.") } },
        .text("Limit") { usage($0) { $0.hasPrefix("limits.") } },
    ]
    static let priorityClass: [PrinterColumn] = [
        .count("Value", "value"),
        PrinterColumn("Global-Default", type: "boolean") { $0["globalDefault"].isNull ? false : $0["globalDefault"] },
        .text("PreemptionPolicy") { $0["preemptionPolicy"] },
    ]

    private static func size(_ maps: JSON...) -> JSON {
        .int(Int64(maps.reduce(0) { $0 + ($1.object?.count ?? 0) }))
    }

    private static func usage(_ quota: JSON, _ isShown: (String) -> Bool) -> JSON {
        let hard = (quota["status", "hard"].object ?? quota["spec", "hard"].object ?? [:]).filter { isShown($0.key) }
        let lines = hard.sorted { $0.key < $1.key }.map { name, limit in
            let used = quota["status", "used"][name]
            return "\(name): \(used.string ?? "0")/\(limit.string ?? "\(limit)")"
        }
        return .string(lines.joined(separator: ", "))
    }
}

/// Columns of nodes.
enum NodeColumns {
    static let node: [PrinterColumn] = [
        .text("Status", status), .text("Roles", roles),
        .age("Age") { $0["metadata", "creationTimestamp"] },
        .text("Version") { $0["status", "nodeInfo", "kubeletVersion"] },
        .text("Internal-IP", wide: true) { address($0, "InternalIP") },
        .text("External-IP", wide: true) { address($0, "ExternalIP") },
        .text("OS-Image", wide: true) { info($0, "osImage") },
        .text("Kernel-Version", wide: true) { info($0, "kernelVersion") },
        .text("Container-Runtime", wide: true) { info($0, "containerRuntimeVersion") },
    ]

    private static func status(_ node: JSON) -> JSON {
        let ready = (node["status", "conditions"].array ?? []).first { $0["type"] == "Ready" }?["status"].string
        let state = ready.map { $0 == "True" ? "Ready" : "NotReady" } ?? "Unknown"
        let isCordoned = node["spec", "unschedulable"].bool ?? false
        return .string(isCordoned ? "\(state),SchedulingDisabled" : state)
    }

    private static func roles(_ node: JSON) -> JSON {
        let labels = node["metadata", "labels"].stringMap
        let prefix = "node-role.kubernetes.io/"
        var roles = labels.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        if let role = labels["kubernetes.io/role"], !role.isEmpty { roles.append(role) }
        return Cell.list(roles.sorted())
    }

    private static func address(_ node: JSON, _ type: String) -> JSON {
        let addresses = node["status", "addresses"].array ?? []
        return addresses.first { $0["type"].string == type }?["address"] ?? Cell.none
    }

    private static func info(_ node: JSON, _ member: String) -> JSON {
        let value = node["status", "nodeInfo"][member]
        return value.isNull || value == "" ? "<unknown>" : value
    }
}

/// Columns of events, of both groups.
enum EventColumns {
    static let core = columns(object: "involvedObject", message: "message", source: "source", prefix: "")
    static let events = columns(object: "regarding", message: "note", source: "deprecatedSource", prefix: "deprecated")

    private static func columns(object: String, message: String, source: String, prefix: String) -> [PrinterColumn] {
        let first = prefix.isEmpty ? "firstTimestamp" : "deprecatedFirstTimestamp"
        let last = prefix.isEmpty ? "lastTimestamp" : "deprecatedLastTimestamp"
        let count = prefix.isEmpty ? "count" : "deprecatedCount"
        return [
            .age("Last Seen") { event in
                let moments = [event["series", "lastObservedTime"], event[last], event["eventTime"], event[first]]
                return moments.first { !$0.isNull } ?? .null
            },
            .text("Type") { $0["type"] }, .text("Reason") { $0["reason"] },
            .text("Object") { event in
                .string("\((event[object]["kind"].string ?? "").lowercased())/\(event[object]["name"].string ?? "")")
            },
            .text("Subobject", wide: true) { $0[object]["fieldPath"] },
            .text("Source", wide: true) { event in
                let component = event[source]["component"].string ?? event["reportingComponent"].string ?? ""
                let parts = [component, event[source]["host"].string ?? ""].filter { !$0.isEmpty }
                return .string(parts.joined(separator: ", "))
            },
            .text("Message") { event in
                .string((event[message].string ?? "").trimmingNewlines)
            },
            .age("First Seen", wide: true) { $0[first].isNull ? $0["eventTime"] : $0[first] },
            PrinterColumn("Count", type: "integer", priority: 1) { event in
                let series = event["series", "count"]
                return series.isNull ? (event[count].isNull ? 1 : event[count]) : series
            },
            .text("Name", wide: true) { $0["metadata", "name"] },
        ]
    }
}

extension String {
    fileprivate var trimmingNewlines: String {
        var text = Substring(self)
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }
}

/// Columns of bindings of roles.
enum AccessColumns {
    static let binding: [PrinterColumn] = [
        .text("Role") { .string("\($0["roleRef", "kind"].string ?? "")/\($0["roleRef", "name"].string ?? "")") },
        .text("Users", wide: true) { subjects($0, "User") },
        .text("Groups", wide: true) { subjects($0, "Group") },
        .text("ServiceAccounts", wide: true) { subjects($0, "ServiceAccount") },
    ]

    private static func subjects(_ binding: JSON, _ kind: String) -> JSON {
        let names = (binding["subjects"].array ?? []).filter { $0["kind"].string == kind }.map { subject in
            let name = subject["name"].string ?? ""
            return kind == "ServiceAccount" ? "\(subject["namespace"].string ?? "")/\(name)" : name
        }
        return .string(names.joined(separator: ", "))
    }
}

/// Columns of storage.
enum StorageColumns {
    static let claim: [PrinterColumn] = [
        .text("Status") { claim in
            claim["metadata", "deletionTimestamp"].isNull ? claim["status", "phase"] : "Terminating"
        },
        .text("Volume") { $0["spec", "volumeName"] },
        .text("Capacity") { $0["status", "capacity", "storage"] },
        .text("Access Modes") { accessModes($0["status", "accessModes"]) },
        .text("StorageClass") { $0["spec", "storageClassName"] },
        .text("VolumeAttributesClass") { unset($0["spec", "volumeAttributesClassName"]) },
        .text("VolumeMode", wide: true) { unset($0["spec", "volumeMode"]) },
    ]
    static let volume: [PrinterColumn] = [
        .text("Capacity") { $0["spec", "capacity", "storage"] },
        .text("Access Modes") { accessModes($0["spec", "accessModes"]) },
        .text("Reclaim Policy") { $0["spec", "persistentVolumeReclaimPolicy"] },
        .text("Status") { volume in
            volume["metadata", "deletionTimestamp"].isNull ? volume["status", "phase"] : "Terminating"
        },
        .text("Claim") { volume in
            let claim = volume["spec", "claimRef"]
            return claim.isNull ? "" : .string("\(claim["namespace"].string ?? "")/\(claim["name"].string ?? "")")
        },
        .text("StorageClass") { $0["spec", "storageClassName"] },
        .text("VolumeAttributesClass") { unset($0["spec", "volumeAttributesClassName"]) },
        .text("Reason") { $0["status", "reason"] },
        .text("VolumeMode", wide: true) { unset($0["spec", "volumeMode"]) },
    ]
    static let storageClass: [PrinterColumn] = [
        .text("Provisioner") { $0["provisioner"] }, .text("ReclaimPolicy") { $0["reclaimPolicy"] },
        .text("VolumeBindingMode") { $0["volumeBindingMode"] },
        PrinterColumn("AllowVolumeExpansion", type: "boolean") {
            $0["allowVolumeExpansion"].isNull ? false : $0["allowVolumeExpansion"]
        },
    ]

    private static func unset(_ value: JSON) -> JSON { value.isNull ? Cell.unset : value }

    private static func accessModes(_ modes: JSON) -> JSON {
        let short = [
            "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP",
        ]
        return .string(modes.strings.map { short[$0] ?? $0 }.joined(separator: ","))
    }
}
