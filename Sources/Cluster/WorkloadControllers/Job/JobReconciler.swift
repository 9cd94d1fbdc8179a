import ControllerRuntime
import KubernetesAPI

/// Runs a job's pods until enough succeeded or too many failed.
struct JobReconciler: Reconciler {
    let jobs: Informer<Job>
    let pods: Informer<Pod>
    let events: EventRecorder
    let time: TimeSource

    init(jobs: Informer<Job>, pods: Informer<Pod>, events: EventRecorder, time: TimeSource) {
        self.jobs = jobs
        self.pods = pods
        self.events = events
        self.time = time
        pods.addOwnershipIndices()
    }

    var sources: [Source] {
        // Its own status too: the end of a job is known from its condition.
        [.kind(jobs), .owned(pods, by: Job.type)]
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let job = jobs.get(key), !job.metadata.isBeingDeleted else { return .never }
        let step = JobStep(job, pods: pods.controlled(by: job), now: time.wallClock())
        // What ended is written before its pods go: else, after a crash between, the job would make them anew.
        if step.newCondition != nil { try await write(job, step) }
        try await SlowStart.run(step.actions.count) { try await perform(step.actions[$0], for: job) }
        if step.newCondition == nil, !step.actions.contains(.deleteJob) {
            let after =
                step.actions.isEmpty
                ? step : JobStep(job, pods: pods.controlled(by: job), now: time.wallClock())
            try await write(jobs.get(key) ?? job, after)
        }
        return step.next.map(Requeue.after) ?? .never
    }

    private func write(_ job: Job, _ step: JobStep) async throws {
        try await jobs.writeStatus(job, step.status)
        guard let condition = step.newCondition else { return }
        if condition.type == "Failed" {
            events.warning(job.reference, reason: condition.reason, condition.message)
        } else if condition.type == "Complete" {
            events.normal(job.reference, reason: "Completed", "Job completed")
        } else {
            events.normal(job.reference, reason: condition.reason, condition.message)
        }
    }

    private func perform(_ action: JobStep.Action, for job: Job) async throws {
        switch action {
        case .create(let index):
            do {
                let pod = try await pods.create(Self.pod(job, index: index))
                events.normal(job.reference, reason: "SuccessfulCreate", "Created pod: \(pod.name)")
            } catch let failure as Status {
                events.warning(job.reference, reason: "FailedCreate", "Error creating: \(failure.message)")
                throw failure
            }
        case .delete(let pod):
            try await pods.delete(pod)
            events.normal(job.reference, reason: "SuccessfulDelete", "Deleted pod: \(pod.name)")
        case .deleteJob:
            try await jobs.delete(job, propagation: .background)
        }
    }

    static func pod(_ job: Job, index: Int?) -> Pod {
        var labels = [
            "job-name": job.name, "controller-uid": job.uid, "batch.kubernetes.io/job-name": job.name,
            "batch.kubernetes.io/controller-uid": job.uid,
        ]
        guard let index else { return PodTemplate.pod(job.template, owner: job, labels: labels) }
        labels[JobFacts.indexKey] = String(index)
        var pod = PodTemplate.pod(job.template, owner: job, prefix: "\(job.name)-\(index)", labels: labels)
        pod.metadata.annotations[JobFacts.indexKey] = String(index)
        pod.spec["hostname"] = .string("\(job.name)-\(index)")
        for field in ["containers", "initContainers"] {
            guard var containers = pod.spec[field].array else { continue }
            for position in containers.indices {
                let variable: JSON = ["name": "JOB_COMPLETION_INDEX", "value": .string(String(index))]
                containers[position]["env"] = .array((containers[position]["env"].array ?? []) + [variable])
            }
            pod.spec[field] = .array(containers)
        }
        return pod
    }
}
