import Foundation
import KubernetesAPI
import KubernetesClient
import UnixSignals

/// A process of a pod: connects to its cluster, does its work, and aborts it on SIGTERM.
enum RoleProcess {
    /// - Returns: the exit code.
    static func run(
        kubeconfig: String?,
        _ work: @escaping @Sendable ([String: String], any APIClient) async -> Int32
    ) async -> Int32 {
        let environment = ProcessInfo.processInfo.environment
        do {
            let connection = try connection(kubeconfig: kubeconfig, environment: environment)
            return try await HTTPKubernetesClient.with(connection) { client in
                await untilSignal { await work(environment, client) }
            }
        } catch {
            TextOutput.standardError.write("litmus: \(error)\n")
            return 1
        }
    }

    /// A role in a pod belongs to the pod's cluster, whatever kubeconfig lies in the home directory that it sees.
    static func connection(
        kubeconfig: String?, environment: [String: String]
    ) throws -> ClusterConnection {
        guard kubeconfig == nil, environment["KUBERNETES_SERVICE_HOST"] != nil else {
            return try ClusterConnection.find(kubeconfig: kubeconfig, environment: environment)
        }
        return try ClusterConnection.inCluster(
            environment: environment, directory: PodMounts(environment).source(of: PodMounts.serviceAccount))
    }

    /// A signal cancels the work and waits for its end.
    private static func untilSignal(_ work: @escaping @Sendable () async -> Int32) async -> Int32 {
        await withTaskGroup(of: Int32?.self) { group in
            group.addTask { await work() }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
                return nil
            }
            while let code = await group.next() {
                group.cancelAll()
                if let code { return code }
            }
            return 1
        }
    }
}
