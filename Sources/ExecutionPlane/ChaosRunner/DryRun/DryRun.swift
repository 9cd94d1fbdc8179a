import ChaosAPI
import FaultCatalog
import Faults
import Injection
import KubernetesAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Finds out what engines would do, by reads and questions alone: nothing on the cluster or on a machine changes.
public struct DryRun: Sendable {
    /// nil: what can be said without a cluster.
    private let client: (any APIClient)?
    /// ChaosExperiments that files give, by namespace and name; they win over those of the cluster.
    private let given: [ObjectKey: ChaosExperiment]
    private let seed: UInt64?

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
        var chaos = RunningChaos()
        var hasAccount = false
        if let client {
            hasAccount =
                try await client.find(ServiceAccount.self, namespace: engine.namespace, name: engine.serviceAccount)
                != nil
            preview.problems += try await obstacles(to: engine, hasAccount: hasAccount, client)
            chaos = await RunningChaos.read(client)
        }
        for entry in engine.experiments {
            preview.experiments.append(
                try await self.preview(
                    entry, of: engine, targets: preview.application, accessClient: hasAccount ? client : nil,
                    chaos: chaos))
        }
        return preview
    }

    private func obstacles(
        to engine: ChaosEngine, hasAccount: Bool, _ client: any APIClient
    ) async throws -> [String] {
        var problems: [String] = []
        if !hasAccount {
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

    /// - Parameter accessClient: nil where there is no account to ask about.
    private func preview(
        _ entry: EngineExperiment, of engine: ChaosEngine, targets: String, accessClient: (any APIClient)?,
        chaos: RunningChaos
    ) async throws -> ExperimentPreview {
        var preview = ExperimentPreview(
            name: entry.name, fault: entry.name, execution: "", seed: 0, durationMilliseconds: 0, rampMilliseconds: 0)
        do {
            let experiment = try await find(entry.name, namespace: engine.namespace, &preview.notes)
            let runner = try RunnerEnvironment(Self.environment(engine, targets: targets))
            let settings = try ExperimentSettings(entry: entry, experiment: experiment, engine: engine, runner: runner)
            try await fill(&preview, settings, engine: engine, accessClient: accessClient, chaos: chaos)
        } catch let error as ExperimentError {
            preview.problems.append(error.reason)
        } catch let error as FaultError {
            preview.problems.append(error.description)
        }
        return preview
    }

    private func find(_ name: String, namespace: String, _ notes: inout [String]) async throws -> ChaosExperiment {
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

// MARK: - One experiment

extension DryRun {
    private func fill(
        _ preview: inout ExperimentPreview, _ settings: ExperimentSettings, engine: ChaosEngine,
        accessClient: (any APIClient)?, chaos: RunningChaos
    ) async throws {
        preview.fault = settings.faultName
        switch ExecutionMode(settings, engine: engine, first: nil) {
        case .builtIn: preview.execution = "inside the runner pod"
        case .job(let why): preview.execution = "in a Job of its own: \(why)"
        }
        guard let fault = Faults.fault(named: settings.faultName) else {
            throw ExperimentError(
                .generic, "the fault \(settings.faultName) is not built in: its image decides what happens")
        }
        let environment = try await environment(settings, engine: engine)
        let read = TunableReader(environment)
        let seed = try self.seed ?? read.unsigned("LITMUS_SEED") ?? UInt64.random(in: 1...UInt64(Int64.max))
        preview.seed = seed
        preview.probes = settings.probes.map(ProbePreview.init)
        let plan = try fault.plan(environment: environment, namespace: engine.namespace, seed: seed)
        preview.durationMilliseconds = plan.milliseconds
        preview.rampMilliseconds = plan.rampMilliseconds
        let access = RequiredAccess.list(
            plan, namespace: engine.namespace, checksHealth: try read.bool("DEFAULT_HEALTH_CHECK", default: true))
        preview.access = await AccessCheck(
            client: accessClient, namespace: engine.namespace, serviceAccount: engine.serviceAccount)(access)
        preview.problems += preview.access.filter { $0.isAllowed == false && $0.otherwise.isEmpty }.map {
            "the service account \(engine.serviceAccount) may not \($0.verb) \($0.resource)\($0.place)"
        }
        for (number, round) in plan.rounds.enumerated() {
            try await add(round, number: number, seed: seed, to: &preview, engine: engine, chaos: chaos)
        }
    }

    /// Values out of ConfigMaps and Secrets are known where there is a cluster.
    private func environment(_ settings: ExperimentSettings, engine: ChaosEngine) async throws -> [String: String] {
        guard let client else {
            let literal = settings.env.compactMap { variable in
                variable["name"].string.map { ($0, variable["value"].string ?? "") }
            }
            return Dictionary(literal) { $1 }
        }
        return try await EnvironmentResolver(
            client: client, namespace: engine.namespace, podName: engine.runnerName,
            serviceAccount: engine.serviceAccount
        ).resolve(settings.env)
    }

    private func add(
        _ round: Round, number: Int, seed: UInt64, to preview: inout ExperimentPreview, engine: ChaosEngine,
        chaos: RunningChaos
    ) async throws {
        var row = RoundPreview(round)
        var targets: [Target] = []
        if let client {
            let candidates = try await TargetReader(client: client).candidates(for: round.selection)
            var generator = SeededGenerator(seed: seed, round: number, repetition: 1)
            targets = round.selection.choose(from: candidates, using: &generator)
            row.candidates = candidates.named.count + candidates.pool.count
        }
        row.targets = targets.map { TargetPreview($0, showsContainer: !round.machineSteps.isEmpty) }
        row.requirements = await requirements(of: round.machineSteps, on: Set(targets.map(\.node)).sorted())
        preview.rounds.append(row)
        preview.problems += row.requirements.filter { $0.isPresent == false }.map {
            "\($0.name) is missing on node \($0.node): \($0.detail)"
        }
        preview.collisions += chaos.collisions(with: targets, of: engine)
    }

    /// Looked at where the node is this machine; elsewhere its helper does, before it touches anything.
    private func requirements(of steps: [MachineStep], on nodes: [String]) async -> [RequirementPreview] {
        guard !steps.isEmpty else { return [] }
        let checked = await Requirements.check(steps)
        var rows: [RequirementPreview] = []
        for node in nodes {
            let isLocal = await isThisMachine(node)
            for requirement in checked {
                rows.append(
                    RequirementPreview(
                        node: node, name: requirement.name, isPresent: isLocal ? requirement.isPresent : nil,
                        detail: isLocal
                            ? requirement.detail
                            : "checked on the node by the helper, before anything is touched"))
            }
        }
        return rows
    }

    private func isThisMachine(_ node: String) async -> Bool {
        // Only root finds out what root can do.
        guard geteuid() == 0, let found = try? await client?.find(Node.self, name: node) else { return false }
        return found.json["status", "nodeInfo", "bootID"].string == Requirements.bootID
    }
}

extension RoundPreview {
    fileprivate init(_ round: Round) {
        self.init(
            offsetMilliseconds: round.offsetMilliseconds, repetition: round.repetition.summary,
            sequence: round.sequence.rawValue, choosesAnew: round.choosesAnew, candidates: 0, targets: [],
            steps: round.steps.map(StepPreview.init), requirements: [])
    }
}

extension StepPreview {
    fileprivate init(_ step: Step) {
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
    fileprivate init(_ target: Target, showsContainer: Bool) {
        self.init(
            namespace: target.namespace, pod: target.name, container: showsContainer ? target.container : "",
            node: target.node,
            workload: target.parent.map { "\($0.kind)/\($0.name)" } ?? "")
    }
}

extension ProbePreview {
    fileprivate init(_ probe: JSON) {
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
