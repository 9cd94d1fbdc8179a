import KubernetesAPI

/// Columns of controllers of pods.
enum WorkloadColumns {
    private static let containers: [PrinterColumn] = [
        .text("Containers", wide: true) { Cell.containers($0, "name") },
        .text("Images", wide: true) { Cell.containers($0, "image") },
    ]
    private static let selector = PrinterColumn.text("Selector", wide: true) {
        Cell.selector($0["spec", "selector"], or: "")
    }

    private static func ratio(_ part: JSON, of whole: JSON) -> JSON {
        .string("\(Cell.int(part))/\(Cell.int(whole))")
    }

    static let deployment: [PrinterColumn] =
        [
            .text("Ready") { ratio($0["status", "readyReplicas"], of: $0["spec", "replicas"]) },
            .count("Up-to-date", "status", "updatedReplicas"), .count("Available", "status", "availableReplicas"),
        ] + containers + [selector]

    /// Replica sets and replication controllers.
    static let replicas: [PrinterColumn] =
        [
            .count("Desired", "spec", "replicas"), .count("Current", "status", "replicas"),
            .count("Ready", "status", "readyReplicas"),
        ] + containers + [selector]

    static let statefulSet: [PrinterColumn] =
        [.text("Ready") { ratio($0["status", "readyReplicas"], of: $0["spec", "replicas"]) }] + containers

    static let daemonSet: [PrinterColumn] =
        [
            .count("Desired", "status", "desiredNumberScheduled"),
            .count("Current", "status", "currentNumberScheduled"),
            .count("Ready", "status", "numberReady"), .count("Up-to-date", "status", "updatedNumberScheduled"),
            .count("Available", "status", "numberAvailable"),
            .text("Node Selector") { Cell.selector($0["spec", "template", "spec", "nodeSelector"]) },
        ] + containers + [selector]

    static let revision: [PrinterColumn] = [
        .text("Controller") { object in
            let owner = ObjectMeta(json: object["metadata"]).controller
            return owner.map { .string("\($0.kind.lowercased()).\($0.apiVersion.split(separator: "/")[0])/\($0.name)") }
                ?? Cell.none
        },
        .count("Revision", "revision"),
    ]

    static let job: [PrinterColumn] =
        [
            .text("Status", jobStatus), .text("Completions", completions),
            .text("Duration", at: { job, now in jobDuration(job, now: now) }),
        ] + containers + [selector]

    private static func jobStatus(_ job: JSON) -> JSON {
        let conditions = job["status", "conditions"].array ?? []
        func holds(_ type: String) -> Bool {
            conditions.contains { $0["type"].string == type && $0["status"].string == "True" }
        }
        if holds("Complete") { return "Complete" }
        if holds("Failed") { return "Failed" }
        if !job["metadata", "deletionTimestamp"].isNull { return "Terminating" }
        if holds("Suspended") { return "Suspended" }
        if holds("FailureTarget") { return "FailureTarget" }
        if holds("SuccessCriteriaMet") { return "SuccessCriteriaMet" }
        return "Running"
    }

    private static func completions(_ job: JSON) -> JSON {
        if !job["spec", "completions"].isNull {
            return ratio(job["status", "succeeded"], of: job["spec", "completions"])
        }
        let parallelism = Cell.int(job["spec", "parallelism"])
        let succeeded = Cell.int(job["status", "succeeded"])
        return .string(parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1")
    }

    private static func jobDuration(_ job: JSON, now: Timestamp) -> JSON {
        guard let start = job["status", "startTime"].string.flatMap(Timestamp.init) else { return "" }
        let end = job["status", "completionTime"].string.flatMap(Timestamp.init) ?? now
        return .string(Age.text(end - start))
    }

    static let cronJob: [PrinterColumn] =
        [
            .text("Schedule") { $0["spec", "schedule"] }, .text("Timezone") { Cell.orNone($0["spec", "timeZone"]) },
            .text("Suspend") { .string(($0["spec", "suspend"].bool ?? false) ? "True" : "False") },
            PrinterColumn("Active", type: "integer") { .int(Int64($0["status", "active"].array?.count ?? 0)) },
            .text(
                "Last Schedule",
                at: { job, now in
                    let last = job["status", "lastScheduleTime"]
                    return last.isNull ? Cell.none : .string(Age.text(since: last, now: now))
                }),
        ]

    static let disruptionBudget: [PrinterColumn] = [
        .text("Min Available") { bound($0["spec", "minAvailable"]) },
        .text("Max Unavailable") { bound($0["spec", "maxUnavailable"]) },
        .count("Allowed Disruptions", "status", "disruptionsAllowed"),
    ]

    private static func bound(_ value: JSON) -> JSON {
        value.isNull ? "N/A" : .string(value.string ?? "\(value)")
    }
}
