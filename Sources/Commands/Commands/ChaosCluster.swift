import ChaosAPI
import ChaosOperator
import EmbeddedCluster
import EmbeddedNode
import InstallManifests
import KubernetesAPI
import Logging
import ServiceLifecycle

/// An embedded cluster with the chaos definitions and the operator: what `litmus up` and `litmus run` start.
struct ChaosCluster: Sendable {
    let limitations: [String]
    let kubeconfigPath: String

    private let cluster: EmbeddedCluster
    private let watchdog: WatchdogProcess
    private let logger: Logger

    /// - Throws: `CommandError` in words for the user.
    static func start(_ configuration: EmbeddedClusterConfiguration, logger: Logger) async throws -> ChaosCluster {
        do {
            let cluster = try await EmbeddedCluster.start(configuration, logger: logger)
            return ChaosCluster(
                limitations: cluster.limitations, kubeconfigPath: cluster.kubeconfigPath, cluster: cluster,
                watchdog: WatchdogProcess(executable: configuration.executable, logger: logger), logger: logger)
        } catch {
            throw CommandError("the cluster cannot start: \(error)")
        }
    }

    /// Runs `body` once the cluster answers, then stops the cluster and removes everything that it made on the machine; a
    /// part of the cluster that ends early ends both.
    /// - Parameter body: gets the administrator's client and the server's URL.
    func serve<Value: Sendable>(
        _ body: @escaping @Sendable (any APIClient, String) async throws -> Value
    ) async throws -> Value {
        let chaos = ChaosOperator(client: cluster.client, logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: (cluster.services + [chaos]).map { .init(service: $0) }, logger: logger))
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await watchdog.guarding {
                    try await group.run("the cluster") {
                        let url = try await cluster.announce()
                        try await install()
                        return try await body(cluster.client, url)
                    }
                })
        } catch {
            result = .failure(error)
        }
        await cluster.close()
        return try result.get()
    }

    /// Puts the chaos definitions into the cluster.
    private func install() async throws {
        for definition in ChaosCRDs.all {
            let name = definition["metadata", "name"].string ?? ""
            _ = try await cluster.client.patch(
                CustomResourceDefinition.self, name: name, .apply(definition),
                options: WriteOptions(fieldManager: "litmus", force: true))
        }
    }
}
