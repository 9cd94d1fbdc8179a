import ChaosAPI
import Faults
import KubernetesAPI

/// Whether an experiment runs inside the runner, or needs a Job of its own. Pure.
enum ExecutionMode: Sendable, Hashable {
    case builtIn
    /// And why.
    case job(String)

    /// - Parameter first: the ChaosExperiment whose security context the runner pod has.
    init(_ settings: ExperimentSettings, engine: ChaosEngine, first: ChaosExperiment?) {
        self = Self.reasonForJob(settings, engine: engine, first: first).map(Self.job) ?? .builtIn
    }

    private static func reasonForJob(
        _ settings: ExperimentSettings, engine: ChaosEngine, first: ChaosExperiment?
    ) -> String? {
        let runner = engine.runner
        let components = settings.components
        let definition = settings.definition
        if !LitmusImage.runsExperiments(settings.image) { return "the image \(settings.image) is not one of Litmus" }
        if Faults.fault(named: settings.faultName) == nil { return "the fault \(settings.faultName) is not built in" }
        if components.nodeSelector != runner.nodeSelector { return "it has its own nodeSelector" }
        if components.tolerations != runner.tolerations { return "it has its own tolerations" }
        if !isEmpty(components.resources), components.resources != runner.resources {
            return "it has its own resources"
        }
        if !components.imagePullSecrets.isEmpty, components.imagePullSecrets != runner.imagePullSecrets {
            return "it has its own image pull secrets"
        }
        if !holds(settings.configMaps, in: runner.configMaps) { return "it mounts ConfigMaps" }
        if !holds(settings.secrets, in: runner.secrets) { return "it mounts Secrets" }
        if !definition.hostFileVolumes.isEmpty { return "it mounts files of the node" }
        if definition.hostPID { return "it uses the node's process table" }
        let security = definition.json["securityContext"]
        if !isEmpty(security), security != first?.definition.json["securityContext"] ?? .null {
            return "it has its own security context"
        }
        if components.annotations.contains(where: { runner.annotations[$0.key] != $0.value }) {
            return "it has its own annotations"
        }
        if !settings.sidecars.isEmpty { return "it has sidecars" }
        if settings.env.contains(where: refersToPod) { return "its environment refers to its own pod" }
        return nil
    }

    private static func isEmpty(_ value: JSON) -> Bool {
        switch value {
        case .null: true
        case .object(let members): members.values.allSatisfy(isEmpty)
        case .array(let elements): elements.isEmpty
        default: false
        }
    }

    private static func holds(_ wanted: [MountedObject], in given: [MountedObject]) -> Bool {
        wanted.allSatisfy { object in
            given.contains { $0.name == object.name && $0.mountPath == object.mountPath }
        }
    }

    private static func refersToPod(_ variable: JSON) -> Bool {
        let source = variable["valueFrom"]
        if !source["resourceFieldRef"].isNull { return true }
        guard let path = source["fieldRef", "fieldPath"].string else { return false }
        return !["metadata.name", "metadata.namespace", "spec.serviceAccountName"].contains(path)
    }
}
