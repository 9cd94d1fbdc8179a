import ChaosAPI
import KubernetesAPI

/// What a person decides about an installation on a cluster, and from it every object that the installation consists of.
///
/// Pure: the same choices give the same objects, in the order in which they are to be made.
public struct Installation: Sendable, Hashable {
    /// Where engines are heeded.
    public enum Scope: String, Sendable, CaseIterable {
        /// In every namespace.
        case cluster
        /// In the installation's own namespace; nothing is granted outside of it but what no Role can grant.
        case namespace
    }

    public var namespace = Halt.defaultNamespace
    /// Whether the Namespace is one of the objects.
    public var makesNamespace = true
    /// Whether the CustomResourceDefinitions are; they need an administrator of the cluster.
    public var makesDefinitions = true
    public var scope = Scope.cluster
    /// Whether there may be a ClusterRole in the scope `namespace`. It needs an administrator too; without it helpers on
    /// a node that is gone are kept until somebody lets them go.
    public var makesClusterRoles = true
    /// The account of every Deployment; nil gives each one of its own name.
    public var serviceAccount: String?
    public var makesServiceAccount = true
    /// The Chaos Center whose infrastructure this is; such an installation has one Deployment for all components.
    public var registration: AgentRegistration?
    /// A Deployment for each component instead of one for all.
    public var isSplit = false
    /// Of each Deployment; one of them works, the others wait for its lease.
    public var replicas = 1
    /// A DaemonSet injects and reverts on the nodes, so that no pod has to start for it.
    public var hasNodeAgent = false
    /// The complete reference of the one image of every role.
    public var image: String
    /// `Always`, `IfNotPresent` or `Never`; nil is the cluster's default for the image's tag.
    public var imagePullPolicy: String?
    public var imagePullSecrets: [String] = []
    /// For pods that do not inject, beside `kubernetes.io/os: linux`.
    public var nodeSelector: [String: String] = [:]
    /// As in a pod's specification.
    public var tolerations: [JSON] = []
    /// Of the pods that do not inject; nil leaves it to the cluster, which may assign each namespace a range.
    public var user: Int64? = PodSecurity.user
    /// For every object but the definitions, and for every pod that the platform makes; Litmus' own labels win.
    public var labels: [String: String] = [:]
    public var annotations: [String: String] = [:]
    /// Of the program, for labels.
    public var version: String

    public init(image: String, version: String) {
        self.image = image
        self.version = version
    }

    /// The reference of the image that an installation names.
    /// - Parameters:
    ///   - image: where nobody says, `litmus:VERSION` of the registry, or of `localhost`: what `make image` builds, and a
    ///     name that no node looks for on the internet.
    ///   - registry: goes before it, such as `registry.example.com/chaos`; nil for none.
    public static func imageReference(_ image: String?, registry: String?, version: String) -> String {
        guard let registry, !registry.isEmpty else { return image ?? "localhost/litmus:\(version)" }
        let image = image ?? "litmus:\(version)"
        return registry.hasSuffix("/") ? registry + image : "\(registry)/\(image)"
    }

    /// The image runs nowhere else.
    static let onLinux = ["kubernetes.io/os": "linux"]

    /// What the operator, and through it every pod that it makes, is told of these choices.
    public var platform: PlatformSettings {
        var platform = PlatformSettings()
        platform.image = image
        platform.imagePullPolicy = imagePullPolicy
        platform.imagePullSecrets = imagePullSecrets
        platform.nodeSelector = Self.onLinux.merging(nodeSelector) { $1 }
        platform.tolerations = tolerations
        platform.labels = labels
        platform.annotations = annotations
        platform.podSecurityContext = PodSecurity.restrictedPod(user: user)
        platform.containerSecurityContext = PodSecurity.restrictedContainer
        platform.runnerResources = Footprint.runner
        platform.injection = hasNodeAgent ? .nodeAgent : .helper
        return platform
    }
}
