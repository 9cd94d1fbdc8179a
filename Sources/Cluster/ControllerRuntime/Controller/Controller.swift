import KubernetesAPI
import Logging
import ServiceLifecycle
import Synchronization

/// Runs a reconciler: sources put keys into a queue, workers take them out, each key one at a time.
///
/// Starts once its sources are synced and stops at once when cancelled or shut down gracefully: a reconciliation that is
/// under way is cancelled and takes place anew after the next start.
public final class Controller: ServiceLifecycle.Service {
    public let name: String
    private let reconciler: any Reconciler
    private let sources: [Source]
    private let workers: Int
    private let queue: WorkQueue<ObjectKey>
    private let logger: Logger
    private let counts = Mutex(ReconcileCounts())

    public init(
        _ name: String, reconciler: any Reconciler, sources: [Source], workers: Int = 2,
        limits: WorkQueueLimits = WorkQueueLimits(), time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.controller")
    ) {
        self.name = name
        self.reconciler = reconciler
        self.sources = sources
        self.workers = max(1, workers)
        queue = WorkQueue(limits: limits, time: time)
        var logger = logger
        logger[metadataKey: "controller"] = "\(name)"
        self.logger = logger
    }

    /// What was done since the start.
    public var reconciliations: ReconcileCounts { counts.withLock { $0 } }

    /// Wakes the controller for a key, from outside of its sources.
    public func enqueue(_ key: ObjectKey) { queue.add(key) }

    /// Waits until every key that is known now has been reconciled; retries and delayed keys do not count.
    public func waitUntilIdle() async { await queue.waitUntilIdle() }

    public func run() async {
        await cancelWhenGracefulShutdown { await self.work() }
    }

    private func work() async {
        do {
            for source in sources { try await source.waitForSync() }
        } catch {
            return
        }
        let stops = sources.map { $0.start { [queue] key in queue.add(key) } }
        logger.debug("controller started")
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.queue.run() }
                for _ in 0..<workers {
                    group.addTask {
                        while let key = await self.queue.next() { await self.process(key) }
                    }
                }
            }
        } onCancel: {
            queue.shutDown()
        }
        for stop in stops { stop() }
        logger.debug("controller stopped")
    }

    private func process(_ key: ObjectKey) async {
        defer { queue.done(key) }
        do {
            let requeue = try await reconciler.reconcile(key)
            counts.withLock { $0.succeeded += 1 }
            queue.forget(key)
            if case .after(let delay) = requeue { queue.add(key, after: delay) }
        } catch let error as TerminalError {
            counts.withLock { $0.failed += 1 }
            queue.forget(key)
            logger.error(
                "reconciliation failed for good", metadata: ["key": "\(key)", "error": "\(error.underlying)"])
        } catch {
            if Task.isCancelled { return }
            counts.withLock { $0.failed += 1 }
            let delay = queue.addAfterFailure(key)
            // Conflicts and the like are everyday; only what keeps failing is worth a line.
            let level: Logger.Level = queue.failureCount(key) >= 4 ? .warning : .debug
            logger.log(
                level: level, "reconciliation failed, trying again",
                metadata: ["key": "\(key)", "error": "\(error)", "after": "\(delay)"])
        }
    }
}

/// How often a controller's reconciler was called, and came to its end or threw.
public struct ReconcileCounts: Sendable, Hashable {
    public var succeeded: Int
    public var failed: Int

    public init(succeeded: Int = 0, failed: Int = 0) {
        self.succeeded = succeeded
        self.failed = failed
    }
}
