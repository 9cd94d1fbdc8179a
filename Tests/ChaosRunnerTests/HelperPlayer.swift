import ChaosAPI
import ClusterTesting
import ControllerRuntime
import Injection
import KubernetesAPI

@testable import ChaosRunner

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Plays the nodes' agents and what runs in helper pods: each is told by its order what becomes of it. One that is deleted
/// undoes what it did, says so, and goes.
struct HelperPlayer: Sendable {
    enum Fate: Sendable, Hashable {
        /// Hits its targets, undoes that and ends, with this effect.
        case works(InjectionEffect.Outcome = .confirmed)
        /// The same, but ends only when a ChaosResult shows its targets as injected.
        case worksUntilSeen
        /// Hits its targets, and ends when it is deleted.
        case stays
        /// Does not even end then.
        case hangs
        /// Says so and ends.
        case fails(InjectionReport.Failure)
        case crashes(exitCode: Int)
        /// Hits its targets; when that is known, somebody removes its pod.
        case vanishes
        case neverStarts
    }

    let cluster: InMemoryCluster
    /// Returns when the injection was told.
    var known: @Sendable () async -> Void = {}
    let fate: @Sendable (InjectionOrder) -> Fate

    /// Plays beside `body`, and ends with it.
    func run<T: Sendable>(beside body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask {
                try await play()
                return nil
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let end = try await group.next() { if let end { return end } }
            throw CancellationError()
        }
    }

    private func play() async throws {
        let labels = LabelSelector(matching: HelperContract.labels)
        let events = try await cluster.watch(
            Pod.type.gvr, namespace: nil, options: ListOptions(labelSelector: labels))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for try await event in events {
                switch event {
                case .added(let json):
                    group.addTask { try await ignoringAbsence { try await begin(Pod(json: json)) } }
                case .modified(let json) where Pod(json: json).metadata.isBeingDeleted:
                    try await ignoringAbsence { try await end(Pod(json: json)) }
                default: break
                }
            }
            group.cancelAll()
        }
    }

    private func ignoringAbsence(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let status as Status where status.isNotFound || status.isConflict {
            // Somebody was faster.
        }
    }

    private func begin(_ pod: Pod) async throws {
        guard let order = InjectionOrder(helper: pod) else { return }
        let fate = fate(order)
        if fate == .neverStarts { return }
        try await cluster.setPod(pod.key, phase: "Running", ready: true)
        switch fate {
        case .works(let outcome):
            try await report(pod, .injected, order.effects(outcome))
            try await report(pod, .reverted, order.effects(outcome, isReverted: true))
            try await cluster.setPod(pod.key, phase: "Succeeded", ready: false, exitCode: 0)
        case .worksUntilSeen:
            try await report(pod, .injected, order.effects())
            try await cluster.waitFor(ChaosResult.self) { results in
                results.contains { $0.history.targets.contains { $0.chaosStatus == "injected" } }
            }
            try await report(pod, .reverted, order.effects(isReverted: true))
            try await cluster.setPod(pod.key, phase: "Succeeded", ready: false, exitCode: 0)
        case .fails(let failure):
            let effects = order.effects(.notInjected, isReverted: true)
            try await report(pod, .failed, effects, failure)
            try await cluster.setPod(pod.key, phase: "Failed", ready: false, exitCode: 1)
        case .crashes(let code): try await cluster.setPod(pod.key, phase: "Failed", ready: false, exitCode: code)
        case .vanishes:
            try await report(pod, .injected, order.effects())
            await known()
            try await remove(pod)
        case .stays, .hangs: try await report(pod, .injected, order.effects())
        case .neverStarts: break
        }
    }

    private func end(_ pod: Pod) async throws {
        guard let order = InjectionOrder(helper: pod), fate(order) != .hangs else { return }
        if fate(order) != .neverStarts, !pod.isFinished {
            try await report(pod, .reverted, order.effects(isReverted: true))
        }
        try await remove(pod)
    }

    private func remove(_ pod: Pod) async throws {
        try await cluster.delete(
            Pod.self, namespace: pod.namespace, name: pod.name,
            options: DeleteOptions(gracePeriodSeconds: 0, uid: pod.uid))
    }

    private func report(
        _ pod: Pod, _ state: InjectionReport.State, _ effects: [InjectionEffect],
        _ failure: InjectionReport.Failure? = nil
    ) async throws {
        let report = InjectionReport(state: state, effects: effects, failure: failure)
        let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        _ = try await cluster.patch(
            Pod.self, namespace: pod.namespace, name: pod.name,
            .merge(["metadata": ["annotations": [HelperContract.reportAnnotation: .string(text)]]]))
    }
}

extension InjectionOrder {
    /// What would be measured on each target.
    func effects(_ outcome: InjectionEffect.Outcome = .confirmed, isReverted: Bool = false) -> [InjectionEffect] {
        targets.map { target in
            InjectionEffect(
                target: target, action: "lose 100 % of egress on eth0", mechanism: "nftables netdev egress hook",
                outcome: outcome, asked: 100, measured: outcome == .confirmed ? 100 : nil, unit: "%",
                injectedAt: 1_700_000_000_000, revertedAt: isReverted ? 1_700_000_001_000 : nil)
        }
    }
}

extension InMemoryCluster {
    /// The pods of helpers, by name.
    func helpers() async throws -> [Pod] {
        try await list(Pod.self, labels: LabelSelector(matching: HelperContract.labels)).sorted { $0.name < $1.name }
    }
}
