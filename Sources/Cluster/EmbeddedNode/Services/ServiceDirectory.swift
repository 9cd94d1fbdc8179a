import ControllerRuntime
import KubernetesAPI
import Logging
import Synchronization

/// The Services of the cluster and where they lead, as the node last saw them.
final class ServiceDirectory: Sendable {
    private let services: Informer<Service>
    private let slices: Informer<EndpointSlice>
    private let settle: Duration
    private let time: TimeSource
    private let state = Mutex(State())

    private struct State {
        var table = ServiceTable()
        var listeners: [AsyncStream<ServiceTable>.Continuation] = []
    }

    /// - Parameter settle: how long to wait for further changes before telling of the first.
    init(client: any APIClient, time: TimeSource, settle: Duration = .milliseconds(3), logger: Logger) {
        services = Informer(Service.self, client: client, time: time, logger: logger)
        slices = Informer(EndpointSlice.self, client: client, time: time, logger: logger)
        self.time = time
        self.settle = settle
    }

    /// Follows the cluster until the task is cancelled.
    func run() async {
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        services.addHandler { _ in continuation.yield() }
        slices.addHandler { _ in continuation.yield() }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.services.run() }
            group.addTask { await self.slices.run() }
            for await _ in changes {
                guard (try? await time.sleep(settle)) != nil else { break }
                publish()
            }
        }
    }

    func waitForSync() async throws {
        try await services.waitForSync()
        try await slices.waitForSync()
        publish()
    }

    /// The Services with their ready endpoints.
    var table: ServiceTable { state.withLock { $0.table } }

    /// The table now and after each change; of several changes only the last.
    func changes() -> AsyncStream<ServiceTable> {
        let (stream, continuation) = AsyncStream<ServiceTable>.makeStream(bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            continuation.yield(state.table)
            state.listeners.append(continuation)
        }
        return stream
    }

    private func publish() {
        let next = ServiceTable(services: services.list(), slices: slices.list())
        state.withLock { state in
            guard next != state.table else { return }
            state.table = next
            state.listeners = state.listeners.filter { listener in
                if case .terminated = listener.yield(next) { return false }
                return true
            }
        }
    }

    /// The first endpoint of Service `kubernetes`.
    var apiServer: NodeConfiguration.Endpoint? {
        let key = ObjectKey(namespace: "default", name: "kubernetes")
        let table = ServiceTable(services: services.get(key).map { [$0] } ?? [], slices: slices.list())
        return table[key]?.ports.first?.targets.first.map { .init(host: $0.address, port: $0.port) }
    }

    /// The variables that tell a container where Services are.
    ///
    /// - Parameters:
    ///   - linksAll: also those of the pod's namespace, not only the API server's.
    ///   - apiServer: replaces the address of Service `kubernetes`.
    func variables(
        namespace: String, linksAll: Bool, apiServer: NodeConfiguration.Endpoint?
    ) -> [(name: String, value: String)] {
        // Straight from the caches: a Service made just before the pod must be there.
        let table = ServiceTable(services: services.list(), slices: [])
        return ServiceVariables(table: table, apiServer: apiServer).all(namespace: namespace, linksAll: linksAll)
    }
}
