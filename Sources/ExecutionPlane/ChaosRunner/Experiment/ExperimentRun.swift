import ChaosAPI
import ControllerRuntime
import FaultCatalog
import Faults
import KubernetesAPI
import Logging
import Probes

/// The life of one experiment: checks, probes, chaos, checks, verdict. The same inside the runner and in a Job's pod.
struct ExperimentRun: Sendable {
    /// EXPERIMENT_NAME.
    let name: String
    /// Which fault it injects; nil when none of that name is built in.
    let fault: (any Fault)?
    let faultName: String
    let environment: [String: String]
    let platform: PlatformSettings
    let namespace: String
    /// nil: an experiment without engine, which has neither probes nor events on an engine.
    let engine: ChaosEngine?
    let probes: [JSON]
    let result: ResultWriter
    let events: ExperimentEvents
    let client: any APIClient
    let time: TimeSource
    let logger: Logger

    /// What a run leaves behind for its caller.
    struct Outcome: Sendable {
        var verdict: Verdict
        /// Why the verdict is not Pass; empty otherwise.
        var reason: String
        /// A probe with `stopOnFailure` failed: the whole engine is to stop.
        var stopsEngine = false
        /// Cancelled from outside.
        var wasAborted = false
    }

    /// Everything that can be known, and refused, before anything is touched.
    private struct Preparation: Sendable {
        var plan: InjectionPlan
        var probes: ProbeSession
        var checksHealth: Bool
        var timeout: Duration
    }

    /// Runs to the end whatever happens; the ChaosResult has a verdict then.
    /// - Parameter mark: must have succeeded before anything is injected, such as the engine's record that it runs.
    func run(mark: @escaping @Sendable () async throws -> Void) async -> Outcome {
        let seed = (try? TunableReader(environment).unsigned("LITMUS_SEED")) ?? UInt64.random(in: 1...UInt64(Int64.max))
        var session: ProbeSession?
        var reference: ObjectReference?
        let end: ExperimentEnd
        do {
            let preparation = Result { try prepare(seed: seed) }
            let outcomes = await (try? preparation.get())?.probes.outcomes() ?? []
            async let marked: Void = mark()
            async let candidates = prefetch(try? preparation.get())
            let begun = try await result.begin(probes: outcomes, seed: seed)
            reference = begun.reference
            try await marked
            events.onResult(begun.reference, .awaited, "experiment: \(name), Result: Awaited")
            let prepared = try preparation.get()
            session = prepared.probes
            end = try await live(prepared, seed: seed, candidates: await candidates)
        } catch is CancellationError {
            end = .aborted
        } catch let error as Interruption {
            end = .stoppedByProbe(error.failure)
        } catch {
            end = Task.isCancelled ? .aborted : .failed(ExperimentError(error, phase: .preChaos))
        }
        return await finish(end, session: session, reference: reference)
    }

    private struct Interruption: Error { var failure: ProbeFailure }

    private func prepare(seed: UInt64) throws -> Preparation {
        guard let fault else {
            throw ExperimentError(.generic, "\(UnknownFault(name: faultName))")
        }
        let read = TunableReader(environment)
        _ = try read.unsigned("LITMUS_SEED")
        let plan = try fault.plan(environment: environment, namespace: namespace, seed: seed)
        let timeout = try read.seconds("STATUS_CHECK_TIMEOUT", default: .seconds(180))
        let context = ProbeContext(
            environment: environment, chaosDuration: plan.duration, statusCheckTimeout: timeout,
            client: client, namespace: namespace)
        return Preparation(
            plan: plan, probes: try ProbeSession(probes: probes, context: context),
            checksHealth: try read.bool("DEFAULT_HEALTH_CHECK", default: true), timeout: timeout)
    }

    /// Reads the targets while the result is being made, where nothing comes in between.
    private func prefetch(_ preparation: Preparation?) async -> TargetSelection.Candidates? {
        guard let preparation, preparation.plan.ramp == .zero, !preparation.checksHealth,
            !probes.contains(where: { ["SOT", "Edge"].contains($0["mode"].string ?? "") }),
            let selection = preparation.plan.rounds.first?.selection
        else { return nil }
        return try? await TargetReader(client: client).candidates(for: selection)
    }
}

// MARK: - Phases

extension ExperimentRun {
    private func live(
        _ prepared: Preparation, seed: UInt64, candidates: TargetSelection.Candidates?
    ) async throws -> ExperimentEnd {
        try await check(prepared, .preChaos)
        let injector = Injector(
            client: client, plan: prepared.plan, seed: seed, timeout: prepared.timeout,
            helpers: try await helperPod(for: prepared.plan),
            cleansUpHelpers: environment["JOB_CLEANUP_POLICY"] == CleanUpPolicy.delete.rawValue, time: time,
            logger: logger,
            tell: { await hear($0, of: prepared.plan) })
        try await inPhase(.chaosInject) {
            try await interruptible(by: prepared.probes) {
                try await pause(prepared.plan.ramp)
                try await prepared.probes.duringChaos()
                try await injector.run(candidates: candidates)
                try await pause(prepared.plan.ramp)
            }
        }
        try await check(prepared, .postChaos)
        return .passed
    }

    private func pause(_ duration: Duration) async throws {
        if duration > .zero { try await time.sleep(duration) }
    }

    /// Health of the application, then probes, before or after the chaos.
    private func check(_ prepared: Preparation, _ phase: ExperimentPhase) async throws {
        let reason: EventReason = phase == .preChaos ? .preChaosCheck : .postChaosCheck
        var message = "Skipped the default checks"
        if prepared.checksHealth {
            do {
                try await inPhase(phase) { try await checkHealth(prepared) }
                message = "AUT: Running"
            } catch let error as ExperimentError {
                events.onEngine(reason, warning: true, "AUT: Not Running")
                throw error
            }
        }
        if !probes.isEmpty {
            let prefix = prepared.checksHealth ? "AUT: Running, " : ""
            do {
                try await inPhase(phase) { try await runProbes(prepared.probes, phase) }
                message = "\(prefix)Probes: Successful"
            } catch {
                if !Task.isCancelled { events.onEngine(reason, warning: true, "\(prefix)Probes: Unsuccessful") }
                throw error
            }
        }
        events.onEngine(reason, message)
    }

    private func runProbes(_ session: ProbeSession, _ phase: ExperimentPhase) async throws {
        do {
            if phase == .preChaos { try await session.preChaos() } else { try await session.postChaos() }
        } catch {
            try Task.checkCancellation()
            throw error
        }
        try Task.checkCancellation()
    }

    private func checkHealth(_ prepared: Preparation) async throws {
        let check = HealthCheck(client: client, timeout: prepared.timeout, time: time, logger: logger)
        let apps = prepared.plan.rounds.first?.selection.apps ?? []
        try await check.run(apps: apps, auxiliary: environment["AUXILIARY_APPINFO"] ?? "")
    }

    private func inPhase(_ phase: ExperimentPhase, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as Interruption {
            throw error
        } catch {
            try Task.checkCancellation()
            throw ExperimentError(error, phase: phase)
        }
    }

    /// Ends `body` when a background probe with `stopOnFailure` fails.
    private func interruptible(
        by session: ProbeSession, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await body()
                return true
            }
            group.addTask {
                for await failure in session.stopRequests { throw Interruption(failure: failure) }
                return false
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next() { if isDone { return } }
        }
    }
}

// MARK: - End of test

extension ExperimentRun {
    /// Writes the verdict, also when the task is being cancelled.
    private func finish(_ end: ExperimentEnd, session: ProbeSession?, reference: ObjectReference?) async -> Outcome {
        do {
            return try await shielded {
                await session?.cancel()
                let outcomes = await session?.outcomes() ?? []
                let percentage = await session?.successPercentage() ?? 0
                let ending = ResultEnding(end, probes: outcomes, percentage: percentage)
                let written = try await result.end(ending)
                tell(end, ending, reference ?? written.reference)
                await events.close()
                return outcome(end, ending)
            }
        } catch {
            logger.error("the ChaosResult could not be written", metadata: ["error": "\(error)"])
            await events.close()
            var outcome = outcome(end, ResultEnding(end, probes: [], percentage: 0))
            // A verdict that nobody can read is none.
            if outcome.verdict == .pass { outcome.verdict = .error }
            if outcome.reason.isEmpty { outcome.reason = "\(error)" }
            return outcome
        }
    }

    private func outcome(_ end: ExperimentEnd, _ ending: ResultEnding) -> Outcome {
        var outcome = Outcome(verdict: ending.verdict, reason: "")
        switch end {
        case .passed: break
        case .failed(let error): outcome.reason = error.reason
        case .stoppedByProbe(let failure): outcome.reason = failure.description
        case .aborted:
            outcome.reason = "aborted"
            outcome.wasAborted = true
        }
        if outcome.reason.isEmpty {
            outcome.reason = ending.probes.filter { $0.verdict == .failed }
                .map { "probe \($0.name): \($0.description)" }.joined(separator: "; ")
        }
        outcome.stopsEngine = ending.verdict == .stopped && !outcome.wasAborted
        return outcome
    }

    private func tell(_ end: ExperimentEnd, _ ending: ResultEnding, _ reference: ObjectReference) {
        let verdict = ending.verdict
        logger.info("experiment ended", metadata: ["verdict": "\(verdict.rawValue)"])
        if case .aborted = end {
            let message = "\(name) experiment has been aborted"
            events.onEngine(.summary, warning: true, message)
            events.onResult(reference, .abort, warning: true, message)
            return
        }
        let message = "experiment: \(name), Result: \(verdict.rawValue)"
        events.onResult(reference, EventReason(verdict: verdict), warning: verdict != .pass, message)
        guard case .passed = end else { return events.onEngine(.summary, warning: true, message) }
        events.onEngine(
            .summary, "\(name) experiment has been \(verdict == .stopped ? "Stopped" : "\(verdict.rawValue)ed")")
    }
}
