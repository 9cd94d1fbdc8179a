import Injection
import KubernetesAPI

/// Orders that this process carries out, or has carried out and not yet told of.
actor Executions {
    struct Execution: Sendable {
        /// Of the order's pod.
        var uid: String
        var task: Task<InjectionReport, Never>
        /// The last report; nil while it runs.
        var report: InjectionReport?
    }

    private var executions: [ObjectKey: Execution] = [:]
    private var tellEnd: @Sendable (ObjectKey) -> Void = { _ in }
    private var isEnding = false

    /// Called with the pod's key each time that an execution has ended.
    func onEnd(_ tell: @escaping @Sendable (ObjectKey) -> Void) { tellEnd = tell }

    func execution(_ key: ObjectKey) -> Execution? { executions[key] }

    /// Runs `work` for a pod, once.
    func begin(_ key: ObjectKey, uid: String, _ work: @escaping @Sendable () async -> InjectionReport) {
        guard executions[key] == nil, !isEnding else { return }
        let task = Task { await work() }
        executions[key] = Execution(uid: uid, task: task)
        Task { ended(key, await task.value) }
    }

    /// Has it undone at once.
    func cancel(_ key: ObjectKey) { executions[key]?.task.cancel() }

    /// What there was to tell of it is told.
    func forget(_ key: ObjectKey) { executions[key] = nil }

    private func ended(_ key: ObjectKey, _ report: InjectionReport) {
        guard executions[key] != nil else { return }
        executions[key]?.report = report
        tellEnd(key)
    }

    /// Has everything undone, and begins nothing any more.
    /// - Returns: the last reports.
    func endAll() async -> [(key: ObjectKey, report: InjectionReport)] {
        isEnding = true
        for execution in executions.values { execution.task.cancel() }
        var reports: [(key: ObjectKey, report: InjectionReport)] = []
        for (key, execution) in executions { reports.append((key, await execution.task.value)) }
        return reports
    }
}
