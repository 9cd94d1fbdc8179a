import Foundation
import KubernetesAPI
import KubernetesClient
import Testing

/// The cluster that `LITMUS_TEST_KUBECONFIG` names, any release from 1.20 on.
///
/// A variable of its own, not `KUBECONFIG`: nobody's working cluster is tested on by accident. Each test has namespaces
/// and a kind of its own there, made and removed as it runs. The pods that some tests need run `LITMUS_TEST_IMAGE`
/// (default `localhost/busybox:latest`), which must have `sh`, `cat` and `sleep`.
enum RealCluster {
    static let kubeconfig = ProcessInfo.processInfo.environment["LITMUS_TEST_KUBECONFIG"].flatMap {
        $0.isEmpty ? nil : $0
    }
    static let image = ProcessInfo.processInfo.environment["LITMUS_TEST_IMAGE"] ?? "localhost/busybox:latest"

    /// Others use the cluster too, and its one API server: tests take turns, a few at a time.
    private static let turns = Turns(4)

    static func run(_ body: @Sendable (ConformanceCluster) async throws -> Void) async throws {
        try await turns.take { try await runNow(body) }
    }

    private static func runNow(_ body: @Sendable (ConformanceCluster) async throws -> Void) async throws {
        let kubeconfig = try #require(kubeconfig)
        let connection = try ClusterConnection.find(
            kubeconfig: kubeconfig, environment: ProcessInfo.processInfo.environment)
        let id = String(format: "%08x", UInt32.random(in: 0...(.max)))
        try await HTTPKubernetesClient.with(connection, options: options) { real in
            let client = TenantClient(real, id: id)
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(
                    try await body(
                        ConformanceCluster(
                            client: client, isShared: true,
                            forgetChanges: { Issue.record("what a real cluster keeps cannot be chosen") },
                            asAccount: { name, body in
                                var account = connection
                                account.clientCertificate = nil
                                account.authorization = .token(try await client.token(of: name))
                                try await HTTPKubernetesClient.with(account, options: options) {
                                    try await body(TenantClient($0, id: id))
                                }
                            })))
            } catch {
                outcome = .failure(error)
            }
            try await client.remove()
            try outcome.get()
        }
    }

    private static var options: HTTPKubernetesClient.Options {
        var options = HTTPKubernetesClient.Options()
        options.rateLimit = nil
        return options
    }
}

/// Lets a number of tasks in at a time.
actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take<Value: Sendable>(_ body: @Sendable () async throws -> Value) async rethrows -> Value {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        defer { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
        return try await body()
    }
}
