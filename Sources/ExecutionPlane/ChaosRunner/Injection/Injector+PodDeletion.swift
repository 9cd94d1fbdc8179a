import ChaosAPI
import ControllerRuntime
import Faults
import KubernetesAPI
import Logging

extension Injector {
    /// One repetition of a round of deletions: delete, wait for the interval, prove.
    func delete(
        _ targets: [Target], round: Round, generator: inout SeededGenerator, end: Duration,
        _ deletions: inout PodDeletions
    ) async throws {
        let groups = round.sequence == .serial ? targets.map { [$0] } : [targets]
        for (index, group) in groups.enumerated() {
            let begun = time.now()
            deletions.attempt(group.count)
            let done = try await apply(round.steps, to: group)
            deletions.deleted(done, at: time.wallClock())
            await tell(.targets(done, .targeted))
            let isLast = index == groups.count - 1
            var pause = isLast ? Duration.zero : .milliseconds(round.pauseMilliseconds)
            if case .every(let interval) = round.repetition { pause += interval.pick(using: &generator) }
            // Nothing happens after the chaos is over, so the last pause ends with it.
            let wakeUp = begun + pause
            do {
                try await sleep(until: isLast ? min(wakeUp, max(end, begun)) : wakeUp)
                let isOver = isLast && time.now() >= end
                if let proof = round.proof {
                    try await prove(proof, done, isFinal: isOver || round.repetition == .once)
                    deletions.replaced(done, at: time.wallClock())
                }
            } catch {
                await tell(.effects(deletions.injections))
                throw error
            }
            await tell(.effects(deletions.injections))
        }
    }

    /// - Returns: those targets that were there.
    private func apply(_ steps: [Step], to targets: [Target]) async throws -> [Target] {
        try await withThrowingTaskGroup(of: Target?.self) { group in
            for target in targets {
                group.addTask {
                    var wasThere = true
                    for case .cluster(let step) in steps { wasThere = try await apply(step, to: target) && wasThere }
                    return wasThere ? target : nil
                }
            }
            var hit: [Target] = []
            for try await target in group { if let target { hit.append(target) } }
            return hit
        }
    }

    private func apply(_ step: ClusterStep, to target: Target) async throws -> Bool {
        switch step {
        case .deletePod(let grace):
            logger.info("deleting pod", metadata: ["pod": "\(target.name)", "namespace": "\(target.namespace)"])
            do {
                // The UID keeps a successor of the same name, such as a StatefulSet's, from being hit in its place.
                _ = try await client.delete(
                    Pod.type.gvr, namespace: target.namespace, name: target.name,
                    options: DeleteOptions(gracePeriodSeconds: grace, uid: target.uid))
                return true
            } catch let status as Status where status.isNotFound || status.isConflict {
                return false
            } catch let status as Status {
                throw FaultError(
                    .chaosInject, "failed to delete the target pod: \(status.explained("delete", on: "pods"))",
                    target: target.text)
            }
        }
    }

    private func prove(_ proof: Proof, _ targets: [Target], isFinal: Bool) async throws {
        switch proof {
        case .replaced: try await proveReplaced(targets, isFinal: isFinal)
        }
    }

    private func proveReplaced(_ targets: [Target], isFinal: Bool) async throws {
        let begun = time.now()
        for (namespace, own) in Dictionary(grouping: targets, by: \.namespace).sorted(by: { $0.key < $1.key }) {
            var states: [WorkloadState] = []
            for workload in Set(own.compactMap(\.parent)) {
                if let state = try await WorkloadState.read(workload, client: client) { states.append(state) }
            }
            let check = ReplacementCheck(
                deleted: Set(own.map(\.uid)), workloads: states, allowsTerminating: !isFinal)
            let wait = PodWait(client: client, time: time, logger: logger)
            // One workload's pods are found by its labels; deleted pods that no workload has need the whole namespace.
            let labels = states.count == 1 && own.allSatisfy { $0.parent != nil } ? states[0].selector : .everything
            let rest = max(.seconds(1), timeout - (time.now() - begun))
            let missing = try await wait.missing(namespace: namespace, labels: labels, within: rest) {
                check.missing(in: $0)
            }
            if let missing {
                throw FaultError(
                    .statusChecks,
                    "the deleted pods were not replaced within \(timeout.components.seconds) s: \(missing)",
                    target: states.first?.workload.text ?? own.first?.text ?? "")
            }
        }
    }
}
