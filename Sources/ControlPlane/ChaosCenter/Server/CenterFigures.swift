import DocumentStore

/// How much there is of everything, in all projects together; for metrics.
public struct CenterFigures: Sendable, Hashable {
    /// That are not removed.
    public var experiments: Int
    /// All that ever were, by phase, such as `Completed`; `NA` for those whose phase is none that is known.
    public var runs: [String: Int]
    /// Infrastructures that are not removed.
    public var agents: Int
    /// Those of them whose agent is connected.
    public var connectedAgents: Int

    public init(experiments: Int = 0, runs: [String: Int] = [:], agents: Int = 0, connectedAgents: Int = 0) {
        self.experiments = experiments
        self.runs = runs
        self.agents = agents
        self.connectedAgents = connectedAgents
    }
}

extension ChaosCenter {
    /// Counts; each figure is one query.
    /// - Throws: `DocumentStoreError`.
    public func figures() async throws -> CenterFigures {
        let experiments = try await store.experiments.count(.present)
        // By the paths of an index, so that no run is read.
        let phases = try await store.runs.groups(Grouping(by: ["project_id", "phase"]))
        let agents = try await store.infrastructures.groups(Grouping(by: ["is_active"]), where: .present)
        var figures = CenterFigures(experiments: experiments)
        for group in phases {
            // Only phases that are known: an agent can report any text.
            let phase = group.key.last?.string.flatMap(RunPhase.init) ?? .notAvailable
            figures.runs[phase.rawValue, default: 0] += group.count
        }
        figures.agents = agents.reduce(0) { $0 + $1.count }
        figures.connectedAgents = agents.filter { $0.key.first?.bool == true }.reduce(0) { $0 + $1.count }
        return figures
    }

    /// How long the runs took that came to their end in this time, however, from the request on. Each counts once.
    /// - Parameter times: milliseconds since 1970.
    /// - Throws: `DocumentStoreError`.
    public func runDurations(endedIn times: Range<Int64>) async throws -> [Duration] {
        let ended: Filter = .gte("ended_at", times.lowerBound) && .lt("ended_at", times.upperBound)
        let runs = try store.database.collection(named: store.runs.name)
        return try await runs.find(Query(ended, without: ["execution_data", "probes", "commands"])).compactMap { run in
            guard let start = run["created_at"]?.int, let end = run["ended_at"]?.int else { return nil }
            return .milliseconds(max(0, end - start))
        }
    }

    /// Milliseconds since 1970, by the clock of this Chaos Center.
    public var time: Int64 { now() }
}
