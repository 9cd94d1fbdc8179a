import ChaosAPI
import KubernetesAPI

/// Which containers of a chosen pod are hit.
public enum ContainerChoice: Sendable, Hashable, Codable {
    /// The first of the pod's specification.
    case first
    /// Each of these; every pod must have them all.
    case named([String])
    case all

    /// What a variable asks for that may hold one name, several, or `all` in any case; nothing asks for the first.
    public init(_ read: TunableReader, _ variable: String) {
        let names = read.list(variable)
        if names.isEmpty {
            self = .first
        } else {
            self = names.contains { $0.lowercased() == "all" } ? .all : .named(names)
        }
    }

    /// Each name once, in the order of the pod.
    func names(in pod: Pod) throws(FaultError) -> [String] {
        let present = pod.containers.map(\.name)
        switch self {
        case .first: return [present.first ?? ""]
        case .all: return present
        case .named(let wanted):
            let missing = wanted.filter { !present.contains($0) }
            guard missing.isEmpty else {
                throw FaultError(
                    .helper,
                    "target pod doesn't contains all the target containers: '\(missing.joined(separator: ","))', "
                        + "set by TARGET_CONTAINER ENV; it has \(present.joined(separator: ", "))",
                    target: "{podName: \(pod.name), namespace: \(pod.namespace)}")
            }
            return present.filter(wanted.contains)
        }
    }
}
