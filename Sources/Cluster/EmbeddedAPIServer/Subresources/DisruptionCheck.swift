import KubernetesAPI
import ResourceSchema

/// Whether an eviction keeps within the disruption budgets, computed from the pods as they are. Pure.
struct DisruptionCheck {
    /// PodDisruptionBudgets and pods of one namespace.
    let budgets: [JSON]
    let pods: [Pod]

    /// - Throws: `Status` 429 when the eviction would violate a budget.
    func check(_ pod: Pod) throws {
        // A pod that does not work takes nothing away.
        guard pod.isReady else { return }
        for budget in budgets {
            let selector = try LabelSelector(json: budget["spec", "selector"])
            guard selector.matches(pod.metadata.labels) else { continue }
            let matching = pods.filter { selector.matches($0.metadata.labels) && !$0.isFinished }
            let healthy = matching.count { $0.isReady && !$0.metadata.isBeingDeleted }
            let desired = desiredHealthy(budget["spec"], of: matching.count)
            guard healthy - 1 < desired else { continue }
            let name = budget["metadata", "name"].string ?? ""
            throw Status(
                code: 429, reason: "TooManyRequests",
                message: "Cannot evict pod as it would violate the pod's disruption budget.",
                details: [
                    "causes": [
                        [
                            "reason": "DisruptionBudget",
                            "message":
                                "The disruption budget \(name) needs \(desired) healthy pods and has \(healthy) currently",
                        ]
                    ]
                ])
        }
    }

    private func desiredHealthy(_ spec: JSON, of count: Int) -> Int {
        if !spec["maxUnavailable"].isNull { return max(0, count - number(spec["maxUnavailable"], of: count)) }
        return spec["minAvailable"].isNull ? 0 : number(spec["minAvailable"], of: count)
    }

    /// A number, or a percentage rounded up.
    private func number(_ value: JSON, of count: Int) -> Int {
        if let text = value.string, text.hasSuffix("%"), let percent = Int(text.dropLast()) {
            return (count * percent + 99) / 100
        }
        return value.int ?? value.string.flatMap(Int.init) ?? 0
    }
}
