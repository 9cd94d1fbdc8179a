/// Where the node keeps what belongs to its pods.
struct NodePaths: Sendable, Hashable {
    var dataDirectory: String

    var pods: String { "\(dataDirectory)/pods" }
    func pod(_ uid: String) -> String { "\(pods)/\(uid)" }
    func volume(_ name: String, pod uid: String) -> String { "\(pod(uid))/volumes/\(name)" }
    func logs(container: String, pod uid: String) -> String { "\(pod(uid))/logs/\(container)" }

    func log(_ run: ContainerRun, pod uid: String) -> String {
        "\(logs(container: run.name, pod: uid))/\(run.attempt).log"
    }

    /// Exists when the run has ended and its log is complete.
    func logEnd(_ run: ContainerRun, pod uid: String) -> String {
        "\(logs(container: run.name, pod: uid))/\(run.attempt).end"
    }
}
