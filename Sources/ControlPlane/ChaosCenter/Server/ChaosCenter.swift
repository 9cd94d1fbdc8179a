import Authentication
import DocumentStore
import Foundation
import Logging

/// The Chaos Center: environments, infrastructures, hubs, probes, experiments and their runs, in a document database.
/// ``CenterAPI`` serves it.
public struct ChaosCenter: Sendable {
    public let settings: ChaosCenterSettings
    public let authentication: AuthenticationServer
    let store: CenterStore
    let audit: AuditLog
    let agentState: AgentState
    /// How many runs of a project fit.
    let runCounts: ReadCache<Filter, Int>
    /// Pages of runs of a project, in brief.
    let runPages: ReadCache<Query, [ExperimentRun]>
    let git: Git
    let hubLibrary: HubLibrary
    /// Locks of projects and repositories, for what is done in working copies.
    let repositories = KeyedLimiter(width: 1)
    let keyMaker = KeyedLimiter(width: 1)
    /// Milliseconds since 1970.
    let startedAt: Int64
    let logger: Logger
    private let clock: @Sendable () -> Date

    /// Makes what is missing in the database, and ends what a crash left undone.
    /// - Parameter now: the time; tests set it.
    /// - Throws: `DocumentStoreError`.
    public static func open(
        _ database: DocumentDatabase, authentication: AuthenticationServer, settings: ChaosCenterSettings,
        logger: Logger = Logger(label: "litmus.center"), now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> ChaosCenter {
        let store = try await CenterStore(database)
        try await AgentPresence.reset(store)
        return ChaosCenter(
            store, authentication: authentication, settings: settings, logger: logger, clock: now)
    }

    private init(
        _ store: CenterStore, authentication: AuthenticationServer, settings: ChaosCenterSettings, logger: Logger,
        clock: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.authentication = authentication
        self.settings = settings
        self.logger = logger
        self.clock = clock
        audit = AuditLog(events: store.auditEvents)
        agentState = AgentState(store) { Self.milliseconds(clock()) }
        runCounts = ReadCache(store.database, of: [store.runs.name], by: "project_id", capacity: 1000, now: clock)
        runPages = ReadCache(store.database, of: [store.runs.name], by: "project_id", capacity: 200, now: clock)
        git = Git(settings)
        git.removeLeftovers()
        hubLibrary = HubLibrary(git, settings, logger)
        startedAt = Self.milliseconds(clock())
    }

    /// Milliseconds since 1970.
    @Sendable func now() -> Int64 { Self.milliseconds(clock()) }

    private static func milliseconds(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
    }

    var agents: AgentService { AgentService(center: self) }
    var runs: RunService { RunService(center: self) }
    var hubs: HubService { HubService(center: self) }
    var gitOps: GitOpsService { GitOpsService(center: self) }
}
