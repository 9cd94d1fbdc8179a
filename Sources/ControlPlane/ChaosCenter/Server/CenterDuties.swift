import ServiceLifecycle

/// What the Chaos Center does by itself, as long as it runs.
public struct CenterDuties: Service {
    let center: ChaosCenter

    /// The duties of a Chaos Center.
    public init(_ center: ChaosCenter) { self.center = center }

    /// One function for each; they return when they are cancelled.
    private var duties: [@Sendable () async -> Void] {
        [
            { await center.deletedProjects.run() },
            { [center] in await SilentRuns(center: center).watch() },
            { await center.hubs.keepFetched() },
            { await center.gitOps.removeLeftovers() },
            { await AgentDuty(center: center).run() },
        ]
    }

    /// Works until it is cancelled or told to stop.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for duty in duties { group.addTask { await duty() } }
            }
        }
    }
}
