import KubernetesAPI

/// Whether a cron job is due, and which of its old jobs go. Pure.
struct CronJobStep: Equatable {
    enum Action: Equatable {
        /// Make the job of this scheduled time.
        case create(at: Timestamp)
        case delete(Job)
        /// Something to tell about a time that was not used.
        case tell(reason: String, message: String)
    }

    var actions: [Action] = []
    var status: JSON
    var next: Duration?

    init(_ cron: CronJob, jobs: [Job], schedule: CronSchedule, now: Timestamp) {
        let spec = cron.json["spec"]
        let active = jobs.filter { !Self.isFinished($0) }
        status = cron.json["status"]
        clean(jobs, "Complete", limit: spec["successfulJobsHistoryLimit"].int ?? 3)
        clean(jobs, "Failed", limit: spec["failedJobsHistoryLimit"].int ?? 1)
        let successes = jobs.compactMap { $0.json["status", "completionTime"].string }.max()
        if let successes { status["lastSuccessfulTime"] = .string(successes) }
        let references = active.sorted { $0.name < $1.name }.map(\.reference.json)
        status["active"] = references.isEmpty ? .null : .array(references)
        guard spec["suspend"].bool != true, !cron.metadata.isBeingDeleted else { return }
        next = schedule.next(after: now).map { $0 - now }
        guard let due = due(cron, schedule, now) else { return }
        if let limit = spec["startingDeadlineSeconds"].int, now - due > .seconds(limit) {
            actions.append(.tell(reason: "MissSchedule", message: "Missed scheduled time to start a job: \(due)"))
            return
        }
        switch spec["concurrencyPolicy"].string {
        case "Forbid" where !active.isEmpty:
            actions.append(
                .tell(
                    reason: "JobAlreadyActive",
                    message: "Not starting job because prior execution is running and concurrency policy is Forbid"))
            return
        case "Replace": actions += active.map { .delete($0) }
        default: break
        }
        actions.append(.create(at: due))
        status["lastScheduleTime"] = .string(due.description)
    }

    static func isFinished(_ job: Job) -> Bool {
        let conditions = Conditions(job.json["status"])
        return conditions.isTrue("Complete") || conditions.isTrue("Failed")
    }

    /// The last time that passed since the last job.
    private func due(_ cron: CronJob, _ schedule: CronSchedule, _ now: Timestamp) -> Timestamp? {
        let last = cron.json["status", "lastScheduleTime"].string.flatMap(Timestamp.init)
        var earliest = last ?? cron.metadata.creationTimestamp ?? now
        if let limit = cron.json["spec", "startingDeadlineSeconds"].int {
            earliest = max(earliest, now + .seconds(-limit))
        }
        // After a long stop, only the last day's times are of interest.
        earliest = max(earliest, now + .seconds(-86400))
        var due: Timestamp?
        while let time = schedule.next(after: due ?? earliest), time <= now { due = time }
        return due
    }

    private mutating func clean(_ jobs: [Job], _ condition: String, limit: Int) {
        let finished = jobs.filter { Conditions($0.json["status"]).isTrue(condition) && !$0.metadata.isBeingDeleted }
            .sorted { ($0.json["status", "startTime"].string ?? "") < ($1.json["status", "startTime"].string ?? "") }
        actions += finished.prefix(max(0, finished.count - limit)).map { .delete($0) }
    }
}
