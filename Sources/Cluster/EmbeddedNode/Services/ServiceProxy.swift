import Host
import Logging

/// Keeps the rules for Services as the cluster's Services are, and removes them at the end.
struct ServiceProxy: Sendable {
    let context: NodeContext

    /// Runs until the task is cancelled.
    func run() async {
        let configuration = context.configuration
        var applied = ""
        var hasRoute = false
        for await table in context.services.changes() {
            let rules = ServiceRules(
                clusterID: configuration.clusterID, services: table, podCIDR: configuration.podCIDR)
            if !hasRoute { hasRoute = await addRoute() }
            let script = rules.script
            guard script != applied else { continue }
            do {
                try await Nftables.run(script)
                applied = script
            } catch {
                context.logger.error("rules for Services not applied", metadata: ["error": "\(error)"])
            }
        }
        await remove()
    }

    /// Leads connections of the host to cluster addresses to the pods' bridge, where the rules take them up; without a
    /// route of their own the host would refuse them or send them away.
    /// - Returns: whether nothing is left to do.
    private func addRoute() async -> Bool {
        guard let network = context.configuration.serviceCIDR, let device = context.configuration.serviceDevice
        else { return true }
        // The runtime makes the bridge with the first pod; until then there is nothing to reach.
        guard IPRoute.devices().contains(device) else { return false }
        do {
            try await IPRoute.batch(["route replace \(network) dev \(device)"])
            return true
        } catch {
            context.logger.warning("no route to cluster addresses", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func remove() async {
        let configuration = context.configuration
        // In a task of its own, because this one is cancelled.
        await Task {
            try? await Nftables.run(ServiceRules.removal(clusterID: configuration.clusterID))
            if let network = configuration.serviceCIDR, let device = configuration.serviceDevice {
                await IPRoute.batchIgnoringErrors(["route del \(network) dev \(device)"])
            }
        }.value
    }
}
