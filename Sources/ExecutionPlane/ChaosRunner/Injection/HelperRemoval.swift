import ControllerRuntime
import KubernetesAPI
import Logging

/// Deletes helper pods, so that they undo what they did.
struct HelperRemoval: Sendable {
    let client: any APIClient
    let namespace: String
    /// Leaves pods that are over where people can read their logs.
    let keepsFinished: Bool
    let time: TimeSource
    let logger: Logger

    /// Goes on, while the cluster does not answer, until the task is cancelled.
    func callAsFunction(_ names: [String]) async {
        await withTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { await remove(name) } }
        }
    }

    private func remove(_ name: String) async {
        var backoff = Backoff(base: .milliseconds(100), limit: .seconds(2))
        while true {
            do {
                if keepsFinished,
                    try await client.find(Pod.self, namespace: namespace, name: name)?.isFinished ?? true
                {
                    return
                }
                try await client.delete(Pod.self, namespace: namespace, name: name)
                return
            } catch let status as Status where status.isNotFound {
                return
            } catch {
                let why = (error as? Status)?.explained("delete", on: "pods") ?? "\(error)"
                logger.warning("helper not deleted", metadata: ["pod": "\(name)", "error": "\(why)"])
                if (error as? Status)?.isForbidden == true { return }
                guard (try? await time.sleep(backoff.next())) != nil else { return }
            }
        }
    }
}
