import ControllerRuntime
import Foundation
import KubernetesAPI
import Logging

/// Gives each pod of this node its worker and passes on what concerns it.
struct PodManager: Sendable {
    private enum Input: Sendable {
        case pod(Change<Pod>)
        case dependency(PodDependency)
        case ended(uid: String)
    }

    let context: NodeContext

    /// Runs until the task is cancelled.
    func run() async throws {
        let client = context.client
        let pods = Informer(
            Pod.self, client: client, fields: try FieldSelector(parsing: "spec.nodeName=\(nodeName)"),
            time: context.time, logger: context.logger)
        let configMaps = Informer(ConfigMap.self, client: client, time: context.time, logger: context.logger)
        let secrets = Informer(Secret.self, client: client, time: context.time, logger: context.logger)
        let (inputs, continuation) = AsyncStream<Input>.makeStream()
        configMaps.addHandler { continuation.yield(.dependency(.init(kind: .configMap, key: $0.object.key))) }
        secrets.addHandler { continuation.yield(.dependency(.init(kind: .secret, key: $0.object.key))) }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await configMaps.run() }
            group.addTask { await secrets.run() }
            group.addTask { await pods.run() }
            try await context.services.waitForSync()
            try await pods.waitForSync()
            removeOldDirectories(except: Set(pods.list().map(\.uid)))
            group.addTask {
                for await change in pods.events() { continuation.yield(.pod(change)) }
            }
            await dispatch(inputs, continuation)
            group.cancelAll()
        }
    }

    private var nodeName: String { context.configuration.nodeName }

    private func dispatch(_ inputs: AsyncStream<Input>, _ continuation: AsyncStream<Input>.Continuation) async {
        await withDiscardingTaskGroup { group in
            var workers: [String: PodWorker] = [:]
            for await input in inputs {
                switch input {
                case .ended(let uid): workers[uid] = nil
                case .dependency(let dependency):
                    for worker in workers.values where worker.dependencies.contains(dependency) {
                        worker.handle(.dependenciesChanged)
                    }
                case .pod(.deleted(let pod)):
                    if let worker = workers[pod.uid] {
                        worker.handle(.gone)
                    } else {
                        PodDirectory(path: context.paths.pod(pod.uid)).remove()
                    }
                case .pod(let change):
                    // Another pod of the same name has come between two lists.
                    for old in change.objects where old.uid != change.object.uid { workers[old.uid]?.handle(.gone) }
                    let pod = change.object
                    if let worker = workers[pod.uid] {
                        worker.handle(.changed(pod))
                        continue
                    }
                    guard !pod.isFinished || pod.metadata.isBeingDeleted else { continue }
                    let worker = PodWorker(pod: pod, context: context)
                    workers[pod.uid] = worker
                    group.addTask {
                        await worker.run()
                        continuation.yield(.ended(uid: worker.uid))
                    }
                }
            }
        }
    }

    /// Directories of pods that no longer exist.
    private func removeOldDirectories(except present: Set<String>) {
        let directory = context.paths.pods
        for uid in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        where !present.contains(uid) {
            PodDirectory(path: context.paths.pod(uid)).remove()
        }
    }
}
