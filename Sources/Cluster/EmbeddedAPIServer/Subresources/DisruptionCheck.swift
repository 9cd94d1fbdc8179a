import KubernetesAPI
import ResourceSchema

/// Whether an eviction keeps within the disruption budgets, computed from the pods as they are. Pure.
struct DisruptionCheck {
    /// PodDisruptionBudgets and pods of one namespace.
    let budgets: [JSON]
    let pods: [Pod]

    /// What a budget comes to.
    private struct Count {
        var healthy: Int
        var desired: Int
    }

    /// - Throws: `Status` 429 when the eviction would violate a budget, 500 when the pod has more than one.
    func check(_ pod: Pod) throws {
        let own = budgets.filter { selects($0, pod) }
        guard own.count < 2 else {
            throw Status(
                code: 500, reason: "InternalError",
                message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
                    + "support.")
        }
        guard let budget = own.first else { return }
        let count = count(budget)
        if !pod.isReady {
            // Such a pod takes nothing away; whether it may go while the application is in trouble is the policy's affair.
            let isAlwaysAllowed = budget["spec", "unhealthyPodEvictionPolicy"].string == "AlwaysAllow"
            if isAlwaysAllowed || (count.healthy >= count.desired && count.desired > 0) { return }
        }
        guard count.healthy - 1 < count.desired else { return }
        throw Self.refusal(budget, count)
    }

    private func selects(_ budget: JSON, _ pod: Pod) -> Bool {
        let json = budget["spec", "selector"]
        // A budget without a selector, or with one that cannot be understood, is nobody's.
        guard !json.isNull, let selector = try? LabelSelector(json: json) else { return false }
        return selector.matches(pod.metadata.labels)
    }

    private func count(_ budget: JSON) -> Count {
        let matching = pods.filter { selects(budget, $0) && !$0.isFinished }
        let healthy = matching.count { $0.isReady && !$0.metadata.isBeingDeleted }
        return Count(healthy: healthy, desired: desiredHealthy(budget["spec"], of: matching.count))
    }

    private static func refusal(_ budget: JSON, _ count: Count) -> Status {
        let name = budget["metadata", "name"].string ?? ""
        let needs =
            "The disruption budget \(name) needs \(count.desired) healthy pods and has \(count.healthy) currently"
        return Status(
            code: 429, reason: "TooManyRequests",
            message: "Cannot evict pod as it would violate the pod's disruption budget.",
            details: ["causes": [["reason": "DisruptionBudget", "message": .string(needs)]]])
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
