import ChaosAPI
import Faults
import Glibc
import Injection
import KubernetesAPI

/// One experiment of an engine.
extension DryRun {
    /// - Throws: `ExperimentError` or `FaultError` for what keeps the experiment from being planned at all.
    func fill(
        _ preview: inout ExperimentPreview, _ settings: ExperimentSettings, in context: Context
    ) async throws {
        preview.fault = settings.faultName
        let mode = ExecutionMode(settings, engine: context.engine, first: context.first)
        preview.execution =
            switch mode {
            case .builtIn: "inside the runner pod"
            case .job(let why): "in a Job of its own: \(why)"
            }
        guard let fault = Faults.fault(named: settings.faultName) else {
            throw ExperimentError(
                .generic, "the fault \(settings.faultName) is not built in: its image decides what happens")
        }
        let environment = try await environment(settings, engine: context.engine)
        let read = TunableReader(environment)
        let seed = try self.seed ?? read.unsigned("LITMUS_SEED") ?? UInt64.random(in: 1...UInt64(Int64.max))
        preview.seed = seed
        preview.probes = settings.probes.map(ProbePreview.init)
        let plan = try fault.plan(environment: environment, namespace: context.engine.namespace, seed: seed)
        preview.durationMilliseconds = plan.milliseconds
        preview.rampMilliseconds = plan.rampMilliseconds
        var workloads: Set<Target.Workload> = []
        for (number, round) in plan.rounds.enumerated() {
            let candidates = try await candidates(for: round, &preview)
            workloads.formUnion((candidates.map { $0.named + $0.pool } ?? []).compactMap(\.parent))
            await add(round, number: number, candidates, seed: seed, to: &preview, in: context)
        }
        let access = RequiredAccess.list(
            plan, namespace: context.engine.namespace, workloads: workloads,
            checksHealth: try read.bool("DEFAULT_HEALTH_CHECK", default: true), mode: mode)
        preview.access = await AccessCheck(
            client: context.accessClient, namespace: context.engine.namespace,
            serviceAccount: context.engine.serviceAccount)(access)
        preview.problems += preview.access.filter { $0.isAllowed == false && $0.otherwise.isEmpty }.map {
            "the service account \(context.engine.serviceAccount) may not \($0.verb) \($0.resource)\($0.place)"
        }
        if !context.chaos.isComplete {
            preview.notes.append(
                "chaos of other namespaces was not looked for: listing pods, chaosengines and chaosresults of all "
                    + "namespaces is not allowed to you")
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

    /// nil without a cluster, and where none are found, which is a problem then.
    private func candidates(
        for round: Round, _ preview: inout ExperimentPreview
    ) async throws -> TargetSelection.Candidates? {
        guard let client else { return nil }
        do {
            return try await TargetReader(client: client).candidates(for: round.selection)
        } catch let error as FaultError {
            preview.problems.append(error.description)
            return nil
        }
    }

    private func add(
        _ round: Round, number: Int, _ candidates: TargetSelection.Candidates?, seed: UInt64,
        to preview: inout ExperimentPreview, in context: Context
    ) async {
        var generator = SeededGenerator(seed: seed, round: number, repetition: 1)
        let targets = candidates.map { round.selection.choose(from: $0, using: &generator) } ?? []
        var row = RoundPreview(round)
        row.candidates = candidates.map { $0.named.count + $0.pool.count } ?? 0
        row.targets = targets.map { TargetPreview($0, showsContainer: !round.machineSteps.isEmpty) }
        row.requirements = await requirements(of: round.machineSteps, on: Set(targets.map(\.node)).sorted())
        preview.rounds.append(row)
        preview.problems += row.requirements.filter { $0.isPresent == false }.map {
            "\($0.name) is missing on node \($0.node): \($0.detail)"
        }
        preview.collisions += context.chaos.collisions(with: targets, of: context.engine)
    }

    /// Looked at where the node is this machine; elsewhere its helper does, before it touches anything.
    private func requirements(of steps: [MachineStep], on nodes: [String]) async -> [RequirementPreview] {
        guard !steps.isEmpty, !nodes.isEmpty else { return [] }
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
