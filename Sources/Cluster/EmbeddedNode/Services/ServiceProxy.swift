import Host
import Logging

/// Keeps the rules for Services as the cluster's Services are, and removes them at the end.
struct ServiceProxy: Sendable {
    let context: NodeContext

    /// Runs until the task is cancelled.
    func run() async {
        let id = context.configuration.clusterID
        var applied = ""
        for await table in context.services.changes() {
            let script = ServiceRules(clusterID: id, services: table).script
            guard script != applied else { continue }
            do {
                try await Nftables.run(script)
                applied = script
            } catch is CancellationError {
                // The rules go in a moment.
            } catch {
                context.logger.error("rules for Services not applied", metadata: ["error": "\(error)"])
            }
        }
        // In a task of its own, because this one is cancelled.
        await Task { try? await Nftables.run(ServiceRules.removal(clusterID: id)) }.value
    }
}
