import Faults
import Injection
import KubernetesAPI

extension RoundPreview {
    init(_ round: Round) {
        self.init(
            offsetMilliseconds: round.offsetMilliseconds, repetition: round.repetition.summary,
            sequence: round.sequence.rawValue, choosesAnew: round.choosesAnew, candidates: 0, targets: [],
            steps: round.steps.map(StepPreview.init), requirements: [])
    }
}

extension StepPreview {
    init(_ step: Step) {
        switch step {
        case .cluster(let cluster): self.init(action: cluster.summary, mechanism: "Kubernetes API")
        case .machine(let machine): self.init(action: machine.summary, mechanism: machine.mechanism)
        }
        switch step.reversal {
        case .undo(let how): undo = how
        case .irreversible(let why): irreversible = why
        }
    }
}

extension TargetPreview {
    init(_ target: Target, showsContainer: Bool) {
        self.init(
            namespace: target.namespace, pod: target.name, container: showsContainer ? target.container : "",
            node: target.node,
            workload: target.parent.map { "\($0.kind)/\($0.name)" } ?? "")
    }
}

extension ProbePreview {
    init(_ probe: JSON) {
        let properties = probe["runProperties"]
        let shown = [
            ("timeout", "probeTimeout"), ("interval", "interval"), ("attempts", "attempt"), ("retries", "retry"),
            ("every", "probePollingInterval"), ("after", "initialDelay"),
        ].compactMap { label, key -> String? in
            let value = properties[key]
            guard let text = value.string ?? value.int.map(String.init), !text.isEmpty else { return nil }
            return "\(label) \(text)"
        }
        self.init(
            name: probe["name"].string ?? "", type: probe["type"].string ?? "", mode: probe["mode"].string ?? "",
            properties: shown.joined(separator: ", "), stopsOnFailure: properties["stopOnFailure"].bool ?? false)
    }
}

extension AccessPreview {
    /// ` in namespace shop`, or ` in all namespaces`.
    public var place: String { namespace.isEmpty ? " in all namespaces" : " in namespace \(namespace)" }
}
