import ControllerRuntime
import KubernetesAPI
import Logging

/// The helper's own pod, whose deletion ends the chaos. Kubelets take seconds to signal that, and for a container that has
/// just begun some forget it until the grace period is over.
struct OwnPod: Sendable {
    let client: any APIClient
    let namespace: String
    /// Empty outside of a cluster.
    let name: String
    let time: TimeSource
    let logger: Logger

    /// Longer than any order.
    private static let always = Duration.seconds(10 * 365 * 86_400)

    /// Returns when the pod is deleted or gone. Where it may not be watched the signal has to do, and this waits for the
    /// task's cancellation.
    /// - Throws: `CancellationError`.
    func deletion() async throws {
        while !name.isEmpty {
            do {
                let wait = PodWait(client: client, time: time, logger: logger)
                let missing = try await wait(
                    namespace: namespace, fields: FieldSelector(name: name), within: Self.always
                ) { pods in
                    pods.contains { $0.name == name && !$0.metadata.isBeingDeleted } ? "it is not deleted" : nil
                }
                if missing == nil { return }
            } catch let status as Status {
                logger.debug("own pod not watched", metadata: ["error": "\(status.explained("watch", on: "pods"))"])
                break
            }
        }
        try await time.sleep(Self.always)
    }

    /// Runs `work`, which is cancelled when the pod is deleted.
    func untilDeleted<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask {
                try? await deletion()
                return nil
            }
            var value: Value?
            while let end = await group.next() {
                value = value ?? end
                group.cancelAll()
            }
            return value
        }
    }
}
