import ContainerRuntime
import ControllerRuntime
import KubernetesAPI
import Logging

/// Runs one pod: feeds `PodLife` with what happens and carries out what it decides, each action in its own task.
struct PodWorker: Sendable {
    let uid: String
    let key: ObjectKey
    /// The objects whose changes concern this pod.
    let dependencies: Set<PodDependency>
    private let pod: Pod
    private let context: NodeContext
    private let inputs: AsyncStream<PodInput>
    private let continuation: AsyncStream<PodInput>.Continuation

    init(pod: Pod, context: NodeContext) {
        self.pod = pod
        self.context = context
        uid = pod.uid
        key = pod.key
        dependencies = PodDependency.all(of: pod)
        (inputs, continuation) = AsyncStream.makeStream()
        continuation.yield(.changed(pod))
    }

    func handle(_ input: PodInput) { continuation.yield(input) }

    /// Ends when the pod's object and everything of it on this node is gone, or the task is cancelled.
    func run() async {
        let writer = PodStatusWriter(pod: pod, context: context)
        await withDiscardingTaskGroup { group in
            group.addTask { await writer.run() }
            await work(writer)
            writer.close()
        }
        guard !Task.isCancelled else { return }
        PodDirectory(path: context.paths.pod(uid)).remove()
    }

    private func work(_ writer: PodStatusWriter) async {
        let settings = PodLife.Settings(
            backoff: context.configuration.restartBackoff, hostAddress: context.configuration.hostAddress)
        var life = PodLife(pod: pod, settings: settings, now: context.time.wallClock())
        var published = pod.json["status"]
        let volumes = PodVolumes(pod: pod, context: context)
        await withDiscardingTaskGroup { group in
            for await input in inputs {
                let actions = life.handle(input, now: context.time.wallClock())
                for action in actions {
                    perform(action, life: life, volumes: volumes, in: &group)
                }
                let status = life.status(runtimeName: context.runtime.name, now: context.time.wallClock())
                if actions.contains(.finish) {
                    writer.finish(life.settledPhase == nil ? status : published)
                } else if status != published, life.settledPhase == nil, life.ending != .gone {
                    published = status
                    writer.write(status)
                }
                if life.isEnded { break }
            }
            group.cancelAll()
        }
    }

    private func perform(
        _ action: PodAction, life: PodLife, volumes: PodVolumes, in group: inout DiscardingTaskGroup
    ) {
        let pod = life.pod
        switch action {
        case .event(let event): context.report(event, about: pod)
        case .prepareSandbox: group.addTask { await prepare(pod, volumes) }
        case .start(let run):
            let container = ContainerRunner(
                pod: pod, run: run, address: life.address, volumes: volumes, context: context)
            group.addTask { await container.run(report: handle) }
        case .stop(let run, let grace, let runsHook):
            guard let container = life.containers.first(where: { $0.run == run }),
                case .running(let id, _) = container.state
            else { return }
            let stop = ContainerStop(
                pod: pod, container: container.specification, id: id, address: life.address, context: context)
            group.addTask { await stop.run(grace: grace, runsHook: runsHook) }
        case .removeSandbox: group.addTask { await removeSandbox() }
        case .refreshVolumes: group.addTask { await refresh(volumes, pod) }
        case .wake(let delay):
            group.addTask {
                try? await context.time.sleep(delay)
                handle(.timer)
            }
        case .finish, .end: break
        }
    }

    /// Sandbox and volumes do not need each other.
    private func prepare(_ pod: Pod, _ volumes: PodVolumes) async {
        do {
            async let sandbox = context.runtime.createSandbox(
                SandboxSpecification(pod: pod, configuration: context.configuration))
            try await volumes.fill(for: pod)
            handle(.sandboxReady(address: try await sandbox.address))
            await volumes.keepTokensFresh(refresh: { handle(.dependenciesChanged) })
        } catch let failure as VolumeFailure {
            handle(.sandboxFailed(reason: "FailedMount", message: failure.message))
        } catch is CancellationError {
        } catch {
            handle(.sandboxFailed(reason: "FailedCreatePodSandBox", message: "\(error)"))
        }
    }

    private func refresh(_ volumes: PodVolumes, _ pod: Pod) async {
        do {
            try await volumes.fill(for: pod)
        } catch is CancellationError {
        } catch {
            context.logger.warning("volumes not refreshed", metadata: ["pod": "\(key)", "error": "\(error)"])
        }
    }

    private func removeSandbox() async {
        do {
            try await context.runtime.removeSandbox(uid: uid)
        } catch {
            context.logger.error("sandbox not removed", metadata: ["pod": "\(key)", "error": "\(error)"])
        }
        handle(.sandboxRemoved)
    }
}
