import KubernetesAPI

/// Runs the probes of one experiment through its phases and keeps what came of each.
///
/// `preChaos()`, `duringChaos()` and `postChaos()` are called in this order; `cancel()` ends everything at any time.
public actor ProbeSession {
    /// Failures of Continuous and OnChaos probes with `stopOnFailure`: the experiment is to end now.
    public nonisolated let stopRequests: AsyncStream<ProbeFailure>

    private let definitions: [ProbeDefinition]
    private let evaluators: [any ProbeEvaluator]
    private let context: ProbeContext
    private let stopRequester: AsyncStream<ProbeFailure>.Continuation
    private var results: [ProbeOutcome]
    private var registers: [String: String] = [:]
    /// By position in `definitions`.
    private var background: [Int: BackgroundProbe] = [:]

    /// - Parameter probes: `spec.experiments[].spec.probe[]` of the ChaosEngine.
    /// - Throws: `ProbeFailure` when an input is malformed: everything is checked before chaos.
    public init(probes: [JSON], context: ProbeContext) throws(ProbeFailure) {
        var definitions: [ProbeDefinition] = []
        var evaluators: [any ProbeEvaluator] = []
        for probe in probes {
            let definition = try ProbeDefinition(json: probe)
            evaluators.append(try definition.evaluator(context: context))
            definitions.append(definition)
        }
        self.definitions = definitions
        self.evaluators = evaluators
        self.context = context
        results = definitions.map { ProbeOutcome(name: $0.name, type: $0.type, mode: $0.mode.rawValue) }
        (stopRequests, stopRequester) = AsyncStream.makeStream()
    }

    /// Runs SOT and Edge probes and starts the Continuous ones, in the engine's order.
    /// - Throws: a failure that ends the experiment before any chaos.
    public func preChaos() async throws(ProbeFailure) {
        for index in definitions.indices {
            switch definitions[index].mode {
            case .startOfTest: try await runBlocking(index, isFinal: true)
            case .edge: try await runBlocking(index, isFinal: false)
            case .continuous: start(index, lasting: nil)
            case .endOfTest, .onChaos: break
            }
        }
    }

    /// Starts the OnChaos probes.
    public func duringChaos() async throws(ProbeFailure) {
        for index in definitions.indices where definitions[index].mode == .onChaos {
            start(index, lasting: context.chaosDuration)
        }
    }

    /// Ends and judges Continuous and OnChaos probes, then runs EOT and Edge.
    /// - Throws: what makes the experiment's verdict Error, or ends it.
    public func postChaos() async throws(ProbeFailure) {
        try await judgeBackground()
        for index in definitions.indices {
            switch definitions[index].mode {
            case .endOfTest, .edge: try await runBlocking(index, isFinal: true)
            default: break
            }
        }
    }

    /// Ends every background probe and returns when the last one is gone.
    public func cancel() async {
        for probe in background.values { probe.task.cancel() }
        for probe in background.values { await probe.task.value }
        background = [:]
        stopRequester.finish()
    }

    /// In the engine's order.
    public func outcomes() -> [ProbeOutcome] { results }

    /// Share of passed probes, 0 to 100; 100 when there are none.
    public func successPercentage() -> Int {
        results.isEmpty ? 100 : results.count { $0.verdict == .passed } * 100 / results.count
    }
}

// MARK: - Blocking probes

extension ProbeSession {
    /// - Parameter isFinal: whether a pass is the probe's verdict, or only its first half (Edge).
    private func runBlocking(_ index: Int, isFinal: Bool) async throws(ProbeFailure) {
        let definition = definitions[index]
        do throws(ProbeFailure) {
            try await pause(definition.runProperties.initialDelay, probe: definition.name)
            let evidence = try await evaluateOnce(index)
            // A failure before chaos stays the probe's verdict, with its own words.
            guard isFinal, results[index].verdict != .failed else { return }
            results[index].verdict = .passed
            results[index].description = evidence.description
        } catch {
            try record(error, at: index)
        }
    }

    private func record(_ failure: ProbeFailure, at index: Int) throws(ProbeFailure) {
        guard failure.isConditionFailure else {
            results[index].verdict = .notApplicable
            results[index].description = failure.reason
            throw failure
        }
        results[index].verdict = .failed
        results[index].description = failure.reason
        guard definitions[index].runProperties.stopsOnFailure else { return }
        results[index].stoppedExperiment = true
        throw failure
    }

    /// One evaluation: attempts until the first success.
    private func evaluateOnce(_ index: Int) async throws(ProbeFailure) -> ProbeEvidence {
        let definition = definitions[index]
        let properties = definition.runProperties
        var attempt = 1
        while true {
            do throws(ProbeFailure) {
                let evidence = try await evaluators[index].evaluate(timeout: properties.timeout, template: template)
                if let register = evidence.register { registers[definition.name] = register }
                return evidence
            } catch {
                guard attempt < properties.attempts, !Task.isCancelled else { throw error }
            }
            attempt += 1
            try await pause(properties.interval, probe: definition.name)
        }
    }

    private var template: ProbeTemplate {
        ProbeTemplate(registers: registers, probeNames: Set(definitions.map(\.name)))
    }

    private func pause(_ duration: Duration, probe: String) async throws(ProbeFailure) {
        guard duration > .zero else { return }
        do {
            try await context.clock.sleep(for: duration)
        } catch {
            throw .aborted(probe)
        }
    }
}

// MARK: - Background probes

/// A Continuous or OnChaos probe that runs.
private struct BackgroundProbe {
    var task: Task<Void, Never>
    /// The pause between two evaluations, while it lasts.
    var pause: Task<Void, any Error>?
    /// The evaluation in flight is the last one.
    var isStopping = false
}

extension ProbeSession {
    private func start(_ index: Int, lasting duration: Duration?) {
        let deadline = Deadline(clock: context.clock, in: duration)
        background[index] = BackgroundProbe(task: Task { await self.runInBackground(index, until: deadline) })
    }

    /// Evaluates until the first failure, the deadline, or the end of chaos; at least once.
    private func runInBackground(_ index: Int, until deadline: Deadline) async {
        let properties = definitions[index].runProperties
        await pauseInBackground(index, for: properties.initialDelay)
        while !Task.isCancelled {
            do throws(ProbeFailure) {
                results[index].description = try await evaluateOnce(index).description
            } catch {
                if !Task.isCancelled { recordBackground(error, at: index) }
                return
            }
            await pauseInBackground(index, for: min(properties.pollingInterval, deadline.remaining))
            if background[index]?.isStopping ?? true || deadline.remaining <= .zero { return }
        }
    }

    /// A pause that the end of chaos, or of the session, cuts short.
    private func pauseInBackground(_ index: Int, for duration: Duration) async {
        guard duration > .zero, background[index]?.isStopping == false else { return }
        let clock = context.clock
        let pause = Task { try await clock.sleep(for: duration) }
        background[index]?.pause = pause
        await withTaskCancellationHandler {
            _ = await pause.result
        } onCancel: {
            pause.cancel()
        }
        background[index]?.pause = nil
    }

    /// Keeps the failure for the judgement after chaos, or asks for the experiment's end now.
    private func recordBackground(_ failure: ProbeFailure, at index: Int) {
        results[index].description = failure.reason
        results[index].verdict = failure.isConditionFailure ? .failed : .notApplicable
        guard definitions[index].runProperties.stopsOnFailure else { return }
        results[index].verdict = .failed
        results[index].stoppedExperiment = true
        stopRequester.yield(failure)
    }

    private func judgeBackground() async throws(ProbeFailure) {
        for index in background.keys {
            background[index]?.isStopping = true
            background[index]?.pause?.cancel()
        }
        var errors: [String] = []
        for index in background.keys.sorted() {
            guard let probe = background[index] else { continue }
            if await !probe.task.ends(within: context.statusCheckTimeout, clock: context.clock) {
                probe.task.cancel()
                results[index].verdict = .failed
                results[index].description = "Probe is failed due to timeout"
                continue
            }
            switch results[index].verdict {
            case .awaited: results[index].verdict = .passed
            case .notApplicable: errors.append(results[index].description)
            case .passed, .failed: break
            }
        }
        background = [:]
        guard errors.isEmpty else {
            throw ProbeFailure(
                code: "GENERIC_ERROR", reason: "[\(errors.joined(separator: ","))]", probe: "background probes")
        }
    }
}
