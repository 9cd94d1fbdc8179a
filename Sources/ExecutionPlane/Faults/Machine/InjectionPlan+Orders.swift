import ChaosAPI
import Injection

extension InjectionPlan {
    /// What helpers on the targets' nodes are to do for the machine steps of a round.
    ///
    /// The orders of a parallel round, one for each node, are carried out at the same time; those of a serial round one
    /// after another in this order, with the round's pause between them. In a serial round an order has several pods of a
    /// node as long as they follow one another, and containers of one pod are hit together.
    /// - Parameters:
    ///   - targets: as the round's selection chose them.
    ///   - seed: repeats the choice of pauses.
    ///   - recovery: how long a container that was killed may take to be back.
    ///   - id: the id of the order with this number, counted from 0; unique on each node.
    /// - Throws: `FaultError` for a target that has no node or no container yet.
    public func orders(
        round: Round, targets: [Target], seed: UInt64, recovery: Duration, id: (_ number: Int) -> String
    ) throws(FaultError) -> [InjectionOrder] {
        let steps = round.machineSteps
        guard !steps.isEmpty else { return [] }
        var orders: [InjectionOrder] = []
        for (number, group) in round.sequence.groups(of: targets).enumerated() {
            var references: [TargetReference] = []
            for target in group { references.append(try target.reference()) }
            orders.append(
                InjectionOrder(
                    id: id(number), fault: fault, steps: steps, targets: references,
                    isSerial: round.sequence == .serial && group.groupedByPod.count > 1,
                    repetition: round.repetition.order,
                    durationMilliseconds: max(0, milliseconds - round.offsetMilliseconds),
                    pauseMilliseconds: round.pauseMilliseconds, seed: seed,
                    recoveryMilliseconds: recovery.wholeMilliseconds))
        }
        return orders
    }
}

extension Target {
    /// The container as its node is told of it.
    /// - Throws: `FaultError` when the pod has no node, or the container no id yet.
    public func reference() throws(FaultError) -> TargetReference {
        guard !node.isEmpty else {
            throw FaultError(.targetSelection, "the pod is on no node yet: wait until it is scheduled", target: text)
        }
        guard !containerID.isEmpty else {
            throw FaultError(
                .containerRuntime, "the container '\(container)' has no id yet: wait until it has been started",
                target: text)
        }
        return TargetReference(
            node: node, namespace: namespace, pod: name, podUID: uid, container: container, containerID: containerID)
    }
}

extension StepSequence {
    /// The targets of each order.
    fileprivate func groups(of targets: [Target]) -> [[Target]] {
        switch self {
        case .parallel:
            targets.reduce(into: []) { groups, target in
                if let index = groups.firstIndex(where: { $0.last?.node == target.node }) {
                    groups[index].append(target)
                } else {
                    groups.append([target])
                }
            }
        case .serial:
            targets.groupedByPod.reduce(into: []) { groups, pod in
                // A helper takes the targets of a serial order one by one, so containers of one pod go by themselves.
                if let last = groups.last, last.groupedByPod.count == last.count, pod.count == 1,
                    last.last?.node == pod.last?.node
                {
                    groups[groups.count - 1] += pod
                } else {
                    groups.append(pod)
                }
            }
        }
    }
}

extension Round.Repetition {
    fileprivate var order: InjectionOrder.Repetition {
        switch self {
        case .once: .once
        case .every(let interval):
            .every(lowMilliseconds: interval.lowMilliseconds, highMilliseconds: interval.highMilliseconds)
        }
    }
}
