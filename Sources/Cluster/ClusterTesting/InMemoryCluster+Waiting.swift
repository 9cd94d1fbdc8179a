import KubernetesAPI
import Synchronization

extension InMemoryCluster {
    /// A condition that did not come true in time.
    public struct Timeout: Error, CustomStringConvertible {
        public var description: String
    }

    /// Waits until the objects of a type satisfy `condition`, looking again after each change of the cluster.
    /// - Returns: those objects.
    /// - Throws: `Timeout` that shows the objects.
    @discardableResult
    public func waitFor<R: Resource>(
        _: R.Type, namespace: String? = nil, within limit: Duration = .seconds(10),
        _ condition: @escaping @Sendable ([R]) -> Bool
    ) async throws -> [R] {
        let look: @Sendable () -> [R] = { [self] in
            let objects = shared.withLock { Array(($0.store.objects[R.type.gvr] ?? [:]).values) }
            return objects.map(R.init(json:)).filter { namespace == nil || $0.namespace == namespace }
        }
        return try await withThrowingTaskGroup(of: [R].self) { group in
            group.addTask {
                for await _ in self.changes() {
                    let objects = look()
                    if condition(objects) { return objects }
                }
                throw CancellationError()
            }
            group.addTask {
                try await ContinuousClock().sleep(for: limit)
                let objects = look().map(\.json.description).joined(separator: "\n")
                throw Timeout(description: "not so within \(limit): \(R.type.plural):\n\(objects)")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}
