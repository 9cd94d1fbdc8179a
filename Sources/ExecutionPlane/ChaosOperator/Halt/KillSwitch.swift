import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging

/// Halts and resumes all chaos of a cluster, from outside of the operator: the work of `litmus halt` and `litmus resume`.
public struct KillSwitch: Sendable {
    let client: any APIClient
    /// The operator's namespace.
    let namespace: String
    let time: TimeSource
    let logger: Logger

    public init(
        client: any APIClient, namespace: String = Halt.defaultNamespace, time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.halt")
    ) {
        self.client = client
        self.namespace = namespace
        self.time = time
        self.logger = logger
    }

    /// Gives the order; the namespace is made where there is none. It holds when this returns, and over restarts.
    ///
    /// A halt that is in force keeps its time and its author; a reason replaces its reason.
    /// - Returns: the order as it now stands.
    /// - Throws: `Status`, such as for a missing permission; the client's error when the server cannot be reached.
    public func halt(reason: String, by author: String) async throws -> Halt {
        let wanted = Halt(reason: reason, since: time.wallClock(), by: author)
        while true {
            do {
                let map = try await client.amend(ConfigMap.self, namespace: namespace, name: Halt.configMapName) {
                    map in
                    var order = wanted
                    if let earlier = Halt(map) {
                        order.since = earlier.since ?? wanted.since
                        order.by = earlier.by.isEmpty ? wanted.by : earlier.by
                        if wanted.reason.isEmpty { order.reason = earlier.reason }
                    }
                    order.write(to: &map)
                    return true
                }
                // One that is being deleted holds no order, whatever stands in it: its successor does.
                if let order = Halt(map) { return order }
                try await time.sleep(.milliseconds(100))
            } catch let status as Status where status.isNotFound {
                try await create(wanted)
            }
        }
    }

    private func create(_ halt: Halt) async throws {
        var map = ConfigMap(name: Halt.configMapName, namespace: namespace)
        map.metadata.labels = ["app.kubernetes.io/part-of": "litmus"]
        halt.write(to: &map)
        do {
            try await ensureNamespace()
            _ = try await client.create(map)
        } catch let status as Status where status.isAlreadyExists {}
    }

    /// A namespace that may not be looked at is taken to be there: the ConfigMap will tell.
    private func ensureNamespace() async throws {
        do {
            guard try await client.find(Namespace.self, name: namespace) == nil else { return }
            var made = Namespace(name: namespace)
            // An uninstallation takes it away, as if it had been made by the installation.
            made.metadata.labels = [
                "app.kubernetes.io/part-of": "litmus", "app.kubernetes.io/managed-by": "litmus",
                "app.kubernetes.io/instance": namespace,
            ]
            _ = try await client.create(made)
        } catch let status as Status where status.isForbidden || status.isAlreadyExists {}
    }

    /// Lifts the halt. Engines that it aborted or refused stay stopped.
    /// - Returns: the order that was in force; nil when there was none.
    /// - Throws: as `halt`.
    public func resume() async throws -> Halt? {
        let map = try await client.find(ConfigMap.self, namespace: namespace, name: Halt.configMapName)
        let order = Halt(map)
        if map != nil { try await client.delete(ConfigMap.self, namespace: namespace, name: Halt.configMapName) }
        return order
    }
}
