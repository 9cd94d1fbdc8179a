import ControllerRuntime
import KubernetesAPI
import Logging

/// Writes a pod's status beside the pod's work: only what changed, and of several changes only the last.
struct PodStatusWriter: Sendable {
    private enum Command: Sendable {
        case write(JSON)
        /// The last status, then the object's deletion.
        case finish(JSON)
    }

    private let key: ObjectKey
    private let uid: String
    private let context: NodeContext
    private let commands: AsyncStream<Command>
    private let continuation: AsyncStream<Command>.Continuation

    init(pod: Pod, context: NodeContext) {
        key = pod.key
        uid = pod.uid
        self.context = context
        (commands, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func write(_ status: JSON) { continuation.yield(.write(status)) }

    /// Writes the last status and deletes the object; `run` ends then.
    func finish(_ status: JSON) {
        continuation.yield(.finish(status))
        continuation.finish()
    }

    /// Ends `run` when what was asked for is written.
    func close() { continuation.finish() }

    func run() async {
        for await command in commands {
            switch command {
            case .write(let status): await persist("status") { try await patch(status) }
            case .finish(let status):
                await persist("status") { try await patch(status) }
                await persist("deletion") { try await delete() }
            }
        }
    }

    private func patch(_ status: JSON) async throws {
        let change: JSON = ["metadata": ["uid": .string(uid)], "status": Self.clearing(status)]
        _ = try await context.client.patch(
            Pod.self, namespace: key.namespace, name: key.name, subresource: "status", .merge(change),
            options: WriteOptions(fieldManager: "kubelet"))
    }

    /// Members that an earlier status may have had and this one has not are removed.
    private static func clearing(_ status: JSON) -> JSON {
        var members = status.object ?? [:]
        for name in ["reason", "message"] where members[name] == nil { members[name] = .some(.null) }
        return .object(members)
    }

    private func delete() async throws {
        try await context.client.delete(
            Pod.self, namespace: key.namespace, name: key.name,
            options: DeleteOptions(gracePeriodSeconds: 0, uid: uid))
    }

    /// Tries again, more and more slowly, until it worked or the pod is no longer this one.
    private func persist(_ what: String, _ write: () async throws -> Void) async {
        var delay = Duration.milliseconds(20)
        while !Task.isCancelled {
            do {
                return try await write()
            } catch let status as Status where status.isNotFound || status.isConflict || status.code == 422 {
                if status.code == 422 {
                    context.logger.error("pod \(what) refused", metadata: ["pod": "\(key)", "error": "\(status)"])
                }
                return
            } catch {
                context.logger.warning("pod \(what) not written", metadata: ["pod": "\(key)", "error": "\(error)"])
                try? await context.time.sleep(delay)
                delay = min(delay * 2, .seconds(2))
            }
        }
    }
}
