import AgentProtocol

/// An event that says nothing new. It is no mistake of the agent's: the text is its answer.
struct RunEventIgnored: Error {
    let answer: String
}

/// How events change a run. They may come twice, late and in another order than they happened.
extension ExperimentRun {
    /// - Parameters:
    ///   - weightages: those of the event's revision; needed for final events.
    ///   - now: milliseconds since 1970.
    ///   - lifetime: of the command that stops a run which was stopped here before its agent told its id.
    /// - Throws: `RunEventIgnored`; `CenterError.conflict` with upstream's words when the run has ended.
    mutating func take(_ event: ReceivedEvent, _ weightages: [FaultWeightage], now: Int64, lifetime: Duration) throws {
        try checkOrder(of: event)
        runID = event.runID
        eventSequence = event.report.sequence ?? eventSequence
        lastEventAt = now
        updatedAt = now
        // Whoever reports the object has made it, whether or not its acknowledgement arrived.
        endCommands(.create, as: .done)
        if isStopped {
            var report = event.report
            report.phase = phase
            executionData = report.text
            if !event.isCompleted { stopAgain(now, lifetime) }
        } else {
            if let user = event.user, user != updatedBy?.username {
                updatedBy = createdBy?.username == user ? createdBy : UserDetails(userID: "", username: user)
            }
            phase = event.phase
            if event.isCompleted {
                // That it had ended before was only assumed.
                endedAt = now
                isCompleted = true
            } else {
                endedAt = nil
                isCompleted = false
            }
            executionData = event.report.text
            if !event.revisionID.isEmpty { revisionID = event.revisionID }
        }
        if event.isCompleted { note(RunOutcome(of: event.report, weightages)) }
    }

    private func checkOrder(of event: ReceivedEvent) throws {
        let number = event.report.sequence
        if let number, let last = eventSequence, number <= last {
            throw RunEventIgnored(answer: "event \(number) of experiment run \(event.runID) is known, ignored")
        }
        if isCompleted, !isStopped, !isEndAssumed {
            throw CenterError.conflict(
                "experiment run has been discarded due the duplicate event, workflowId: \(experimentID), "
                    + "workflowRunId: \(event.runID)")
        }
        // Numbers tell the order; so does the end, which comes last, and the first event, which has none before it.
        if number != nil && eventSequence != nil || runID.isEmpty || event.isCompleted && !isStopped { return }
        let isBack = state == .running && event.phase == RunPhase.pending.rawValue
        if isBack || RunProgress(event.report).isBefore(RunProgress(RunReport(stored: executionData))) {
            throw RunEventIgnored(answer: "an older event of experiment run \(event.runID) was ignored")
        }
    }

    /// The run goes on although it was stopped: before its id was known, or while its agent was away for too long.
    private mutating func stopAgain(_ now: Int64, _ lifetime: Duration) {
        let isTold = (commands ?? []).contains { $0.type == .stopRun && $0.mayStillWork(at: now) }
        if !isTold { addStop(now, lifetime) }
    }

    /// Ended stops of a run that are kept: an agent that cannot stop it is told again with each event.
    private static let keptStops = 10

    mutating func addStop(_ now: Int64, _ lifetime: Duration) {
        var all = commands ?? []
        let ended = all.indices.filter { all[$0].type == .stopRun && all[$0].openFor == nil }
        for index in ended.dropLast(Self.keptStops).reversed() { all.remove(at: index) }
        all.append(stopCommand(now, lifetime))
        commands = all
    }

    private func stopCommand(_ now: Int64, _ lifetime: Duration) -> AgentCommand {
        AgentCommand(
            .stopRun, for: infraID, now: now, lifetime: lifetime, externalData: runID, username: updatedBy?.username)
    }

    private mutating func note(_ outcome: RunOutcome) {
        resiliencyScore = outcome.score
        faultsPassed = outcome.passed
        faultsFailed = outcome.failed
        faultsAwaited = outcome.awaited
        faultsStopped = outcome.stopped
        faultsNA = outcome.notAvailable
        totalFaults = outcome.total
    }
}

extension AgentCommand {
    /// Whether it is on its way, or was sent so shortly ago that it may be about to take effect. That it was sent says
    /// nothing of an agent that cannot acknowledge.
    fileprivate func mayStillWork(at now: Int64) -> Bool {
        state == .open || (state == .done && now < expiresAt)
    }
}
