import ChaosAPI
import ChaosHelper
import ControllerRuntime
import Injection
import KubernetesAPI
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Brings the orders of one node nearer to their end. Killed between any two lines, the next life goes on: an order is
/// marked as begun before anything is touched, and what was touched is in the journal.
struct OrderReconciler: Reconciler {
    let node: String
    let client: any APIClient
    let pods: Informer<Pod>
    let executions: Executions
    let journal: Journal
    let time: TimeSource
    let logger: Logger

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        let execution = await executions.execution(key)
        let pod = pods.get(key)
        if let execution, let report = execution.report {
            if pod?.uid == execution.uid { try await finish(key, report) }
            await executions.forget(key)
            // One of the same name may have waited for this.
            return pod?.uid == execution.uid ? .never : .after(.zero)
        }
        guard let pod, execution == nil || execution?.uid == pod.uid else {
            await executions.cancel(key)
            return .never
        }
        switch OrderStep(pod, node: node, isExecuting: execution != nil) {
        case .nothing: break
        case .take: try await take(pod)
        case .cancel: await executions.cancel(key)
        case .abandon: try await abandon(pod)
        case .release: try await release(pod)
        }
        return .never
    }

    // MARK: Carrying out

    private func take(_ pod: Pod) async throws {
        let order = Result { () throws(InjectionError) in try ChaosHelper.order(Self.orderText(pod)) }
        async let refusal = refusal(order, pod)
        do {
            var patch: JSON = ["status": OrderStatus.running(pod, at: time.wallClock())]
            // One that was deleted meanwhile, and that the operator lets go as never begun, must not begin.
            patch["metadata", "resourceVersion"] = .string(pod.metadata.resourceVersion)
            _ = try await pods.patch(pod.key, subresource: "status", .merge(patch))
        } catch let status as Status where status.isNotFound {
            return
        }
        let why = await refusal
        await executions.begin(pod.key, uid: pod.uid) { await carryOut(order, of: pod, refusal: why) }
        // Its deletion may have been seen before it was known here.
        if pods.get(pod.key)?.metadata.isBeingDeleted ?? true { await executions.cancel(pod.key) }
    }

    private func refusal(_ order: Result<InjectionOrder, InjectionError>, _ pod: Pod) async -> InjectionError? {
        switch order {
        case .success(let order): await Admission(client: client).refusal(order, of: pod)
        case .failure(let error): error
        }
    }

    private static func orderText(_ pod: Pod) -> String? {
        (pod.containers.first?.json["env"].array ?? []).first {
            $0["name"].string == HelperContract.orderVariable
        }?["value"].string
    }

    private func carryOut(
        _ order: Result<InjectionOrder, InjectionError>, of pod: Pod, refusal: InjectionError?
    ) async -> InjectionReport {
        guard refusal == nil, case .success(let order) = order else {
            logger.warning("order refused", metadata: ["pod": "\(pod.key)", "reason": "\(refusal?.reason ?? "")"])
            return InjectionReport(state: .failed, failure: refusal?.failure, isUndone: true)
        }
        var logger = logger
        logger[metadataKey: "pod"] = "\(pod.key)"
        let reporter = PodReporter(
            client: client, namespace: pod.namespace, pod: pod.name, time: time, logger: logger)
        let report = await ChaosHelper.carryOut(
            order, in: pod.namespace, on: node, client: client, journal: journal, time: time, logger: logger
        ) { report in
            await reporter.send(report)
        }
        // Whatever is not written by then is written with the pod's end, which is tried again and again.
        await reporter.close(within: .seconds(1))
        return report
    }

    // MARK: Ends

    /// Tells the end of an order that this process carried out, and lets its pod go.
    /// - Parameter reason: in the status of one that was cut short.
    /// - Throws: what keeps it from being told or undone; to be called again.
    func finish(_ key: ObjectKey, _ report: InjectionReport, reason: String = "") async throws {
        guard let pod = pods.get(key) else { return }
        let report = try await undone(report, pod)
        do {
            try await tell(report, pod)
            _ = try await pods.patch(
                key, subresource: "status",
                .merge(["status": OrderStatus.finished(pod, report, reason: reason, at: time.wallClock())])
            )
            try await release(pods.get(key) ?? pod)
        } catch let status as Status where status.isNotFound {}
    }

    private func abandon(_ pod: Pod) async throws {
        let former = Self.report(of: pod)
        if let former, former.state != .injected { return try await finish(pod.key, former) }
        var report = InjectionReport(
            state: .failed, effects: former?.effects ?? [],
            failure: InjectionReport.Failure(
                code: ErrorCode.helperPodFailed.rawValue,
                reason: "the node agent of node \(node) was restarted while it carried out \(pod.name): what it had "
                    + "injected is undone, and is not injected a second time"))
        report = try await undone(report, pod)
        let now = Int64(time.wallClock().microseconds / 1000)
        for index in report.effects.indices where report.effects[index].injectedAt != nil {
            report.effects[index].revertedAt = report.effects[index].revertedAt ?? now
        }
        try await finish(pod.key, report, reason: HelperContract.agentLost)
    }

    private static func report(of pod: Pod) -> InjectionReport? {
        pod.metadata.annotations[HelperContract.reportAnnotation].flatMap {
            try? JSONDecoder().decode(InjectionReport.self, from: Data($0.utf8))
        }
    }

    /// What a failed order left in the journal is undone first, whoever owns it.
    private func undone(_ report: InjectionReport, _ pod: Pod) async throws -> InjectionReport {
        guard report.state == .failed, report.isUndone != true else { return report }
        let outcomes = await Reverter(journal: journal, logger: logger).revertLost(order: pod.key.description)
        for outcome in outcomes where outcome.concerns(pod.key.description) {
            guard let problem = outcome.problem else { continue }
            let what = outcome.listing.action.isEmpty ? "the entry \(outcome.listing.id)" : outcome.listing.action
            throw Status.internalError("\(what) is not undone yet: \(problem)")
        }
        var report = report
        report.isUndone = true
        return report
    }

    private func tell(_ report: InjectionReport, _ pod: Pod) async throws {
        guard Self.report(of: pod) != report else { return }
        let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        _ = try await pods.patch(
            pod.key, .merge(["metadata": ["annotations": [HelperContract.reportAnnotation: .string(text)]]]))
    }

    /// Removes the finalizer; a pod that was changed meanwhile is looked at again.
    private func release(_ pod: Pod) async throws {
        guard pod.metadata.finalizers.contains(HelperContract.finalizer) else { return }
        do {
            _ = try await client.patch(
                Pod.self, namespace: pod.namespace, name: pod.name, HelperPodState(pod).release)
        } catch let status as Status where status.isNotFound {}
    }
}
