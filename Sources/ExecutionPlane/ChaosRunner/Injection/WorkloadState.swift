import ChaosAPI
import Faults
import KubernetesAPI

/// How many pods a workload wants, and which pods are its own.
struct WorkloadState: Sendable, Hashable {
    var workload: Target.Workload
    var wanted: Int
    var selector: LabelSelector

    /// - Returns: nil for a workload that is gone, or that does not replace its pods.
    static func read(_ workload: Target.Workload, client: any APIClient) async throws -> WorkloadState? {
        guard workload.replacesPods else { return nil }
        let type = workload.type
        do {
            let json = try await client.get(
                type, namespace: workload.namespace, name: workload.name, subresource: nil)
            return WorkloadState(workload: workload, json: json)
        } catch let status as Status where status.isNotFound {
            return nil
        } catch let status as Status where status.isForbidden {
            throw FaultError(
                .statusChecks, status.explained("get", on: type.groupResource), target: workload.text)
        }
    }

    init?(workload: Target.Workload, json: JSON) {
        self.workload = workload
        let selector = json["spec", "selector"]
        if selector["matchLabels"].isNull && selector["matchExpressions"].isNull {
            self.selector = LabelSelector(matching: selector.stringMap)
        } else {
            guard let parsed = try? LabelSelector(json: selector) else { return nil }
            self.selector = parsed
        }
        guard !self.selector.isEmpty else { return nil }
        wanted =
            workload.kind == "daemonset"
            ? json["status", "desiredNumberScheduled"].int ?? 0 : json["spec", "replicas"].int ?? 1
    }
}

extension Target.Workload {
    var text: String { "{namespace: \(namespace), kind: \(kind), name: \(name)}" }

    /// Whether it is to have as many pods as before; a Job may be done with its own.
    var replacesPods: Bool { kind != "job" }

    /// Where the API serves the workload.
    var type: GroupVersionResource {
        let parts = apiVersion.split(separator: "/")
        return GroupVersionResource(
            group: parts.count == 2 ? String(parts[0]) : "", version: parts.last.map(String.init) ?? "v1",
            resource: kind + "s")
    }
}

/// Whether deleted pods have been replaced. Pure.
struct ReplacementCheck: Sendable {
    var deleted: Set<String>
    var workloads: [WorkloadState]
    /// A deleted pod may still be on its way out: enough between two rounds, not at the end.
    var allowsTerminating: Bool

    /// - Returns: nil when everything is replaced, else what is missing.
    func missing(in pods: [Pod]) -> String? {
        for pod in pods where deleted.contains(pod.uid) {
            if !(allowsTerminating && pod.metadata.isBeingDeleted) { return "pod \(pod.name) is still there" }
        }
        for state in workloads {
            let own = pods.filter {
                $0.namespace == state.workload.namespace && !$0.metadata.isBeingDeleted && !$0.isFinished
                    && state.selector.matches($0.metadata.labels)
            }
            if let ailing = own.first(where: { !$0.isHealthy }) { return ailing.ailment }
            if own.count < state.wanted {
                return "\(state.workload.kind) \(state.workload.name) has \(own.count) of \(state.wanted) ready pods"
            }
        }
        return nil
    }
}
