import DocumentStore

/// Keeps `is_active` of infrastructures what the registry says, and tells of changes.
///
/// Agents come and go faster than documents are written. One task at a time writes for an infrastructure, and goes on
/// until the document says what is true; so the last change wins, whatever the order of the connections' ends.
actor AgentPresence {
    private let store: CenterStore
    private let registry: AgentRegistry
    private let events: InfraEvents
    private let now: @Sendable () -> Int64
    private var writing: Set<String> = []
    private var changed: Set<String> = []

    init(
        _ store: CenterStore, _ registry: AgentRegistry, _ events: InfraEvents, now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.registry = registry
        self.events = events
        self.now = now
    }

    /// Stores whether the agent of an infrastructure is connected. To be called after each change.
    /// - Throws: `DocumentStoreError`; ``settleChanged()`` tries again.
    func settle(_ infraID: String) async throws {
        changed.insert(infraID)
        guard writing.insert(infraID).inserted else { return }
        defer { writing.remove(infraID) }
        while changed.contains(infraID) {
            changed.remove(infraID)
            do {
                try await write(infraID)
            } catch {
                changed.insert(infraID)
                throw error
            }
        }
    }

    /// Stores what could not be stored when it changed.
    func settleChanged() async throws {
        for infraID in changed { try await settle(infraID) }
    }

    private func write(_ infraID: String) async throws {
        let isActive = registry[infraID] != nil
        let infrastructure = try await store.infrastructures.update(
            .eq("infra_id", infraID) && .ne("is_active", isActive),
            Update().set("is_active", isActive).set("last_seen_at", now()))
        if let infrastructure { events.publish(isActive ? .live : .offline, infrastructure) }
    }

    // MARK: Over restarts

    private static let heartbeatKey = "agents_seen_at"

    /// Notes that the agents that are connected now, are: one document for all of them, as there may be thousands.
    func beat() async throws {
        guard !registry.isEmpty else { return }
        try await store.serverConfig.update(
            .eq("key", Self.heartbeatKey), Update().set("value", "\(now())"), upsert: true)
    }

    /// To be called at the start, when no agent is connected: a process that ended in a crash has left infrastructures
    /// active, which were last seen when it last noted so.
    static func reset(_ store: CenterStore) async throws {
        let stale: Filter = .eq("is_active", true)
        let inactive = Update().set("is_active", false)
        let beat = try await store.serverConfig.first(.eq("key", heartbeatKey)).flatMap { Int64($0.value) }
        if let beat {
            try await store.infrastructures.updateAll(
                stale && .lt("last_seen_at", beat), inactive.set("last_seen_at", beat))
        }
        try await store.infrastructures.updateAll(stale, inactive)
    }
}
