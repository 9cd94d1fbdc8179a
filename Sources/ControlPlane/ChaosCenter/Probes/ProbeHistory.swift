import DocumentStore

/// What runs say of probes.
struct ProbeHistory: Sendable {
    /// Executions of a probe in a list of probes, and of each fault and mode in its history.
    static let shown = 10
    /// Runs that are read for the history of one probe.
    static let runsOfHistory = 100

    let store: CenterStore

    private var reader: ProbeRunReader { ProbeRunReader(store: store) }

    /// The newest executions of probes. For all of them the runs are read once.
    func recent(_ probes: [ProbeKey], _ newest: NewestRuns) async throws -> [ProbeKey: [ProbeExecution]] {
        var found: [ProbeKey: [ProbeExecution]] = [:]
        for (projectID, keys) in Dictionary(grouping: probes, by: \.projectID) {
            let runs = try await newest.of(projectID)
            var names: [Int: [String]] = [:]
            for key in keys {
                for index in runs.indices.filter({ !runs[$0].faults(with: key.name).isEmpty }).prefix(Self.shown) {
                    names[index, default: []].append(key.name)
                }
            }
            let indices = names.keys.sorted()
            var position = 0
            try await reader.eachNodes(of: indices.map { runs[$0] }) { run, nodes in
                for name in names[indices[position]] ?? [] {
                    found[ProbeKey(projectID: projectID, name: name), default: []] +=
                        Self.executions(of: name, run, nodes, [])
                }
                position += 1
            }
        }
        return found.mapValues { Array($0.prefix(Self.shown)) }
    }

    /// The number of experiments among whose newest runs are some that refer to a probe.
    func referencing(_ name: String, in projectID: String, _ newest: NewestRuns) async throws -> Int {
        Set(try await newest.of(projectID).filter { !$0.faults(with: name).isEmpty }.map(\.experimentID)).count
    }

    /// - Parameter faults: of the run's revision; without them the modes are those of the results.
    private static func executions(
        of probe: String, _ run: ProbeRun, _ nodes: EngineNodes, _ faults: [ManifestFault]
    ) -> [ProbeExecution] {
        run.faults(with: probe).flatMap { entry in
            let fault = faults.first { $0.name == entry.faultName } ?? ManifestFault(named: entry.faultName)
            return nodes.outcomes(of: fault, entry.probeNames, isCompleted: run.isCompleted)
                .filter { $0.name == probe }
                .map { ProbeExecution(faultName: entry.faultName, outcome: $0, run: run) }
        }
    }

    func references(_ probe: StoredProbe) async throws -> ProbeReferences {
        let all = try await reader.newest(of: probe.projectID).filter { !$0.faults(with: probe.name).isEmpty }
        let shown = Array(all.prefix(Self.runsOfHistory))
        let faults = try await faults(of: shown, in: probe.projectID)
        var groups: [ProbeExecutionGroup] = []
        try await reader.eachNodes(of: shown) { run, nodes in
            for execution in Self.executions(of: probe.name, run, nodes, faults[run.revisionID] ?? []) {
                let mode = execution.outcome.mode
                let index = groups.firstIndex { $0.faultName == execution.faultName && $0.mode == mode }
                guard let index else {
                    groups.append(
                        ProbeExecutionGroup(faultName: execution.faultName, mode: mode, executions: [execution]))
                    continue
                }
                if groups[index].executions.count < Self.shown { groups[index].executions.append(execution) }
            }
        }
        return ProbeReferences(
            projectID: probe.projectID, name: probe.name, totalRuns: all.count, groups: groups)
    }

    /// The faults of the revisions that runs are of.
    private func faults(of runs: [ProbeRun], in projectID: String) async throws -> [String: [ManifestFault]] {
        let wanted = Set(runs.map(\.revisionID))
        var found: [String: [ManifestFault]] = [:]
        // Also of removed experiments: their runs are shown as long as they are there.
        try await store.eachExperiment(runs.map(\.experimentID), where: .eq("project_id", projectID)) { experiment in
            for revision in experiment.revisions where wanted.contains(revision.id) {
                found[revision.id] = ManifestFault.all(in: revision.manifest)
            }
        }
        return found
    }

    /// The probes of a fault in a run, in the order in which the fault refers to them.
    /// - Parameter runID: of the run, or what names it before it has one.
    func probes(ofFault name: String, inRun runID: String, of projectID: String) async throws -> [ProbeInRun] {
        let isRun: Filter = .eq("experiment_run_id", runID) || .eq("notify_id", runID)
        guard !runID.isEmpty, let run = try await store.runs.first(.project(projectID) && isRun) else {
            throw CenterError.notFound("no matching experiment run")
        }
        let experiment = try await store.experiments.first(
            .eq("project_id", projectID) && .eq("experiment_id", run.experimentID))
        let faults = (experiment?.revision(run.revisionID)?.manifest).map(ManifestFault.all) ?? []
        let fault = faults.first { $0.name == name } ?? faults.first { $0.isNamed(name) } ?? ManifestFault(named: name)
        let names =
            run.probes?.first { $0.faultName == fault.name }?.probeNames ?? fault.probes.map(\.name)
        let outcomes = EngineNodes(executionData: run.executionData)
            .outcomes(of: fault, names, isCompleted: run.isCompleted)
        let probes = try await probes(names, in: projectID)
        return outcomes.compactMap { outcome in probes[outcome.name].map { ProbeInRun(probe: $0, outcome: outcome) } }
    }

    /// Also removed ones, as runs are kept longer than probes; of several with one name the present or latest.
    private func probes(_ names: [String], in projectID: String) async throws -> [String: StoredProbe] {
        guard !names.isEmpty else { return [:] }
        let query = Query(
            .eq("project_id", projectID) && .oneOf("name", Array(Set(names))), sort: [.ascending("updated_at")])
        return Dictionary(
            try await store.probes.find(query).map { ($0.name, $0) },
            uniquingKeysWith: { earlier, later in earlier.isRemoved ? later : earlier })
    }
}

extension ChaosCenter {
    var probeHistory: ProbeHistory { ProbeHistory(store: store) }
}
