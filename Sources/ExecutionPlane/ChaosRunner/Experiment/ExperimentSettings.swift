import ChaosAPI
import KubernetesAPI

/// A ChaosExperiment with what the engine changes of it: everything that the experiment's process or Job is made of.
/// Pure.
struct ExperimentSettings: Sendable, Hashable {
    var name: String
    var image: String
    var imagePullPolicy: String
    /// core/v1 `EnvVar` values, each name once, in the order in which they are set.
    var env: [JSON]
    var configMaps: [MountedObject]
    var secrets: [MountedObject]
    var definition: ExperimentDefinition
    var components: ExperimentComponents
    var probes: [JSON]
    /// Additional containers; empty where the engine wants none.
    var sidecars: [JSON]

    init(
        entry: EngineExperiment, experiment: ChaosExperiment, engine: ChaosEngine, runner: RunnerEnvironment
    ) throws(ExperimentError) {
        let definition = experiment.definition
        let components = entry.components
        name = entry.name
        image = components.image.isEmpty ? definition.image : components.image
        imagePullPolicy = definition.imagePullPolicy.isEmpty ? "Always" : definition.imagePullPolicy
        configMaps = Self.merged(definition.configMaps, components.configMaps)
        secrets = Self.merged(definition.secrets, components.secrets)
        self.definition = definition
        self.components = components
        probes = entry.probes
        sidecars = engine.wantsSidecars ? engine.sidecars : []
        env = Self.environment(
            definition: definition, components: components, engine: engine, name: entry.name,
            pullPolicy: imagePullPolicy, runner: runner)
        if engine.wantsSidecars, sidecars.isEmpty || sidecars.contains(where: { ($0["image"].string ?? "").isEmpty }) {
            throw ExperimentError(
                .generic,
                "sidecar image is not set inside chaosengine: the annotation sidecar/enabled asks for "
                    + "sidecars, name them in spec.components.sidecar")
        }
    }

    /// Objects of the experiment, their mount paths replaced by the engine's, and the engine's own.
    private static func merged(_ base: [MountedObject], _ changes: [MountedObject]) -> [MountedObject] {
        var result = base
        for change in changes {
            if let index = result.firstIndex(where: { $0.name == change.name }) {
                result[index] = change
            } else {
                result.append(change)
            }
        }
        return result
    }

    private static func environment(
        definition: ExperimentDefinition, components: ExperimentComponents, engine: ChaosEngine, name: String,
        pullPolicy: String, runner: RunnerEnvironment
    ) -> [JSON] {
        var env = EnvironmentList()
        env.setUnlessEmpty("CHAOSENGINE", engine.name)
        env.setUnlessEmpty("TARGETS", runner.targets)
        env.setUnlessEmpty("CHAOS_NAMESPACE", engine.namespace)
        env.setUnlessEmpty("AUXILIARY_APPINFO", runner.auxiliaryAppInfo)
        env.setUnlessEmpty("CHAOS_UID", engine.uid)
        env.setUnlessEmpty("EXPERIMENT_NAME", name)
        env.setUnlessEmpty("LIB_IMAGE_PULL_POLICY", pullPolicy)
        env.set("TERMINATION_GRACE_PERIOD_SECONDS", String(engine.terminationGracePeriodSeconds ?? 0))
        env.set("DEFAULT_HEALTH_CHECK", engine.defaultHealthCheck == true ? "true" : "false")
        env.setUnlessEmpty("CHAOS_SERVICE_ACCOUNT", runner.serviceAccount)
        env.setUnlessEmpty("OTEL_EXPORTER_OTLP_ENDPOINT", runner.environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "")
        env.setUnlessEmpty("TRACE_PARENT", runner.environment["TRACE_PARENT"] ?? "")
        env.setUnlessEmpty("LITMUS_SEED", runner.environment["LITMUS_SEED"] ?? "")
        for variable in definition.env { env.set(variable) }
        // What the engine says of the health check is the user's word; the ChaosExperiment's is only a default.
        if let wanted = engine.defaultHealthCheck { env.set("DEFAULT_HEALTH_CHECK", wanted ? "true" : "false") }
        for variable in components.env { env.set(variable) }
        env.set("STATUS_CHECK_DELAY", String(components.statusCheckDelay))
        env.set("STATUS_CHECK_TIMEOUT", String(components.statusCheckTimeout))
        env.set("JOB_CLEANUP_POLICY", engine.jobCleanUpPolicy?.rawValue ?? "")
        env.set(["name": "POD_NAME", "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.name"]]])
        return env.variables
    }

    /// `INSTANCE_ID`, wherever it was given as a literal value.
    var instance: String {
        env.last { $0["name"].string == "INSTANCE_ID" }?["value"].string ?? ""
    }

    /// Labels of the experiment's job and pod, and so of its ChaosResult.
    func labels(engine: ChaosEngine) -> [String: String] {
        definition.labels.merging([ChaosLabel.engineUID: engine.uid]) { $1 }
            .merging(engine.metadata.labels) { $1 }
    }

    /// The fault that the command line of the experiment's image names (`… -name pod-delete`), else the experiment's name.
    var faultName: String {
        let words = (definition.command + definition.args).flatMap { $0.split(separator: " ").map(String.init) }
        guard let flag = words.lastIndex(where: { $0 == "-name" || $0 == "--name" }), flag + 1 < words.count else {
            return name
        }
        return words[flag + 1]
    }
}

/// `EnvVar` values in order, the later of a name in the place of the earlier.
private struct EnvironmentList {
    var variables: [JSON] = []

    mutating func set(_ variable: JSON) {
        if let index = variables.firstIndex(where: { $0["name"] == variable["name"] }) {
            variables[index] = variable
        } else {
            variables.append(variable)
        }
    }

    mutating func set(_ name: String, _ value: String) { set(["name": .string(name), "value": .string(value)]) }

    mutating func setUnlessEmpty(_ name: String, _ value: String) { if !value.isEmpty { set(name, value) } }
}
