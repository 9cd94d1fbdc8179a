import ChaosAPI

/// What the operator tells a runner.
struct RunnerEnvironment: Sendable, Hashable {
    var engine: String
    var namespace: String
    var experiments: [String]
    var serviceAccount: String
    var targets: String
    var auxiliaryAppInfo: String
    /// What the installation decides for pods that the runner makes.
    var platform: PlatformSettings
    var environment: [String: String]

    init(_ environment: [String: String]) throws(ExperimentError) {
        func required(_ name: String) throws(ExperimentError) -> String {
            guard let value = environment[name], !value.isEmpty else {
                throw ExperimentError(.generic, "the runner's environment lacks \(name), which the chaos operator sets")
            }
            return value
        }
        engine = try required("CHAOSENGINE")
        namespace = try required("CHAOS_NAMESPACE")
        experiments = try required("EXPERIMENT_LIST").split(separator: ",").map(String.init)
        serviceAccount = environment["CHAOS_SVC_ACC"] ?? ""
        targets = environment["TARGETS"] ?? ""
        auxiliaryAppInfo = environment["AUXILIARY_APPINFO"] ?? ""
        do {
            platform = try PlatformSettings(environment: environment)
        } catch {
            throw ExperimentError(
                .generic, "\(PlatformSettings.variable), which the chaos operator sets, cannot be read: \(error)")
        }
        self.environment = environment
    }
}
