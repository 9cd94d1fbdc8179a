import DequeModule
import KubernetesAPI
import Logging
import ServiceLifecycle
import Synchronization

/// Writes core/v1 Events about objects, in the background and in order. Never fails and never delays the caller.
///
/// The same event again (object, type, reason and message) raises `count` and `lastTimestamp` of the first. When the
/// server is slower than the events come, the oldest waiting ones are dropped.
public final class EventRecorder: ServiceLifecycle.Service {
    private let client: any APIClient
    private let component: String
    private let host: String
    private let time: TimeSource
    private let logger: Logger
    private let waiting = Mutex<Deque<EventRecord>>([])
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    private let sender = Sender()

    private static let capacity = 1000

    /// - Parameters:
    ///   - component: stands in `source.component`, such as `deployment-controller`.
    ///   - host: the node's name, for events of a node's agent; empty otherwise.
    public init(
        client: any APIClient, component: String, host: String = "", time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.events")
    ) {
        self.client = client
        self.component = component
        self.host = host
        self.time = time
        self.logger = logger
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    public func normal(_ object: ObjectReference, reason: String, _ message: String) {
        record(EventRecord(object: object, isWarning: false, reason: reason, message: message))
    }

    public func warning(_ object: ObjectReference, reason: String, _ message: String) {
        record(EventRecord(object: object, isWarning: true, reason: reason, message: message))
    }

    private func record(_ record: EventRecord) {
        waiting.withLock { waiting in
            if waiting.count >= Self.capacity { waiting.removeFirst() }
            waiting.append(record)
        }
        wakeUp.yield()
    }

    /// Sends events as they come, until shut down gracefully; then what is left.
    public func run() async {
        for await _ in wakeUps.cancelOnGracefulShutdown() { await sender.drain(self) }
        await flush()
    }

    /// Returns when every event recorded before has been sent or given up, a second later at most. The last events before
    /// an end are sent although the caller is being cancelled.
    public func flush() async {
        await lastWords(within: .seconds(1)) { await self.sender.drain(self) }
    }

    fileprivate func next() -> EventRecord? { waiting.withLock { $0.popFirst() } }

    fileprivate func send(_ record: EventRecord, _ aggregator: inout EventAggregator) async {
        let now = time.wallClock()
        do {
            if let known = aggregator.repetition(of: record) {
                do {
                    _ = try await client.patch(
                        Event.self, namespace: known.key.namespace, name: known.key.name,
                        EventRecord.repetition(count: known.count, at: now))
                    return
                } catch let status as Status where status.isNotFound {
                    aggregator.forget(record)
                }
            }
            let created = try await client.create(record.event(component: component, host: host, at: now))
            aggregator.remember(record, as: created.key)
        } catch is CancellationError {
            waiting.withLock { $0.prepend(record) }
        } catch {
            logger.debug(
                "event not written",
                metadata: ["object": "\(record.object.name)", "reason": "\(record.reason)", "error": "\(error)"])
        }
    }
}

/// One event at a time, however many ask.
private actor Sender {
    private var aggregator = EventAggregator()
    private var isDraining = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func drain(_ recorder: EventRecorder) async {
        if isDraining {
            await withCheckedContinuation { waiters.append($0) }
            return
        }
        isDraining = true
        while !Task.isCancelled, let record = recorder.next() {
            var aggregator = self.aggregator
            await recorder.send(record, &aggregator)
            self.aggregator = aggregator
        }
        isDraining = false
        for waiter in waiters { waiter.resume() }
        waiters = []
    }
}
