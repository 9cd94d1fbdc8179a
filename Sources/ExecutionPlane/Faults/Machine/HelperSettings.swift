import ChaosAPI
import FaultCatalog

/// How the helper pods of a fault are made: the tunables that change nothing of what is injected.
public struct HelperSettings: Sendable, Hashable {
    public enum PullPolicy: String, Sendable, Hashable, CaseIterable {
        case always = "Always"
        case ifNotPresent = "IfNotPresent"
        case never = "Never"
    }

    private enum ContainerRuntime: String, CaseIterable {
        case docker
        case containerd
        case crio
    }

    public var image: String
    public var imagePullPolicy: PullPolicy
    public var terminationGracePeriodSeconds: Int
    /// Empty: that of the experiment's pod.
    public var serviceAccount: String
    /// Whether annotations, image pull secrets and resources of the experiment's pod are copied; its labels always are.
    public var copiesExperimentPod: Bool

    /// - Throws: `FaultError`, also for a `CONTAINER_RUNTIME` that Litmus does not know, although targets are found
    ///   without asking one.
    public init(_ read: TunableReader) throws(FaultError) {
        image = read.string("LIB_IMAGE", default: FaultDescription.defaultHelperImage)
        imagePullPolicy = try read.choice("LIB_IMAGE_PULL_POLICY", default: .always)
        terminationGracePeriodSeconds = try read.int(
            "TERMINATION_GRACE_PERIOD_SECONDS", default: 0, in: 0...Int(Int32.max))
        serviceAccount = read.string("CHAOS_SERVICE_ACCOUNT")
        copiesExperimentPod = try read.bool("SET_HELPER_DATA", default: true)
        let runtime = read.string("CONTAINER_RUNTIME", default: ContainerRuntime.containerd.rawValue)
        guard ContainerRuntime(rawValue: runtime.lowercased()) != nil else {
            let known = ContainerRuntime.allCases.map(\.rawValue).joined(separator: ", ")
            throw FaultError(.helper, "unsupported container runtime: \(runtime): CONTAINER_RUNTIME is one of \(known)")
        }
    }
}
