import ContainerRuntime
import ControllerRuntime
import KubernetesAPI

/// One run of a container, from its start to its end, with its hooks and probes.
struct ContainerRunner: Sendable {
    typealias Report = @Sendable (PodInput) -> Void

    let pod: Pod
    let run: ContainerRun
    /// The pod's.
    let address: String
    let volumes: PodVolumes
    let context: NodeContext

    func run(report: @escaping Report) async {
        guard let container = (pod.initContainers + pod.containers).first(where: { $0.name == run.name }) else {
            return
        }
        do {
            let specification = try await specification(of: container)
            event("Pulled", "Container image \"\(container.image)\" already present on machine")
            event("Created", "Created container: \(container.name)")
            let running = try await context.runtime.start(specification)
            report(.started(run, id: running.id))
            event("Started", "Started container \(container.name)")
            await live(container, id: running.id, report: report)
        } catch is CancellationError {
        } catch {
            report(.failedToStart(run, StartFailure(error)))
        }
    }

    private func live(_ container: Container, id: String, report: @escaping Report) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await attend(container, id: id, report: report) }
            let exit = (try? await context.runtime.wait(id: id)) ?? ContainerExit(code: nil)
            group.cancelAll()
            ContainerLog(paths: context.paths, pod: pod.uid).markEnd(of: run)
            report(.exited(run, exit, message: terminationMessage(of: container, exit)))
        }
        try? await context.runtime.remove(id: id)
    }

    /// The postStart hook, then the startup probe, then the others; until the container ends.
    private func attend(_ container: Container, id: String, report: @escaping Report) async {
        let target = ProbeTarget(address: address, containerID: id)
        guard await postStart(container, target) else { return }
        func runner(_ kind: ProbeKind) -> ProbeRunner? {
            Probe(container: container, kind: kind).map { probe in
                ProbeRunner(
                    probe: probe, target: target, executor: ProbeExecutor(context), time: context.time,
                    unhealthy: { event("Unhealthy", $0, isWarning: true) },
                    report: { report(.probed(run, kind, isPassing: $0)) })
            }
        }
        if let startup = runner(.startup) { await startup.run() }
        await withDiscardingTaskGroup { group in
            for probe in [runner(.liveness), runner(.readiness)].compactMap({ $0 }) {
                group.addTask { await probe.run() }
            }
        }
    }

    /// - Returns: false when the hook failed and the container was killed for it.
    private func postStart(_ container: Container, _ target: ProbeTarget) async -> Bool {
        let hook = container.json["lifecycle", "postStart"]
        guard !hook.isNull else { return true }
        let action = ProbeAction(json: hook, container: container)
        // A hook has no limit of its own; the container's end cancels it.
        let result = await ProbeExecutor(context).run(action, on: target, timeout: .seconds(600))
        guard case .failure(let why) = result, !Task.isCancelled else { return true }
        event("FailedPostStartHook", "PostStartHook failed: \(why)", isWarning: true)
        try? await context.runtime.signal(id: target.containerID, 9)
        return false
    }

    private func terminationMessage(of container: Container, _ exit: ContainerExit) -> String {
        guard container.json["terminationMessagePolicy"] == "FallbackToLogsOnError", exit.code != 0 else { return "" }
        return ContainerLog(paths: context.paths, pod: pod.uid).lastLines(of: run, lines: 80, bytes: 2048)
    }

    private func event(_ reason: String, _ message: String, isWarning: Bool = false) {
        context.report(PodEvent(reason: reason, message: message, isWarning: isWarning), about: pod)
    }
}
