import ChaosAPI
import ControllerRuntime
import Faults
import KubernetesAPI
import Logging
import ServiceLifecycle

/// The role `experiment`: one experiment in the pod of its own Job, as the images of Litmus run it
/// (`./experiments -name pod-delete`).
public enum ChaosExperimentProcess {
    /// Runs the experiment that the environment describes (`EXPERIMENT_NAME`, `CHAOSENGINE`, `CHAOS_NAMESPACE`, …).
    ///
    /// Cancelling the task, or a graceful shutdown, aborts it: the ChaosResult says `Stopped`.
    /// - Parameter name: which fault; the environment's `EXPERIMENT_NAME` names the result.
    /// - Returns: the exit code: 0 whatever the verdict, 1 after an abort or when the engine could not be read.
    public static func run(
        name: String, environment: [String: String], client: any APIClient, time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.experiment")
    ) async -> Int32 {
        await cancelWhenGracefulShutdown {
            do {
                return try await start(name: name, environment: environment, client: client, time: time, logger: logger)
            } catch {
                let hint =
                    (error as? Status)?.isForbidden == true
                    ? "; add the permission to the service account's role ('\(Status.accountCommand)')" : ""
                logger.error("the experiment could not begin: \(error)\(hint)")
                return 1
            }
        }
    }

    private static func start(
        name: String, environment: [String: String], client: any APIClient, time: TimeSource, logger: Logger
    ) async throws -> Int32 {
        let read = TunableReader(environment)
        let namespace = read.string("CHAOS_NAMESPACE", default: "litmus")
        let engineName = read.string("CHAOSENGINE")
        let experiment = read.string("EXPERIMENT_NAME", default: name)
        let podName = read.string("POD_NAME")
        async let ownPod = podName.isEmpty ? nil : try? client.find(Pod.self, namespace: namespace, name: podName)
        let engine =
            engineName.isEmpty
            ? nil : try await client.get(ChaosEngine.self, namespace: namespace, name: engineName)
        var labels = await ownPod?.metadata.labels ?? [:]
        if let engine { labels[ChaosLabel.engineUID] = engine.uid }
        let runID = podName.isEmpty ? "\(experiment)-\(ExperimentExecution.suffix())" : podName
        var writer = ResultWriter(
            client: client, namespace: namespace, engine: engineName, experiment: experiment,
            instance: read.string("INSTANCE_ID"), labels: labels)
        let events = ExperimentEvents(
            client: client, namespace: namespace, experiment: experiment, engine: engine?.reference,
            source: podName.isEmpty ? experiment : podName, runID: runID, time: time, logger: logger)
        let helpers = FormerHelpers(
            client: client, namespace: namespace, engineUID: engine?.uid ?? "", time: time, logger: logger)
        let job = labels["job-name"] ?? ""
        if try await endFormerLife(writer, helpers, job: job, experiment: experiment, events: events) {
            await events.close()
            return 0
        }
        writer.runID = runID
        let entry = engine?.experiments.first { $0.name == experiment }
        let run = ExperimentRun(
            name: experiment, fault: Faults.fault(named: name), faultName: name, environment: environment,
            platform: try PlatformSettings(environment: environment), namespace: namespace, engine: engine,
            probes: entry?.probes ?? [], result: writer, events: events,
            client: client, time: time, logger: logger)
        let outcome = await run.run {}
        if outcome.stopsEngine, let engine { try await stop(engine, client: client) }
        return outcome.wasAborted ? 1 : 0
    }

    /// A Job that starts a second pod must not inject twice: the result that the first pod left open is ended.
    private static func endFormerLife(
        _ writer: ResultWriter, _ helpers: FormerHelpers, job: String, experiment: String, events: ExperimentEvents
    ) async throws -> Bool {
        guard !job.isEmpty, let result = try await writer.read(), result.isOpen,
            result.metadata.labels["job-name"] == job
        else { return false }
        let error = ExperimentError(
            .generic,
            "an earlier pod of the job \(job) died while the experiment ran; chaos is not injected a second time"
        ).adding(leftBehind: try await helpers.end())
        let ended = try await writer.end(ResultEnding(.failed(error), probes: [], percentage: 0))
        let message = "experiment: \(experiment), Result: \(Verdict.error.rawValue)"
        events.onResult(ended.reference, .error, warning: true, message)
        events.onEngine(.summary, warning: true, message)
        return true
    }

    private static func stop(_ engine: ChaosEngine, client: any APIClient) async throws {
        _ = try await client.patch(
            ChaosEngine.self, namespace: engine.namespace, name: engine.name,
            .merge(["spec": ["engineState": .string(EngineState.stop.rawValue)]]))
    }
}
