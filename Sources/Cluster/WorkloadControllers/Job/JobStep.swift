import KubernetesAPI

/// What a job needs now: more pods, fewer, or its end. Pure.
struct JobStep: Equatable {
    enum Action: Equatable {
        /// With the completion index of an indexed job.
        case create(index: Int?)
        case delete(Pod)
        /// The job ended long enough ago (`ttlSecondsAfterFinished`).
        case deleteJob
    }

    /// A condition that begins now, for the event.
    var newCondition: Condition?
    var actions: [Action] = []
    var status: JSON
    /// When to look again without a change.
    var next: Duration?

    init(_ job: Job, pods: [Pod], now: Timestamp) {
        let facts = JobFacts(job, pods: pods)
        status = job.json["status"]
        var conditions = Conditions(status)
        if conditions.isTrue("Complete") || conditions.isTrue("Failed") {
            actions = facts.active.map { .delete($0) }
            write(facts, active: 0)
            expire(job, conditions, now)
            return
        }
        if job.json["spec", "suspend"].bool == true {
            suspend(facts, &conditions, now)
            return
        }
        if status["startTime"].isNull { status["startTime"] = .string(now.description) }
        if conditions.isTrue("Suspended") {
            conditions.set(Condition("Suspended", false, reason: "JobResumed", "Job resumed"), now: now)
            status["startTime"] = .string(now.description)
            newCondition = Condition("Suspended", false, reason: "Resumed", "Job resumed")
        }
        if let failure = failure(facts, job, now) {
            end(failure, facts, &conditions, now)
        } else if facts.isComplete {
            status["completionTime"] = .string(now.description)
            end(
                Condition("Complete", true, reason: "CompletionsReached", "Reached expected number of succeeded pods"),
                facts, &conditions, now)
        } else {
            replenish(facts, now)
            status["conditions"] = conditions.json
            write(facts, active: facts.active.count)
        }
    }

    private mutating func write(_ facts: JobFacts, active: Int) {
        status["active"] = .countOrNone(active)
        status["ready"] = .count(active == 0 ? 0 : facts.active.count(where: \.isReady))
        status["succeeded"] = .countOrNone(facts.succeeded)
        status["failed"] = .countOrNone(facts.failed)
        status["terminating"] = .count(facts.terminating)
        if facts.isIndexed {
            status["completedIndexes"] = .string(JobFacts.ranges(facts.completedIndexes))
        }
    }

    private mutating func end(
        _ condition: Condition, _ facts: JobFacts, _ conditions: inout Conditions, _ now: Timestamp
    ) {
        actions = facts.active.map { .delete($0) }
        conditions.set(condition, now: now)
        newCondition = condition
        status["conditions"] = conditions.json
        write(facts, active: 0)
    }

    private mutating func suspend(_ facts: JobFacts, _ conditions: inout Conditions, _ now: Timestamp) {
        actions = facts.active.map { .delete($0) }
        if !conditions.isTrue("Suspended") {
            let condition = Condition("Suspended", true, reason: "JobSuspended", "Job suspended")
            conditions.set(condition, now: now)
            newCondition = Condition("Suspended", true, reason: "Suspended", "Job suspended")
        }
        status["startTime"] = .null
        status["conditions"] = conditions.json
        write(facts, active: 0)
    }

    private mutating func expire(_ job: Job, _ conditions: Conditions, _ now: Timestamp) {
        guard let lifetime = job.json["spec", "ttlSecondsAfterFinished"].int else { return }
        let ended = ["Complete", "Failed"].compactMap { type in
            conditions.isTrue(type)
                ? conditions[type]["lastTransitionTime"].string.flatMap(Timestamp.init) : nil
        }.first
        let rest = .seconds(lifetime) - (now - (ended ?? now))
        if rest <= .zero { actions.append(.deleteJob) } else { next = rest }
    }

    private mutating func failure(_ facts: JobFacts, _ job: Job, _ now: Timestamp) -> Condition? {
        if let verdict = facts.policyVerdict {
            return Condition("Failed", true, reason: "PodFailurePolicy", verdict)
        }
        if facts.failures > facts.backoffLimit {
            return Condition(
                "Failed", true, reason: "BackoffLimitExceeded", "Job has reached the specified backoff limit")
        }
        guard let limit = job.json["spec", "activeDeadlineSeconds"].int,
            let start = status["startTime"].string.flatMap(Timestamp.init)
        else { return nil }
        let rest = .seconds(limit) - (now - start)
        if rest > .zero {
            next = rest
            return nil
        }
        return Condition(
            "Failed", true, reason: "DeadlineExceeded", "Job was active longer than specified deadline")
    }

    private mutating func replenish(_ facts: JobFacts, _ now: Timestamp) {
        let difference = facts.wantedActive - facts.active.count
        if difference < 0 {
            let surplus = facts.active.sorted { DeletionRank($0) < DeletionRank($1) }
            actions = surplus.prefix(-difference).map { .delete($0) }
        } else if difference > 0 {
            let pause = facts.pause(at: now)
            guard pause <= .zero else {
                next = min(next ?? pause, pause)
                return
            }
            if facts.isIndexed {
                actions = facts.missingIndexes.prefix(difference).map { .create(index: $0) }
            } else {
                actions = Array(repeating: .create(index: nil), count: difference)
            }
        }
    }
}
