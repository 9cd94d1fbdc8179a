import ChaosAPI
import ControllerRuntime
import Faults
import KubernetesAPI
import Logging

/// One experiment of an engine's list, from its ChaosExperiment to its entry in the engine's status.
struct ExperimentExecution: Sendable {
    enum Next: Sendable { case goesOn, stopsEngine }

    let index: Int
    let runner: RunnerEnvironment
    let engine: ChaosEngine
    let experiments: [String: Result<ChaosExperiment?, any Error>]
    let record: EngineRecord
    /// What an earlier life of this runner left behind.
    let earlier: ExperimentStatus?
    /// The engine as just read, where nothing was written since.
    let current: ChaosEngine?
    let client: any APIClient
    let time: TimeSource
    let logger: Logger

    private var name: String { runner.experiments[index] }

    /// Why an experiment cannot be run, and how Litmus reports it.
    struct Skip: Error {
        var reason: EventReason
        var status: ExperimentRunStatus
        var error: ExperimentError

        init(_ reason: EventReason, _ error: any Error, status: ExperimentRunStatus = .skipped) {
            self.reason = reason
            self.status = status
            self.error = ExperimentError(error)
        }
    }

    func run() async throws -> Next {
        let runID = "\(name)-\(Self.suffix())"
        let events = ExperimentEvents(
            client: client, namespace: engine.namespace, experiment: name, engine: engine.reference,
            source: engine.runnerName, runID: runID, time: time, logger: logger)
        do {
            let next = try await execute(runID: runID, events: events)
            await events.close()
            return next
        } catch let skip as Skip {
            let why = "Experiment Job creation failed, skipping Chaos Experiment: \(name)"
            logger.error("experiment skipped", metadata: ["experiment": "\(name)", "error": "\(skip.error.reason)"])
            events.onEngine(skip.reason, warning: true, why)
            try await record.write(
                index, pod: EngineRecord.none, status: skip.status, verdict: Verdict.fail.rawValue,
                reason: skip.error.reason)
            await events.close()
            return .goesOn
        } catch {
            await events.close(within: .seconds(2))
            throw error
        }
    }

    private func execute(runID: String, events: ExperimentEvents) async throws -> Next {
        let experiment = try chaosExperiment()
        let settings = try settings(experiment)
        let first = runner.experiments.first.flatMap { try? experiments[$0]?.get() }
        let mode = ExecutionMode(settings, engine: engine, first: first)
        if earlier?.status == .running, let next = try await takeUp(settings, events: events) { return next }
        switch mode {
        case .builtIn: return try await runBuiltIn(settings, runID: runID, events: events)
        case .job(let why):
            logger.info("experiment needs a job", metadata: ["experiment": "\(name)", "because": "\(why)"])
            return try await runJob(settings, job: runID, events: events)
        }
    }

    private func chaosExperiment() throws -> ChaosExperiment {
        switch experiments[name] {
        case .success(let found?): return found
        case .failure(let error):
            let hint =
                (error as? Status)?.isForbidden == true
                ? ": add the permission to the service account's role ('\(Status.accountCommand)')" : ""
            throw Skip(.experimentNotFound, ExperimentError(.generic, "\(error)\(hint)"), status: .notFound)
        case .success(nil), nil:
            throw Skip(
                .experimentNotFound,
                ExperimentError(
                    .generic,
                    "there is no ChaosExperiment \(name) in namespace \(engine.namespace): apply the fault's manifest there"
                ), status: .notFound)
        }
    }

    private func settings(_ experiment: ChaosExperiment) throws -> ExperimentSettings {
        do {
            return try ExperimentSettings(
                entry: engine.experiments(named: name, occurrence: runner.experiments[..<index].count { $0 == name })
                    ?? EngineExperiment(json: ["name": .string(name)]),
                experiment: experiment, engine: engine, runner: runner)
        } catch {
            throw Skip(.sideCarPatchError, error)
        }
    }

    static func suffix() -> String {
        String((0..<6).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "0" })
    }
}

// MARK: - Inside the runner

extension ExperimentExecution {
    private func runBuiltIn(_ settings: ExperimentSettings, runID: String, events: ExperimentEvents) async throws
        -> Next
    {
        let resolver = EnvironmentResolver(
            client: client, namespace: engine.namespace, podName: engine.runnerName,
            serviceAccount: runner.serviceAccount)
        let environment: [String: String]
        do {
            environment = try await resolver.resolve(settings.env)
        } catch {
            throw Skip(.envParseError, error)
        }
        events.onEngine(.dependencyCheck, "Experiment resources validated for Chaos Experiment: \(name)")
        events.onEngine(.jobCreate, "Experiment \(name) runs inside the pod \(engine.runnerName)")
        let run = ExperimentRun(
            name: name, fault: Faults.fault(named: settings.faultName), faultName: settings.faultName,
            environment: environment, platform: runner.platform, namespace: engine.namespace, engine: engine,
            probes: settings.probes,
            result: writer(settings, instance: environment["INSTANCE_ID"] ?? "", runID: runID), events: events,
            client: client,
            time: time, logger: logger)
        let outcome = await run.run { [self] in
            try await record.write(
                index, pod: engine.runnerName, status: .running, verdict: Verdict.awaited.rawValue, current: current)
        }
        try await shielded { [self] in
            try await record.write(
                index, pod: engine.runnerName, status: outcome.wasAborted ? .aborted : .completed,
                verdict: outcome.verdict.rawValue, reason: outcome.reason, stopsEngine: outcome.stopsEngine)
        }
        if outcome.wasAborted { throw CancellationError() }
        return outcome.stopsEngine ? .stopsEngine : .goesOn
    }

    private func writer(_ settings: ExperimentSettings, instance: String, runID: String? = nil) -> ResultWriter {
        ResultWriter(
            client: client, namespace: engine.namespace, engine: engine.name, experiment: name, instance: instance,
            labels: settings.labels(engine: engine), runID: runID)
    }

    /// An earlier life of this runner died while the experiment ran: what it began is brought to an end, and not begun
    /// again.
    /// - Returns: nil when it has to be run after all.
    private func takeUp(_ settings: ExperimentSettings, events: ExperimentEvents) async throws -> Next? {
        if let job = earlier?.job, !job.isEmpty { return try await follow(settings, job: job, events: events) }
        let helpers = FormerHelpers(
            client: client, namespace: engine.namespace, engineUID: engine.uid, time: time, logger: logger)
        let leftBehind = try await helpers.end()
        let writer = writer(settings, instance: settings.instance)
        let error = ExperimentError(
            .generic, "the runner was restarted while the experiment ran; chaos is not injected a second time")
        return try await close(
            writer, error.adding(leftBehind: leftBehind), pod: engine.runnerName, events: events)
    }

    /// Ends a result that nobody works on any more, and takes its verdict over.
    private func close(
        _ writer: ResultWriter, _ error: ExperimentError, pod: String, job: String = "", events: ExperimentEvents
    ) async throws -> Next {
        var result = try await writer.read()
        if result == nil { result = try await writer.begin(probes: [], seed: 0) }
        var reason = ""
        if result?.isOpen == true {
            reason = error.reason
            let ended = try await writer.end(ResultEnding(.failed(error), probes: [], percentage: 0))
            let message = "experiment: \(name), Result: \(Verdict.error.rawValue)"
            events.onResult(ended.reference, .error, warning: true, message)
            events.onEngine(.summary, warning: true, message)
            result = ended
        }
        try await record.write(
            index, pod: pod, status: .completed, verdict: (result?.verdict ?? .error).rawValue, job: job, reason: reason
        )
        return .goesOn
    }
}

// MARK: - In a job

extension ExperimentExecution {
    private func runJob(_ settings: ExperimentSettings, job name: String, events: ExperimentEvents) async throws -> Next
    {
        let job: Job
        do {
            job = try ExperimentJob(
                name: name, settings: settings, engine: engine, serviceAccount: runner.serviceAccount,
                platform: runner.platform
            ).build()
            try await checkMounts(settings)
        } catch {
            try Task.checkCancellation()
            throw Skip(.dependencyCheck, error)
        }
        events.onEngine(.dependencyCheck, "Experiment resources validated for Chaos Experiment: \(self.name)")
        // Written first, so that a restarted runner looks for the job rather than makes a second one.
        try await record.write(
            index, pod: EngineRecord.notLaunched, status: .running, verdict: Verdict.awaited.rawValue, job: name)
        do {
            _ = try await client.create(job)
        } catch let status as Status where status.isAlreadyExists {
            // Names are random, so it is ours: the answer to the first attempt was lost.
        } catch let status as Status {
            throw Skip(
                .dependencyCheck,
                ExperimentError(
                    .generic,
                    status.isForbidden
                        ? "\(status): add the permission to the role ('\(Status.accountCommand)')" : "\(status)"))
        }
        events.onEngine(.jobCreate, "Experiment Job \(name) for Chaos Experiment: \(self.name)")
        return try await follow(settings, job: name, events: events)
    }

    private func checkMounts(_ settings: ExperimentSettings) async throws {
        for object in settings.configMaps
        where try await client.find(ConfigMap.self, namespace: engine.namespace, name: object.name) == nil {
            throw ExperimentError(
                .generic, "there is no ConfigMap \(object.name) in namespace \(engine.namespace): create it")
        }
        for object in settings.secrets
        where try await client.find(Secret.self, namespace: engine.namespace, name: object.name) == nil {
            throw ExperimentError(
                .generic, "there is no Secret \(object.name) in namespace \(engine.namespace): create it")
        }
    }

    private func follow(_ settings: ExperimentSettings, job: String, events: ExperimentEvents) async throws -> Next {
        let execution = JobExecution(
            client: client, namespace: engine.namespace, timeout: .seconds(settings.components.statusCheckTimeout),
            time: time, logger: logger)
        let end: JobExecution.End
        do {
            end = try await execution.follow(job) { [self] pod in
                try? await record.write(
                    index, pod: pod, status: .running, verdict: Verdict.awaited.rawValue, job: job)
            }
        } catch let status as Status where status.isForbidden {
            await delete(job)
            throw Skip(
                .watchNotPermitted,
                ExperimentError(.generic, status.explained("list", on: "pods")))
        }
        let writer = writer(settings, instance: settings.instance)
        var next = Next.goesOn
        switch end {
        case .neverStarted(let why):
            await delete(job)
            throw Skip(.watchNotPermitted, ExperimentError(.statusChecks, why))
        case .finished(let pod):
            let error = ExperimentError(
                .generic, "the experiment's pod \(pod) ended without a verdict; its log says why (kubectl logs \(pod))")
            next = try await close(writer, error, pod: pod, job: job, events: events)
        case .failed(let pod, let why):
            let error = ExperimentError(.generic, "the experiment's pod \(pod) failed: \(why)")
            next = try await close(writer, error, pod: pod, job: job, events: events)
        }
        await cleanUp(job, events: events)
        return next
    }

    private func cleanUp(_ job: String, events: ExperimentEvents) async {
        if engine.jobCleanUpPolicy == .delete, await delete(job) {
            events.onEngine(.jobCleanUp, "Experiment Job: \(job) will be deleted")
        } else {
            events.onEngine(.jobCleanUp, "Experiment Job \(job) will be retained")
        }
    }

    @discardableResult
    private func delete(_ job: String) async -> Bool {
        do {
            try await client.delete(
                Job.self, namespace: engine.namespace, name: job, options: DeleteOptions(propagationPolicy: .foreground)
            )
            return true
        } catch {
            logger.warning("job not deleted", metadata: ["job": "\(job)", "error": "\(error)"])
            return false
        }
    }
}

extension ChaosEngine {
    /// The n-th entry of `spec.experiments` with this name.
    func experiments(named name: String, occurrence: Int) -> EngineExperiment? {
        let entries = experiments.filter { $0.name == name }
        return entries.dropFirst(occurrence).first ?? entries.first
    }
}
