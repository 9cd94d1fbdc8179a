import ChaosAPI
import ControllerRuntime
import Faults
import KubernetesAPI
import Probes

/// Reads and writes the ChaosResult of one experiment.
struct ResultWriter: Sendable {
    let client: any APIClient
    let namespace: String
    let engine: String
    let experiment: String
    let instance: String
    let labels: [String: String]
    /// Which run writes; nil writes whichever run the result shows.
    var runID: String?

    var name: String { ChaosResult.name(engine: engine, experiment: experiment, instance: instance) }

    /// Start of test: makes the result, or resets the one of an earlier run, whose counters stay.
    func begin(probes: [ProbeOutcome], seed: UInt64) async throws -> ChaosResult {
        var fresh = ChaosResult(name: name, namespace: namespace)
        reset(&fresh, probes: probes, seed: seed)
        let created = fresh
        return try await writing {
            do {
                return try await client.create(created)
            } catch let status as Status where status.isAlreadyExists {
                return try await client.amend(ChaosResult.self, namespace: namespace, name: name) { result in
                    reset(&result, probes: probes, seed: seed)
                    return true
                }
            }
        }
    }

    private func reset(_ result: inout ChaosResult, probes: [ProbeOutcome], seed: UInt64) {
        result.json["spec"] = ["experiment": .string(experiment)]
        if !engine.isEmpty { result.json["spec", "engine"] = .string(engine) }
        if !instance.isEmpty { result.json["spec", "instance"] = .string(instance) }
        result.metadata.labels = labels
        result.phase = .running
        result.verdict = .awaited
        result.errorOutput = nil
        result.probeSuccessPercentage = Verdict.awaited.rawValue
        result.probeStatuses = probes.map(\.status)
        result.seed = seed
        result.injections = []
        result.metadata.annotations[ChaosLabel.run] = runID
        let counters = result.history
        result.history = ResultHistory(
            passedRuns: counters.passedRuns, failedRuns: counters.failedRuns, stoppedRuns: counters.stoppedRuns)
        result.foldTargetAnnotations()
    }

    /// Shows what has been hit so far.
    func record(_ targets: [ResultTarget]) async throws {
        try await writing {
            try await client.amend(ChaosResult.self, namespace: namespace, name: name) { result in
                guard isOurs(result) else { return false }
                for target in targets { result.history.upsert(target) }
                return true
            }
        }
    }

    /// Shows what was asked and measured so far.
    func record(_ injections: [ResultInjection]) async throws {
        try await writing {
            try await client.amend(ChaosResult.self, namespace: namespace, name: name) { result in
                guard isOurs(result) else { return false }
                result.injections = injections
                return true
            }
        }
    }

    /// End of test. A result that has come to an end already is left alone, so that no run is counted twice.
    @discardableResult
    func end(_ ending: ResultEnding) async throws -> ChaosResult {
        try await writing {
            try await client.amend(ChaosResult.self, namespace: namespace, name: name) { result in
                guard result.isOpen, isOurs(result) else { return false }
                ending.apply(to: &result)
                return true
            }
        }
    }

    private func isOurs(_ result: ChaosResult) -> Bool {
        runID == nil || result.metadata.annotations[ChaosLabel.run] == runID
    }

    /// The result as it stands; nil when there is none.
    func read() async throws -> ChaosResult? {
        try await client.find(ChaosResult.self, namespace: namespace, name: name)
    }

    @discardableResult
    private func writing<T: Sendable>(_ write: () async throws -> T) async throws -> T {
        do {
            return try await write()
        } catch let status as Status {
            throw ExperimentError(
                .chaosResultCRUD,
                status.isForbidden
                    ? "\(status): add the permission to the service account's role ('\(Status.accountCommand)')"
                    : "\(status)",
                target: "{name: \(name), namespace: \(namespace)}")
        }
    }
}
