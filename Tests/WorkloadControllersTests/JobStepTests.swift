import KubernetesAPI
import Testing

@testable import WorkloadControllers

@Suite struct JobStepTests {
    private let start = Timestamp(microseconds: 1_700_000_000_000_000)

    private func job(_ spec: JSON = [:], status: JSON = [:]) -> Job {
        var job = Job(name: "j", namespace: "ns")
        job.metadata.uid = "job"
        job.json["spec"] = JSON.object(["template": Fixture.template(app: "j")]).merging(patch: spec)
        job.json["status"] = JSON.object(["startTime": .string(start.description)]).merging(patch: status)
        return job
    }

    private func pod(
        _ name: String, _ phase: String, exitCode: Int64? = nil, endedAt: Timestamp? = nil, index: Int? = nil
    ) -> Pod {
        var pod = Fixture.pod(name, spec: ["nodeName": "n1"])
        pod.json["status", "phase"] = .string(phase)
        if let index { pod.metadata.annotations[JobFacts.indexKey] = String(index) }
        if let exitCode {
            var terminated: JSON = ["exitCode": .int(exitCode)]
            terminated["finishedAt"] = .string((endedAt ?? start).description)
            pod.json["status", "containerStatuses"] = [["name": "c", "state": ["terminated": terminated]]]
        }
        return pod
    }

    /// `create`, `create 2`, `delete a`, `Failed BackoffLimitExceeded`, `in 10`.
    private func step(_ job: Job, _ pods: [Pod] = [], after: Duration = .seconds(3600)) -> [String] {
        let step = JobStep(job, pods: pods, now: start + after)
        var words = step.actions.map { action in
            switch action {
            case .create(let index): index.map { "create \($0)" } ?? "create"
            case .delete(let pod): "delete \(pod.name)"
            case .deleteJob: "delete job"
            }
        }
        if let condition = step.newCondition { words.append("\(condition.type) \(condition.reason)") }
        if let next = step.next { words.append("in \(next.components.seconds)") }
        return words
    }

    @Test("pods are made up to the parallelism, and no more than are missing")
    func creates() {
        #expect(step(job()) == ["create"])
        let five = job(["completions": 5, "parallelism": 3])
        #expect(step(five) == ["create", "create", "create"])
        let succeeded = (0..<3).map { pod("s\($0)", "Succeeded", exitCode: 0) }
        #expect(step(five, succeeded + [pod("a", "Running")]) == ["create"])
        #expect(
            step(five, succeeded + [pod("a", "Running"), pod("b", "Running"), pod("d", "Pending")]) == ["delete d"])
    }

    @Test("enough successes complete the job; of a work queue one, when all others have ended")
    func completes() {
        #expect(step(job(), [pod("a", "Succeeded", exitCode: 0)]) == ["Complete CompletionsReached"])
        let queue = job(["parallelism": 2])
        #expect(step(queue, [pod("a", "Succeeded", exitCode: 0), pod("b", "Running")]) == [])
        #expect(
            step(queue, [pod("a", "Succeeded", exitCode: 0), pod("b", "Failed", exitCode: 1)])
                == ["Complete CompletionsReached"])
    }

    @Test("a failed pod is replaced after a growing pause, until the limit")
    func backsOff() {
        let failed = { (count: Int) in (0..<count).map { pod("f\($0)", "Failed", exitCode: 1, endedAt: start) } }
        let wanted = job(["backoffLimit": 2])
        #expect(step(wanted, failed(1), after: .seconds(4)) == ["in 6"])
        #expect(step(wanted, failed(1), after: .seconds(10)) == ["create"])
        #expect(step(wanted, failed(2), after: .seconds(10)) == ["in 10"])
        #expect(step(wanted, failed(3)) == ["Failed BackoffLimitExceeded"])
        #expect(
            step(job(["backoffLimit": 0]), [pod("a", "Failed", exitCode: 1), pod("b", "Running")])
                == ["delete b", "Failed BackoffLimitExceeded"])
    }

    @Test("pods that were counted stay counted when they are deleted")
    func remembers() {
        #expect(
            step(job(["completions": 3], status: ["succeeded": 2]), [pod("a", "Succeeded", exitCode: 0)]) == ["create"])
        #expect(step(job(["backoffLimit": 0], status: ["failed": 1])) == ["Failed BackoffLimitExceeded"])
    }

    @Test("a deadline ends the job, and is looked at when it comes")
    func deadline() {
        let wanted = job(["activeDeadlineSeconds": 60])
        #expect(step(wanted, [pod("a", "Running")], after: .seconds(20)) == ["in 40"])
        #expect(step(wanted, [pod("a", "Running")], after: .seconds(60)) == ["delete a", "Failed DeadlineExceeded"])
    }

    @Test("a suspended job has no pods and no start")
    func suspends() {
        let wanted = job(["suspend": true])
        #expect(step(wanted, [pod("a", "Running")]) == ["delete a", "Suspended Suspended"])
        #expect(JobStep(wanted, pods: [], now: start).status["startTime"].isNull)
        let resumed = job(status: ["conditions": [["type": "Suspended", "status": "True"]]])
        #expect(step(resumed) == ["create", "Suspended Resumed"])
    }

    @Test("a finished job loses its pods that still run, and itself when its time has come")
    func finished() {
        let ended: JSON = [
            "conditions": [["type": "Complete", "status": "True", "lastTransitionTime": .string(start.description)]]
        ]
        #expect(step(job(status: ended), [pod("a", "Running")]) == ["delete a"])
        let short = job(["ttlSecondsAfterFinished": 30], status: ended)
        #expect(step(short, after: .seconds(10)) == ["in 20"])
        #expect(step(short, after: .seconds(30)) == ["delete job"])
    }

    @Test("a pod failure policy fails the job at once, or ignores the failure")
    func policy() {
        func rule(_ action: JSON) -> JSON {
            [
                "backoffLimit": 0,
                "podFailurePolicy": [
                    "rules": [["action": action, "onExitCodes": ["operator": "In", "values": [42]]]]
                ],
            ]
        }
        let failed = pod("a", "Failed", exitCode: 42)
        #expect(step(job(rule("FailJob")), [failed]) == ["Failed PodFailurePolicy"])
        #expect(step(job(rule("Ignore")), [failed]) == ["create"])
        #expect(step(job(rule("Ignore")), [pod("a", "Failed", exitCode: 1)]) == ["Failed BackoffLimitExceeded"])
    }

    @Test("each index of an indexed job succeeds once")
    func indexed() {
        let wanted = job(["completionMode": "Indexed", "completions": 4, "parallelism": 2])
        #expect(step(wanted) == ["create 0", "create 1"])
        let pods = [pod("a", "Succeeded", exitCode: 0, index: 0), pod("b", "Running", index: 1)]
        #expect(step(wanted, pods) == ["create 2"])
        #expect(JobFacts.ranges([0, 1, 2, 5, 7, 8]) == "0-2,5,7-8")
        let all = [0, 1, 2, 3].map { (index: Int) in pod("p\(index)", "Succeeded", exitCode: 0, index: index) }
        #expect(step(wanted, all) == ["Complete CompletionsReached"])
        let env = JobReconciler.pod(wanted, index: 2).containers.first?.json["env"]
        #expect(env == [["name": "JOB_COMPLETION_INDEX", "value": "2"]])
    }
}
