import ChaosAPI
import Faults
import Injection
import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How far the helpers of some orders have come, as their pods show it. Pure.
struct HelperProgress: Sendable {
    let orders: [InjectionOrder]

    /// What became of one helper.
    enum State: Sendable, Hashable {
        /// Nothing is hit yet; why, for people.
        case starting(String)
        case injected
        /// Its last word.
        case ended(InjectionReport)
        /// Its pod is over, or gone, without a last word.
        case lost(String)

        var isOver: Bool {
            switch self {
            case .starting, .injected: false
            case .ended, .lost: true
            }
        }
    }

    func state(of order: InjectionOrder, in pods: [Pod]) -> State {
        guard let pod = pods.first(where: { $0.name == order.id }) else {
            return .lost("the helper pod \(order.id) was deleted before it was done")
        }
        let report = Self.report(of: pod)
        if let report, report.state != .injected { return .ended(report) }
        if pod.isFinished { return .lost(Self.ending(of: pod)) }
        return report == nil ? .starting(pod.ailment) : .injected
    }

    /// nil when every helper has hit its targets, or is over; else what is waited for.
    func missingInjection(in pods: [Pod]) -> String? {
        for order in orders { if case .starting(let why) = state(of: order, in: pods) { return why } }
        return nil
    }

    /// nil when every helper is over; else what is waited for.
    func missingEnd(in pods: [Pod]) -> String? {
        orders.first { !state(of: $0, in: pods).isOver }.map { "the helper pod \($0.id) is still at work" }
    }

    static func report(of pod: Pod) -> InjectionReport? {
        guard let text = pod.metadata.annotations[HelperContract.reportAnnotation] else { return nil }
        return try? JSONDecoder().decode(InjectionReport.self, from: Data(text.utf8))
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

/// What came of all helpers of a round.
struct HelperOutcome: Sendable {
    var effects: [InjectionEffect] = []
    var failures: [FaultError] = []

    init(_ progress: HelperProgress, pods: [Pod]) {
        for order in progress.orders {
            switch progress.state(of: order, in: pods) {
            case .ended(let report):
                effects += report.effects
                if let failure = report.failure {
                    failures.append(
                        FaultError(
                            ErrorCode(rawValue: failure.code) ?? .helper, failure.reason, target: failure.target))
                }
            case .lost(let why): failures.append(FaultError(.helperPodFailed, why))
            case .starting(let why):
                failures.append(FaultError(.statusChecks, "helper pod is not running in time: \(why)"))
            case .injected:
                failures.append(
                    FaultError(.statusChecks, "container is not completed within timeout: helper pod \(order.id)"))
            }
        }
    }

    /// All failures as one; nil without any.
    var failure: FaultError? {
        guard let first = failures.first else { return nil }
        guard failures.count > 1 else { return first }
        return FaultError(
            Set(failures.map(\.code)).count == 1 ? first.code : .generic,
            "[" + failures.map(\.description).joined(separator: ", ") + "]")
    }
}
