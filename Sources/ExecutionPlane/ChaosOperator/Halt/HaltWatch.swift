import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging

/// The operator's eye on the ConfigMap of a halt.
///
/// The watch only says when to look; the server's answer counts. So neither does a late watch let chaos start after a halt,
/// nor does it abort what was started after the halt was lifted.
struct HaltWatch: Sendable {
    private let informer: Informer<ConfigMap>
    private let client: any APIClient
    private let key: ObjectKey

    init(manager: ControllerManager, namespace: String) {
        client = manager.client
        key = ObjectKey(namespace: namespace, name: Halt.configMapName)
        informer = manager.informer(
            ConfigMap.self, namespace: namespace, fields: FieldSelector(name: Halt.configMapName))
    }

    /// The order as the watch told it; nil where there is none, and before it told anything. Never waits.
    var known: Halt? { Halt(informer.get(key)) }

    /// Asks the server.
    ///
    /// Lists, as the informer does, rather than gets: an operator that may get the order but not list it would start chaos
    /// that no halt reaches. One that loses its permission while chaos is halted keeps to what it knows.
    /// - Throws: what is no matter of permission, such as an unreachable server.
    func read() async throws -> HaltState {
        do {
            let maps = try await client.list(
                ConfigMap.self, namespace: key.namespace, fields: FieldSelector(name: key.name))
            return Halt(maps.first).map(HaltState.inForce) ?? .lifted
        } catch let status as Status where status.isForbidden || status.code == 401 {
            if let known { return .inForce(known) }
            return .unreadable(
                "the operator may not read the ConfigMap \(key), and so cannot know whether chaos is halted "
                    + "(\(status.message)): grant its service account the verbs get, list and watch on configmaps in "
                    + "the namespace \(key.namespace)")
        }
    }

    /// Calls `wake` whenever the order may have changed, and says in log and Event what is wrong with its writing.
    func onChange(events: EventRecorder, logger: Logger, _ wake: @escaping @Sendable () -> Void) {
        informer.addHandler { change in
            wake()
            if case .deleted = change { return }
            guard let halt = Halt(change.object) else { return }
            logger.notice("chaos is halted", metadata: ["order": "\(halt)"])
            for flaw in halt.flaws {
                logger.warning("the halt is unclear", metadata: ["flaw": "\(flaw)"])
                events.warning(change.object.reference, reason: EventReason.haltUnclear.rawValue, flaw)
            }
        }
    }
}
