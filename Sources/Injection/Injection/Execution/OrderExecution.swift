import Logging

/// Follows one order on this node, from the check of what it needs to the last report.
public struct OrderExecution: Sendable {
    let order: InjectionOrder
    let targets: any TargetSource
    let journal: Journal
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let progress: @Sendable (InjectionReport) async -> Void
    var processes = ProcessTable()

    /// - Parameter progress: gets every report in order, the last one included. `injected` comes once; in a serial order
    ///   once for each target, with the effects on all targets so far.
    public init(
        _ order: InjectionOrder, targets: any TargetSource, journal: Journal = Journal(),
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger,
        progress: @escaping @Sendable (InjectionReport) async -> Void
    ) {
        self.order = order
        self.targets = targets
        self.journal = journal
        self.clock = clock
        self.logger = logger
        self.progress = progress
    }

    /// Returns the last report, `reverted` or `failed`. When the task is cancelled everything is undone at once and
    /// reported as usual, but an effect that was missing until then is no failure.
    ///
    /// Everything is checked and found before anything is touched; when one target cannot be hit, all are left or made
    /// as they were.
    public func run() async -> InjectionReport {
        var effects: [InjectionEffect] = []
        var report: InjectionReport
        do {
            let references = try await prepare()
            let groups = order.isSerial ? references.map { [$0] } : [references]
            if isRecorded { try journal.begin(order.id) }
            var isEnded = false
            for (index, group) in groups.enumerated() where !isEnded {
                if index > 0 { try await Countdown(order.pause, on: clock).sleep(order.pause) }
                isEnded = isRecorded && journal.isEnded(order.id)
                if isEnded { break }
                let hit = try await hit(group, after: effects)
                effects += hit.effects
                isEnded = hit.wasUndone
            }
            report = Self.conclusion(effects)
            if isEnded { report.isInterrupted = true }
        } catch let problem as OrderProblem {
            report = problem.report(after: effects)
        } catch is CancellationError {
            report = InjectionReport(state: .reverted, effects: effects, isInterrupted: true)
        } catch {
            report = InjectionReport(
                state: .failed, effects: effects, failure: OrderProblem.failure(error, otherwise: .inject))
        }
        if isRecorded { journal.end(order.id) }
        // Others ask it of the pod, who cannot see the journal.
        if report.state == .failed { report.isUndone = !journal.hasEntries(of: order.id) }
        let last = report
        await uninterrupted { await progress(last) }
        return last
    }

    /// Whether somebody may end the order while nothing of it is applied.
    private var isRecorded: Bool { order.isSerial && order.targets.count > 1 }

    /// Hits one group for the whole duration.
    /// - Returns: its effects, and whether somebody else has undone them, who wants the order to be over.
    private func hit(_ references: [TargetReference], after earlier: [InjectionEffect]) async throws
        -> (effects: [InjectionEffect], wasUndone: Bool)
    {
        try Task.checkCancellation()
        let deadline = BootClock.milliseconds() + Int64(order.durationMilliseconds)
        let countdown = Countdown(order.duration, on: clock)
        let group = try await self.group(references, deadline: deadline)
        if let problem = await apply(group) {
            let failures = await uninterrupted { await group.revert() }
            throw OrderProblem(effects: await group.effects(), cause: problem, leftBehind: failures)
        }
        logger.info("injected", metadata: ["order": "\(order.id)", "targets": "\(references.count)"])
        await progress(InjectionReport(state: .injected, effects: earlier + (await group.effects())))
        // Ended before it was entered in the journal, so whoever ended it has not undone it.
        let isEnded = isRecorded && journal.isEnded(order.id)
        let problem: (any Error)?
        do {
            problem = isEnded ? nil : try await keep(group, countdown)
        } catch {
            problem = error
        }
        let failures = await uninterrupted { await group.revert() }
        logger.info("reverted", metadata: ["order": "\(order.id)", "failures": "\(failures.count)"])
        let effects = await group.effects()
        guard let cause = failures.first ?? problem else {
            let wasUndone = await group.wasUndone()
            return (effects, isEnded || wasUndone)
        }
        throw OrderProblem(effects: effects, cause: cause, leftBehind: failures)
    }

    private func apply(_ group: TargetGroup) async -> (any Error)? {
        // There is nothing to undo of a kill, and waiting for the end of a process may take long.
        if order.steps.allSatisfy(\.isKill) { return await group.apply() }
        // A program of the system that is stopped half-way would leave it open what it did.
        return await uninterrupted { await group.apply() }
    }

    /// Keeps what was applied until the time is over, or until nothing of it is left.
    /// - Returns: what failed meanwhile.
    private func keep(_ group: TargetGroup, _ countdown: Countdown) async throws -> (any Error)? {
        if case .every(let low, let high) = order.repetition {
            return try await strikeAgain(group, countdown, between: low, and: high)
        }
        // Early once, so that also a short effect has been looked at before its end.
        try await countdown.sleep(.milliseconds(250))
        while !countdown.isOver {
            await group.look()
            // Who undoes the chaos by hand is not to wait for its end.
            if await group.wasUndone() { return nil }
            try await countdown.sleep(.seconds(1))
        }
        return await group.settle()
    }

    private func strikeAgain(
        _ group: TargetGroup, _ countdown: Countdown, between low: Int, and high: Int
    ) async throws -> (any Error)? {
        var generator = PauseGenerator(state: order.seed)
        while true {
            if let problem = await group.settle() { return problem }
            try await countdown.sleep(.milliseconds(Int.random(in: low...high, using: &generator)))
            if countdown.isOver { return nil }
            if let problem = await group.apply() { return problem }
        }
    }

    private static func conclusion(_ effects: [InjectionEffect]) -> InjectionReport {
        guard let missing = effects.first(where: { $0.outcome == .notInjected }) else {
            return InjectionReport(state: .reverted, effects: effects)
        }
        let measured = missing.measured.map { "\($0.short) \(missing.unit)" } ?? "nothing"
        let remark = missing.remark.isEmpty ? "" : ": " + missing.remark
        let error = InjectionError(
            code: .inject,
            reason: "pod \(missing.target.pod) did not feel the fault: asked to \(missing.action) "
                + "(\(missing.asked.short) \(missing.unit)), measured \(measured) (\(missing.sample))\(remark)",
            target: missing.target)
        return InjectionReport(state: .failed, effects: effects, failure: error.failure)
    }
}

extension InjectionOrder {
    var duration: Duration { .milliseconds(durationMilliseconds) }
    var pause: Duration { .milliseconds(pauseMilliseconds) }
}
