import ControllerRuntime
import KubernetesAPI

extension PodWait {
    /// Waits as a call does, but that the pods cannot be read is one more thing that is missing.
    /// - Throws: `CancellationError`.
    func missing(
        namespace: String, labels: LabelSelector, within limit: Duration,
        until condition: @escaping @Sendable ([Pod]) -> String?
    ) async throws -> String? {
        do {
            return try await self(namespace: namespace, labels: labels, within: limit, until: condition)
        } catch let status as Status {
            return status.explained("list", on: "pods")
        } catch let error as NeverListed {
            return "\(error)"
        }
    }
}
