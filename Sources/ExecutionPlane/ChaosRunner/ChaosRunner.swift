import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging
import ServiceLifecycle

/// The role `litmus runner`: runs an engine's experiments one after another, writes what comes of each into the engine's
/// status, and ends.
public struct ChaosRunner: Sendable {
    let runner: RunnerEnvironment
    let client: any APIClient
    let time: TimeSource
    let logger: Logger

    /// Runs the experiments that `environment` names (`CHAOSENGINE`, `CHAOS_NAMESPACE`, `EXPERIMENT_LIST`, `TARGETS`, …).
    ///
    /// Cancelling the task, or a graceful shutdown, aborts the chaos: the ChaosResult says `Stopped` and the function
    /// returns within seconds.
    /// - Returns: the exit code: 0 whatever the verdicts, 1 when the engine could not be read or written.
    public static func run(
        environment: [String: String], client: any APIClient, time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.runner")
    ) async -> Int32 {
        await cancelWhenGracefulShutdown {
            do {
                let runner = ChaosRunner(
                    runner: try RunnerEnvironment(environment), client: client, time: time, logger: logger)
                try await runner.runExperiments()
                return 0
            } catch is CancellationError {
                return 0
            } catch let status as Status where status.isNotFound {
                logger.error("the engine is gone", metadata: ["error": "\(status)"])
                return 0
            } catch {
                if Task.isCancelled { return 0 }
                let hint =
                    (error as? Status)?.isForbidden == true
                    ? "; add the permission to the service account's role ('\(Status.accountCommand)')" : ""
                logger.error("the runner ends: \(error)\(hint)")
                return 1
            }
        }
    }

    private func runExperiments() async throws {
        async let read = client.get(ChaosEngine.self, namespace: runner.namespace, name: runner.engine)
        let found = await readExperiments()
        let engine = try await read
        let record = EngineRecord(client: client, engine: engine, experiments: runner.experiments, time: time)
        var current: ChaosEngine? = engine
        for index in runner.experiments.indices {
            try Task.checkCancellation()
            let place = EngineRecord.entry(index, of: runner.experiments, in: engine.experimentStatuses)
            let earlier = place.map { engine.experimentStatuses[$0] }
            if let earlier, !earlier.isOpen { continue }
            let execution = ExperimentExecution(
                index: index, runner: runner, engine: engine, experiments: found, record: record, earlier: earlier,
                current: current, client: client, time: time, logger: logger)
            current = nil
            if try await execution.run() == .stopsEngine { return }
        }
    }

    /// Every ChaosExperiment that is named, all at once.
    private func readExperiments() async -> [String: Result<ChaosExperiment?, any Error>] {
        await withTaskGroup(of: (String, Result<ChaosExperiment?, any Error>).self) { group in
            for name in Set(runner.experiments) {
                group.addTask {
                    do {
                        return (
                            name,
                            .success(
                                try await client.find(ChaosExperiment.self, namespace: runner.namespace, name: name))
                        )
                    } catch {
                        return (name, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
