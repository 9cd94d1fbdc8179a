import ContainerRuntime
import ControllerRuntime
import Foundation
import KubernetesAPI

/// Ends a container as the API promises: preStop hook, SIGTERM, and SIGKILL when the grace is over.
struct ContainerStop: Sendable {
    let pod: Pod
    let container: Container
    let id: String
    /// The pod's.
    let address: String
    let context: NodeContext

    /// Returns when the container has ended or was killed.
    func run(grace: Duration, runsHook: Bool) async {
        let deadline = context.time.wallClock() + grace
        if runsHook, grace > .zero { await preStop(until: deadline) }
        guard !Task.isCancelled else { return }
        let isOver = deadline <= context.time.wallClock()
        try? await context.runtime.signal(id: id, isOver && grace > .zero ? SIGKILL : stopSignal)
        if isOver, grace > .zero { return }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                _ = try? await context.runtime.wait(id: id)
                return true
            }
            group.addTask {
                try? await context.time.sleep(max(deadline - context.time.wallClock(), .zero))
                return false
            }
            if await group.next() == false, !Task.isCancelled {
                try? await context.runtime.signal(id: id, SIGKILL)
            }
            group.cancelAll()
        }
    }

    private var stopSignal: Int32 {
        switch container.json["lifecycle", "stopSignal"].string {
        case "SIGINT": SIGINT
        case "SIGQUIT": SIGQUIT
        case "SIGHUP": SIGHUP
        case "SIGUSR1": SIGUSR1
        case "SIGUSR2": SIGUSR2
        case "SIGKILL": SIGKILL
        default: SIGTERM
        }
    }

    /// The hook's time counts against the grace.
    private func preStop(until deadline: Timestamp) async {
        let hook = container.json["lifecycle", "preStop"]
        guard !hook.isNull else { return }
        let action = ProbeAction(json: hook, container: container)
        let target = ProbeTarget(address: address, containerID: id)
        let left = max(deadline - context.time.wallClock(), .zero)
        let result = await ProbeExecutor(context).run(action, on: target, timeout: left)
        guard case .failure(let why) = result else { return }
        let event = PodEvent(
            reason: "FailedPreStopHook", message: "PreStopHook failed: \(why)", isWarning: true)
        context.report(event, about: pod)
    }
}
