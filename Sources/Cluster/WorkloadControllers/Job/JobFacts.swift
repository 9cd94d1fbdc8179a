import KubernetesAPI

/// What a job's pods tell.
struct JobFacts: Equatable {
    static let indexKey = "batch.kubernetes.io/job-completion-index"

    private let job: Job
    private let pods: [Pod]
    let active: [Pod]
    let succeeded: Int
    /// Pods that failed and count.
    let failed: Int
    let terminating: Int
    /// The message of a pod failure policy's `FailJob`.
    let policyVerdict: String?

    init(_ job: Job, pods: [Pod]) {
        self.job = job
        self.pods = pods
        active = pods.filter(\.isActive)
        let status = job.json["status"]
        let verdicts = pods.filter { $0.phase == "Failed" }.map { PodFailurePolicy(job).verdict($0) }
        // Pods counted once stay counted when somebody deletes them.
        succeeded = max(pods.count { $0.phase == "Succeeded" }, status["succeeded"].int ?? 0)
        failed = max(verdicts.count { $0 != .ignore }, status["failed"].int ?? 0)
        terminating = pods.count { $0.metadata.isBeingDeleted && !$0.isFinished }
        policyVerdict = verdicts.lazy.compactMap { if case .failJob(let why) = $0 { why } else { nil } }.first
    }

    var backoffLimit: Int { job.json["spec", "backoffLimit"].int ?? 6 }
    private var parallelism: Int { job.json["spec", "parallelism"].int ?? 1 }
    /// nil: one success is enough, a work queue.
    private var completions: Int? {
        job.json["spec", "completions"].int ?? (job.json["spec", "parallelism"].isNull ? 1 : nil)
    }
    var isIndexed: Bool { job.json["spec", "completionMode"].string == "Indexed" }

    /// Failed pods, or restarts of containers where pods restart them themselves.
    var failures: Int {
        guard job.template["spec", "restartPolicy"].string == "OnFailure" else { return failed }
        return failed + active.reduce(0) { $0 + $1.restartCount }
    }

    var isComplete: Bool {
        if isIndexed { return completedIndexes.count >= completions ?? 0 }
        guard let completions else { return succeeded > 0 && active.isEmpty }
        return succeeded >= completions
    }

    var wantedActive: Int {
        if isIndexed { return min(parallelism, (completions ?? 0) - completedIndexes.count) }
        guard let completions else { return succeeded > 0 ? min(active.count, parallelism) : parallelism }
        return min(parallelism, max(0, completions - succeeded))
    }

    // MARK: Indices

    private static func index(_ pod: Pod) -> Int? { pod.metadata.annotations[indexKey].flatMap(Int.init) }

    var completedIndexes: [Int] {
        let before = Self.indexes(job.json["status", "completedIndexes"].string ?? "")
        let now = pods.filter { $0.phase == "Succeeded" }.compactMap(Self.index)
        return Set(before + now).filter { $0 < completions ?? 0 }.sorted()
    }

    var missingIndexes: [Int] {
        let taken = Set(completedIndexes + active.compactMap(Self.index))
        return (0..<(completions ?? 0)).filter { !taken.contains($0) }
    }

    /// `1,3-5,7`.
    static func ranges(_ indexes: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for index in indexes.sorted() {
            if let last = runs.last, last.upperBound + 1 == index {
                runs[runs.count - 1] = last.lowerBound...index
            } else {
                runs.append(index...index)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    private static func indexes(_ text: String) -> [Int] {
        text.split(separator: ",").flatMap { part -> [Int] in
            let bounds = part.split(separator: "-").compactMap { Int($0) }
            guard let first = bounds.first, let last = bounds.last, first <= last else { return [] }
            return Array(first...last)
        }
    }

    // MARK: Back-off

    /// How long to wait before the next pod: 10 s after the first failure since a success, doubled with each, at most
    /// 10 minutes.
    func pause(at now: Timestamp) -> Duration {
        let lastSuccess = pods.filter { $0.phase == "Succeeded" }.map(Self.end).max() ?? Timestamp(microseconds: 0)
        let failures = pods.filter { $0.phase == "Failed" }.map(Self.end).filter { $0 > lastSuccess }
        guard let last = failures.max() else { return .zero }
        var pause = Duration.seconds(10)
        for _ in 1..<max(2, failures.count) where failures.count > 1 && pause < .seconds(600) { pause = pause * 2 }
        return min(pause, .seconds(600)) - (now - last)
    }

    private static func end(_ pod: Pod) -> Timestamp {
        let ends = pod.containerStatuses.compactMap { $0.terminated["finishedAt"].string.flatMap(Timestamp.init) }
        return ends.max() ?? pod.metadata.deletionTimestamp ?? pod.metadata.creationTimestamp
            ?? Timestamp(microseconds: 0)
    }
}

/// A job's `podFailurePolicy`: what a failed pod means.
struct PodFailurePolicy {
    enum Verdict: Equatable {
        case count
        case ignore
        case failJob(String)
    }

    private let rules: [JSON]

    init(_ job: Job) { rules = job.json["spec", "podFailurePolicy", "rules"].array ?? [] }

    func verdict(_ pod: Pod) -> Verdict {
        for (number, rule) in rules.enumerated() {
            guard let match = match(rule, pod) else { continue }
            switch rule["action"].string {
            case "FailJob": return .failJob("\(match) matching FailJob rule at index \(number)")
            case "Ignore": return .ignore
            default: return .count
            }
        }
        return .count
    }

    /// - Returns: what matched, in words.
    private func match(_ rule: JSON, _ pod: Pod) -> String? {
        let codes = rule["onExitCodes"]
        if !codes.isNull {
            let values = (codes["values"].array ?? []).compactMap(\.int)
            for status in pod.containerStatuses {
                guard let code = status.terminated["exitCode"].int, code != 0 else { continue }
                if let name = codes["containerName"].string, name != status.name { continue }
                if values.contains(code) == (codes["operator"].string == "In") {
                    return "Container \(status.name) for pod \(pod.namespace)/\(pod.name) failed with exit code \(code)"
                }
            }
            return nil
        }
        for pattern in rule["onPodConditions"].array ?? [] {
            let condition = pod.condition(pattern["type"].string ?? "")
            if condition["status"].string == pattern["status"].string ?? "True" {
                return "Pod \(pod.namespace)/\(pod.name) has condition \(pattern["type"].string ?? "")"
            }
        }
        return nil
    }
}
