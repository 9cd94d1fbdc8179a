import ChaosAPI
import ControllerRuntime
import KubernetesAPI

/// The runner's entries in `status.experiments` of its engine. An experiment is known by its place in the engine's list,
/// so one that is listed twice has two entries, and a restarted runner finds its own again.
struct EngineRecord: Sendable {
    let client: any APIClient
    let engine: ChaosEngine
    let experiments: [String]
    let time: TimeSource

    static let notLaunched = "Yet to be launched"
    static let none = "N/A"

    /// The entry of the experiment at `index`, if there is one.
    static func entry(_ index: Int, of experiments: [String], in statuses: [ExperimentStatus]) -> Int? {
        let name = experiments[index]
        let occurrence = experiments[..<index].count { $0 == name }
        return statuses.indices.filter { statuses[$0].name == name }.dropFirst(occurrence).first
    }

    /// Adds entries for experiments that have none, and sets that of `index`, where one is given.
    func write(
        _ index: Int? = nil, pod: String = "", status: ExperimentRunStatus = .waiting, verdict: String = Self.none,
        job: String = "", reason: String = "", stopsEngine: Bool = false, current: ChaosEngine? = nil
    ) async throws {
        try await client.amend(
            ChaosEngine.self, namespace: engine.namespace, name: engine.name, current: current
        ) { engine in
            // Another engine of the same name, or a later run of this one, is none of ours.
            guard engine.uid == self.engine.uid, engine.runStarted == self.engine.runStarted else {
                throw Status.notFound(ChaosEngine.type.gvr, name: engine.name)
            }
            // An engine that is being stopped begins nothing any more.
            if status == .running, engine.desiredState == .stop || engine.metadata.isBeingDeleted {
                throw CancellationError()
            }
            var entries = engine.experimentStatuses
            let now = time.wallClock()
            for place in experiments.indices where Self.entry(place, of: experiments, in: entries) == nil {
                entries.append(
                    ExperimentStatus(
                        name: experiments[place], runner: engine.runnerName, pod: Self.notLaunched, status: .waiting,
                        verdict: Self.none, at: now))
            }
            if let index, let place = Self.entry(index, of: experiments, in: entries) {
                // What the operator has ended stays ended.
                guard entries[place].isOpen else { return false }
                var entry = ExperimentStatus(
                    name: experiments[index], runner: engine.runnerName, pod: pod, status: status, verdict: verdict,
                    at: now)
                entry.job = job
                entry.reason = reason
                entries[place] = entry
            }
            engine.experimentStatuses = entries
            engine.summarizeVerdict()
            if stopsEngine { engine.desiredState = .stop }
            return true
        }
    }
}
