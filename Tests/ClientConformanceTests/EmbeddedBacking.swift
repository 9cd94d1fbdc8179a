import EmbeddedAPIServer
import EmbeddedCluster
import EmbeddedNode
import KubernetesAPI
import KubernetesClient
import Logging
import ServiceLifecycle
import Testing

/// The embedded cluster with its node and controllers. Without root, containers are plain processes.
enum EmbeddedBacking {
    static func run(overHTTPS: Bool, _ body: @escaping @Sendable (ConformanceCluster) async throws -> Void) async throws
    {
        var logger = Logger(label: "conformance")
        logger.logLevel = .critical
        let image = ImageTable.Row(pattern: RealCluster.image, target: .host)
        let cluster = try await EmbeddedCluster.start(
            EmbeddedClusterConfiguration(storage: .ephemeral, images: [image]), logger: logger)
        let group = ServiceGroup(services: cluster.services, logger: logger)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await group.run() }
                    _ = try await cluster.announce()
                    let result = await result { try await serve(cluster, overHTTPS, body) }
                    await group.triggerGracefulShutdown()
                    try await tasks.waitForAll()
                    try result.get()
                })
        } catch {
            outcome = .failure(error)
        }
        await cluster.close()
        try outcome.get()
    }

    private static func serve(
        _ cluster: EmbeddedCluster, _ overHTTPS: Bool, _ body: @Sendable (ConformanceCluster) async throws -> Void
    ) async throws {
        let forget: @Sendable () async throws -> Void = { Issue.record("what this cluster keeps is not chosen") }
        guard overHTTPS else {
            return try await body(
                ConformanceCluster(
                    client: cluster.client, isShared: true, forgetChanges: forget,
                    asAccount: { name, body in
                        try await body(cluster.client(as: .serviceAccount(namespace: "test", name: name, uid: "")))
                    }))
        }
        let connection = try ClusterConnection.find(kubeconfig: cluster.kubeconfigPath, environment: [:])
        try await HTTPKubernetesClient.with(connection) { client in
            try await body(
                ConformanceCluster(
                    client: client, isShared: true, forgetChanges: forget,
                    asAccount: { name, body in
                        var account = connection
                        account.authorization = .token(try await client.token(of: name))
                        try await HTTPKubernetesClient.with(account, body)
                    }))
        }
    }

    private static func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
