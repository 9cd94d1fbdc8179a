import Logging

/// Follows one order on this node, from the check of what it needs to the last report.
public struct OrderExecution: Sendable {
    private let order: InjectionOrder
    private let targets: any TargetSource
    private let journal: Journal
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let progress: @Sendable (InjectionReport) async -> Void

    /// - Parameter progress: gets every report in order, the last one included.
    public init(
        _ order: InjectionOrder, targets: any TargetSource, journal: Journal = Journal(),
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger,
        progress: @escaping @Sendable (InjectionReport) async -> Void
    ) {
        self.order = order
        self.targets = targets
        self.journal = journal
        self.clock = clock
        self.logger = logger
        self.progress = progress
    }

    /// Returns the last report, `reverted` or `failed`. When the task is cancelled everything is undone at once and
    /// reported as usual.
    public func run() async -> InjectionReport {
        InjectionReport(state: .failed)
    }
}
