import ChaosAPI
import Faults
import Injection
import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How far the helpers of some orders have come, as their pods showed it so far. Pure.
struct HelperProgress: Sendable {
    /// What became of one helper.
    enum State: Sendable, Hashable {
        /// Nothing is hit yet; why, for people.
        case starting(String)
        case injected(InjectionReport)
        /// Its last word.
        case ended(InjectionReport)
        /// Its pod is over, gone, or was told to go, before it was done; why, and the latest that it said.
        case lost(String, InjectionReport?)

        var isOver: Bool {
            switch self {
            case .starting, .injected: false
            case .ended, .lost: true
            }
        }

        var report: InjectionReport? {
            switch self {
            case .starting: nil
            case .injected(let report), .ended(let report): report
            case .lost(_, let report): report
            }
        }
    }

    let orders: [InjectionOrder]
    private var states: [String: State] = [:]
    /// Ids of orders that somebody has taken.
    private var begun: Set<String> = []

    init(orders: [InjectionOrder]) { self.orders = orders }

    func state(of order: InjectionOrder) -> State { states[order.id] ?? .starting("\(order.id) was not seen yet") }

    /// Takes over what the pods show now. A helper that is over stays so, also when its pod is gone later.
    mutating func see(_ pods: [Pod]) {
        for order in orders {
            let known = state(of: order)
            guard !known.isOver else { continue }
            let pod = pods.first { $0.name == order.id }
            if let pod, !["", "Pending"].contains(pod.phase) { begun.insert(order.id) }
            states[order.id] = pod.map(Self.state) ?? .lost(Self.deleted(order.id), known.report)
        }
    }

    private static func state(of pod: Pod) -> State {
        let report = report(of: pod)
        switch report?.state {
        // One that is told to go undoes everything and says so, but did not do what it was asked for.
        case .reverted? where pod.metadata.isBeingDeleted: return .lost(deleted(pod.name), report)
        case .reverted? where report?.isInterrupted == true: return .lost(interrupted(pod), report)
        case .reverted?, .failed?: return report.map(State.ended) ?? .starting(pod.ailment)
        case .injected?, nil: break
        }
        if pod.isFinished { return .lost(ending(of: pod), report) }
        if let report { return .injected(report) }
        return .starting(pod.isHealthy ? "the helper pod \(pod.name) has not hit its targets yet" : pod.ailment)
    }

    private static func report(of pod: Pod) -> InjectionReport? {
        guard let text = pod.metadata.annotations[HelperContract.reportAnnotation] else { return nil }
        return try? JSONDecoder().decode(InjectionReport.self, from: Data(text.utf8))
    }

    private static func deleted(_ name: String) -> String {
        "helper pod failed: \(name) was deleted before it was done"
    }

    /// By an eviction, or by the end of the node or its agent.
    private static func interrupted(_ pod: Pod) -> String {
        let reason = [pod.json["status", "reason"].string, pod.json["status", "message"].string].compactMap { $0 }
        let cause = reason.isEmpty ? "" : " (\(reason.joined(separator: ", ")))"
        return "helper pod failed: \(pod.name) was told to end before it was done\(cause)"
    }

    /// What a pod that is over says of it.
    private static func ending(of pod: Pod) -> String {
        let reason = [pod.json["status", "reason"].string, pod.json["status", "message"].string]
        let containers = pod.containerStatuses.filter { !$0.terminated.isNull }.map { status in
            let message = status.terminated["message"].string.map { ": \($0)" } ?? ""
            return "exit code \(status.terminated["exitCode"].int ?? 0)\(message)"
        }
        let words = (reason.compactMap { $0 } + containers).joined(separator: ", ")
        return "helper pod failed: \(pod.name) ended without a report (\(words.isEmpty ? pod.phase : words))"
    }
}

extension HelperProgress {
    /// nil when every helper has hit its targets, or when one has failed; else what is waited for.
    var missingInjection: String? {
        guard failures.isEmpty else { return nil }
        for order in orders { if case .starting(let why) = state(of: order) { return why } }
        return nil
    }

    /// The orders of which no node agent has been heard.
    var untaken: [InjectionOrder] {
        orders.filter { order in
            guard case .starting = state(of: order) else { return false }
            return !begun.contains(order.id)
        }
    }

    /// nil when every order was taken, or when one has failed; else what is waited for.
    var missingAgents: String? {
        guard failures.isEmpty else { return nil }
        return untaken.first.map { "no node agent has taken \($0.id)" }
    }

    /// nil when every helper is over, or when one has failed; else what is waited for.
    var missingEnd: String? { failures.isEmpty ? missingUndoing : nil }

    /// nil when no helper is at work any more; else what is waited for.
    var missingUndoing: String? { atWork.first.map { "the helper pod \($0.id) is still at work" } }

    /// The orders whose helpers are not over.
    var atWork: [InjectionOrder] { orders.filter { !state(of: $0).isOver } }

    /// What the helpers measured, as far as they said.
    var effects: [InjectionEffect] { orders.flatMap { state(of: $0).report?.effects ?? [] } }

    var hasLostHelper: Bool { orders.contains { if case .lost = state(of: $0) { true } else { false } } }

    /// Of the helpers that are over.
    var failures: [FaultError] { orders.compactMap(failure) }

    /// nil for a helper that did what it was asked for, or still is at it.
    func failure(of order: InjectionOrder) -> FaultError? {
        switch state(of: order) {
        case .starting, .injected: nil
        case .lost(let why, _): FaultError(.helperPodFailed, why)
        case .ended(let report) where report.state == .failed: Self.failure(of: report, order)
        case .ended: nil
        }
    }

    private static func failure(of report: InjectionReport, _ order: InjectionOrder) -> FaultError {
        guard let failure = report.failure else {
            return FaultError(.helperPodFailed, "helper pod failed: \(order.id) does not say why; its log may")
        }
        return FaultError(ErrorCode(rawValue: failure.code) ?? .helper, failure.reason, target: failure.target)
    }

    /// Helpers that have not hit their targets when they should have.
    var lateInjections: [FaultError] {
        orders.compactMap { order in
            guard case .starting(let why) = state(of: order) else { return nil }
            return FaultError(.statusChecks, "helper pod is not running in time: \(why)")
        }
    }

    /// Node agents that did not take their order.
    var silentAgents: [FaultError] {
        untaken.map { order in
            let node = order.targets.first?.node ?? ""
            return FaultError(
                .helperPodFailed,
                "no node agent answers on node \(node): see whether the pod of the DaemonSet litmus-node-agent runs there "
                    + "(kubectl get pods -A -o wide -l app.kubernetes.io/component=node-agent); it takes the node's "
                    + "taints to be tolerated, and a service account that may watch and patch pods")
        }
    }

    /// Helpers that are still at work when they should not be.
    var lateEnds: [FaultError] {
        atWork.map { order in
            FaultError(.statusChecks, "container is not completed within timeout: helper pod \(order.id)")
        }
    }
}
