import ControllerRuntime
import KubernetesAPI

/// Makes a job at each time of a cron job's schedule.
struct CronJobReconciler: Reconciler {
    let crons: Informer<CronJob>
    let jobs: Informer<Job>
    let events: EventRecorder
    let time: TimeSource

    init(crons: Informer<CronJob>, jobs: Informer<Job>, events: EventRecorder, time: TimeSource) {
        self.crons = crons
        self.jobs = jobs
        self.events = events
        self.time = time
        jobs.addOwnershipIndices()
    }

    var sources: [Source] { [.kind(crons, where: { !$0.isOwnStatusOnly }), .owned(jobs, by: CronJob.type)] }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let cron = crons.get(key) else { return .never }
        let spec = cron.json["spec"]
        let schedule: CronSchedule
        do {
            schedule = try CronSchedule(spec["schedule"].string ?? "", timeZone: spec["timeZone"].string)
        } catch let status as Status {
            events.warning(cron.reference, reason: "UnparseableSchedule", status.message)
            throw TerminalError(status)
        }
        let step = CronJobStep(cron, jobs: jobs.controlled(by: cron), schedule: schedule, now: time.wallClock())
        for action in step.actions { try await perform(action, for: cron) }
        try await crons.writeStatus(cron, step.status)
        return step.next.map { .after($0 + .milliseconds(50)) } ?? .never
    }

    private func perform(_ action: CronJobStep.Action, for cron: CronJob) async throws {
        switch action {
        case .create(let due):
            let job = Self.job(cron, at: due)
            do {
                _ = try await jobs.create(job)
                events.normal(cron.reference, reason: "SuccessfulCreate", "Created job \(job.name)")
            } catch let status as Status where status.isAlreadyExists {
                // Made before a restart: its name is its time.
                return
            }
        case .delete(let job):
            try await jobs.delete(job, propagation: .background)
            events.normal(cron.reference, reason: "SuccessfulDelete", "Deleted job \(job.name)")
        case .tell(let reason, let message):
            events.warning(cron.reference, reason: reason, message)
        }
    }

    static func job(_ cron: CronJob, at due: Timestamp) -> Job {
        let template = cron.json["spec", "jobTemplate"]
        var job = Job(name: "\(cron.name.prefix(52))-\(due.microseconds / 60_000_000)", namespace: cron.namespace)
        let meta = ObjectMeta(json: template["metadata"])
        job.metadata.labels = meta.labels
        job.metadata.annotations = meta.annotations.merging([
            "batch.kubernetes.io/cronjob-scheduled-timestamp": due.description
        ]) { $1 }
        job.metadata.ownerReferences = [OwnerReference(to: cron)]
        job.json["spec"] = template["spec"]
        return job
    }
}
