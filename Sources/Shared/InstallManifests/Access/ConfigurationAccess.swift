import ChaosAPI
import KubernetesAPI

/// The ConfigMaps and Secrets that a runner reads in its engine's namespace: those that variables take values from, and
/// those that are mounted, whose presence it checks.
struct ConfigurationAccess: Sendable {
    private var configMaps: Set<String> = []
    private var secrets: Set<String> = []

    init(_ engine: ChaosEngine, _ experiments: [ChaosExperiment]) {
        for components in engine.experiments.map(\.components) {
            add(components.env, components.configMaps, components.secrets)
        }
        for definition in experiments.map(\.definition) {
            add(definition.env, definition.configMaps, definition.secrets)
        }
    }

    private mutating func add(_ env: [JSON], _ configMaps: [MountedObject], _ secrets: [MountedObject]) {
        let sources = env.map { $0["valueFrom"] }
        self.configMaps.formUnion(configMaps.map(\.name) + sources.compactMap { $0["configMapKeyRef", "name"].string })
        self.secrets.formUnion(secrets.map(\.name) + sources.compactMap { $0["secretKeyRef", "name"].string })
    }

    /// rbac/v1 `PolicyRule` values that name each of them; empty where there are none.
    var rules: [JSON] {
        [("configmaps", configMaps), ("secrets", secrets)].compactMap { resource, found in
            let names = found.filter { !$0.isEmpty }.sorted()
            guard !names.isEmpty else { return nil }
            var rule = BuiltinRBAC.rule("", [resource], ["get"])
            rule["resourceNames"] = JSON(names)
            return rule
        }
    }
}
