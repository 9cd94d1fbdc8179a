import KubernetesAPI

/// Why an engine cannot be run as it is written.
public enum EngineFault: Error, Sendable, Hashable, CustomStringConvertible {
    case emptySelectors
    case incompleteWorkload(String)
    case incompleteAppInfo
    case noExperiments
    case unnamedExperiment(Int)
    case noServiceAccount
    case nameTooLong(String)

    public var description: String {
        switch self {
        case .emptySelectors: "specify one out of workloads or pods: spec.selectors has neither"
        case .incompleteWorkload(let entry): "spec.selectors: \(entry) needs kind, namespace and one of names or labels"
        case .incompleteAppInfo:
            "incomplete appinfo, provide appkind and applabel both: spec.appinfo has only one of them"
        case .noExperiments:
            "application experiment list is empty: name at least one ChaosExperiment in spec.experiments"
        case .unnamedExperiment(let index): "spec.experiments[\(index)].name is empty: name a ChaosExperiment"
        case .noServiceAccount:
            "spec.chaosServiceAccount is empty: name the service account that the experiments run with"
        case .nameTooLong(let name):
            "metadata.name '\(name)' is too long: the label app takes it, which has at most 63 characters"
        }
    }
}

extension ChaosEngine {
    /// Checks what can be judged without the cluster.
    public func validate() throws(EngineFault) {
        _ = try appTargets()
        guard !experiments.isEmpty else { throw .noExperiments }
        for (index, experiment) in experiments.enumerated() where experiment.name.isEmpty {
            throw .unnamedExperiment(index)
        }
        guard !serviceAccount.isEmpty else { throw .noServiceAccount }
        guard name.utf8.count <= 63 else { throw .nameTooLong(name) }
    }

    /// The application under test: from `selectors`, else from `appinfo`; empty where the engine names none.
    public func appTargets() throws(EngineFault) -> [AppTarget] {
        let selectors = spec["selectors"]
        if let workloads = selectors["workloads"].array { return try Self.workloadTargets(workloads) }
        if let pods = selectors["pods"].array { return try Self.podTargets(pods) }
        guard selectors.isNull else { throw .emptySelectors }
        return try appInfoTarget().map { [$0] } ?? []
    }

    private static func workloadTargets(_ workloads: [JSON]) throws(EngineFault) -> [AppTarget] {
        var targets: [AppTarget] = []
        for (index, workload) in workloads.enumerated() {
            let kind = workload["kind"].string ?? ""
            let namespace = workload["namespace"].string ?? ""
            let names = list(workload["names"])
            let labels = workload["labels"].string ?? ""
            guard !kind.isEmpty, !namespace.isEmpty, !names.isEmpty || !labels.isEmpty else {
                throw .incompleteWorkload("workloads[\(index)]")
            }
            targets.append(
                AppTarget(kind: kind, namespace: namespace, filter: names.isEmpty ? .labels(labels) : .names(names)))
        }
        return targets
    }

    private static func podTargets(_ pods: [JSON]) throws(EngineFault) -> [AppTarget] {
        var targets: [AppTarget] = []
        for (index, pod) in pods.enumerated() {
            let namespace = pod["namespace"].string ?? ""
            let names = list(pod["names"])
            guard !namespace.isEmpty, !names.isEmpty else { throw .incompleteWorkload("pods[\(index)]") }
            targets.append(AppTarget(kind: "pod", namespace: namespace, filter: .names(names)))
        }
        return targets
    }

    private func appInfoTarget() throws(EngineFault) -> AppTarget? {
        let info = spec["appinfo"]
        let kind = info["appkind"].string ?? ""
        let label = info["applabel"].string ?? ""
        let ownNamespace = info["appns"].string ?? ""
        guard kind.isEmpty == label.isEmpty else { throw .incompleteAppInfo }
        if kind.isEmpty && ownNamespace.isEmpty { return nil }
        return AppTarget(
            kind: kind.isEmpty ? AppTarget.anyKind : kind, namespace: ownNamespace.isEmpty ? namespace : ownNamespace,
            filter: label.isEmpty ? .all : .labels(label))
    }

    private static func list(_ value: JSON) -> [String] {
        (value.string ?? "").split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    }
}
