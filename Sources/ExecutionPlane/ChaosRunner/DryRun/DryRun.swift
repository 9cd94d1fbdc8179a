import ChaosAPI
import FaultCatalog
import Faults
import KubernetesAPI

/// Finds out what engines would do, by reads and questions alone: nothing on the cluster or on a machine changes.
public struct DryRun: Sendable {
    /// nil: what can be said without a cluster.
    let client: (any APIClient)?
    /// ChaosExperiments that files give, by namespace and name; they win over those of the cluster.
    private let given: [ObjectKey: ChaosExperiment]
    let seed: UInt64?

    /// What all experiments of an engine have in common.
    struct Context: Sendable {
        var engine: ChaosEngine
        /// As the operator would tell the runner (`TARGETS`).
        var targets: String
        /// Lends the runner pod its security context.
        var first: ChaosExperiment?
        /// Asked what the service account may do; nil where there is none to ask about.
        var accessClient: (any APIClient)?
        var chaos: RunningChaos
    }

    /// - Parameters:
    ///   - client: nil makes previews without targets: those are chosen when there is a cluster.
    ///   - experiments: ChaosExperiments that would be applied before the engines.
    ///   - seed: repeats the choices of a run; nil makes choices of its own, whose seed stands in the preview.
    public init(
        client: (any APIClient)?, experiments: [ChaosExperiment] = [], seed: UInt64? = nil
    ) {
        self.client = client
        given = Dictionary(experiments.map { ($0.key, $0) }) { $1 }
        self.seed = seed
    }

    /// - Throws: what the cluster answers when it cannot be read at all; everything else stands in the preview.
    public func preview(_ engine: ChaosEngine) async throws -> EnginePreview {
        var preview = EnginePreview(
            namespace: engine.namespace, name: engine.name, application: "", serviceAccount: engine.serviceAccount,
            problems: [], experiments: [])
        do throws(EngineFault) {
            try engine.validate()
            preview.application = AppTarget.text(try engine.appTargets())
        } catch {
            preview.problems.append(error.description)
            return preview
        }
        var context = Context(engine: engine, targets: preview.application, chaos: RunningChaos())
        if let client {
            let hasAccount = try await hasAccount(engine, client)
            if hasAccount != false { context.accessClient = client }
            preview.problems += try await obstacles(to: engine, hasAccount: hasAccount, client)
            context.chaos = await RunningChaos.read(client, around: engine)
        }
        var notes: [String] = []
        if let first = engine.experiments.first {
            context.first = try? await experiment(first.name, namespace: engine.namespace, &notes)
        }
        for entry in engine.experiments { preview.experiments.append(try await self.preview(entry, in: context)) }
        return preview
    }

    /// nil where whoever asks may not know.
    private func hasAccount(_ engine: ChaosEngine, _ client: any APIClient) async throws -> Bool? {
        do {
            return try await client.find(
                ServiceAccount.self, namespace: engine.namespace, name: engine.serviceAccount) != nil
        } catch let status as Status where status.isForbidden {
            return nil
        }
    }

    private func obstacles(
        to engine: ChaosEngine, hasAccount: Bool?, _ client: any APIClient
    ) async throws -> [String] {
        var problems: [String] = []
        if hasAccount == false {
            problems.append(
                "there is no service account \(engine.serviceAccount) in namespace \(engine.namespace): create it, and "
                    + "bind a role with the access below to it")
        }
        if let running = try await client.find(ChaosEngine.self, namespace: engine.namespace, name: engine.name),
            running.engineStatus == .initialized
        {
            problems.append("the ChaosEngine \(engine.key) already runs")
        }
        let order = try? await client.find(ConfigMap.self, namespace: Halt.defaultNamespace, name: Halt.configMapName)
        if let halt = Halt(order ?? nil) {
            problems.append("chaos is \(halt): 'litmus resume' allows it again")
        }
        return problems
    }

    private func preview(_ entry: EngineExperiment, in context: Context) async throws -> ExperimentPreview {
        var preview = ExperimentPreview(
            name: entry.name, fault: entry.name, execution: "", seed: 0, durationMilliseconds: 0, rampMilliseconds: 0)
        do {
            let engine = context.engine
            let experiment = try await experiment(entry.name, namespace: engine.namespace, &preview.notes)
            let runner = try RunnerEnvironment(Self.environment(engine, targets: context.targets))
            let settings = try ExperimentSettings(entry: entry, experiment: experiment, engine: engine, runner: runner)
            try await fill(&preview, settings, in: context)
        } catch let error as ExperimentError {
            preview.problems.append(error.reason)
        } catch let error as FaultError {
            preview.problems.append(error.description)
        }
        return preview
    }

    private func experiment(
        _ name: String, namespace: String, _ notes: inout [String]
    ) async throws -> ChaosExperiment {
        if let experiment = given[ObjectKey(namespace: namespace, name: name)] { return experiment }
        if let experiment = try await client?.find(ChaosExperiment.self, namespace: namespace, name: name) {
            return experiment
        }
        guard let fault = FaultCatalog.fault(named: name) else {
            throw ExperimentError(
                .generic,
                "there is no ChaosExperiment \(name) in namespace \(namespace), nor a fault of that name in the "
                    + "catalogue: apply its manifest there")
        }
        notes.append("the ChaosExperiment \(name) comes from the fault catalogue: litmus run makes it")
        return ChaosExperiment(json: fault.manifest(namespace: namespace))
    }

    /// What the operator would tell the runner.
    private static func environment(_ engine: ChaosEngine, targets: String) -> [String: String] {
        [
            "CHAOSENGINE": engine.name, "CHAOS_NAMESPACE": engine.namespace, "TARGETS": targets,
            "EXPERIMENT_LIST": engine.experiments.map(\.name).joined(separator: ","),
            "CHAOS_SVC_ACC": engine.serviceAccount, "AUXILIARY_APPINFO": engine.auxiliaryAppInfo,
        ]
    }
}
