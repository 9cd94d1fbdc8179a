import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an installation decides for every pod that the platform makes: which image, and what people's clusters ask of
/// pods. The operator gets it in its environment, and hands it on to runners as it is.
public struct PlatformSettings: Sendable, Hashable, Codable {
    /// Who injects on the nodes of targets, and who undoes when the injector is gone.
    public enum Injection: String, Sendable, Hashable, Codable, CaseIterable {
        /// A helper pod on each node; a watchdog process of the node undoes (the embedded cluster).
        case watchedHelper
        /// A helper pod on each node; the operator starts a revert pod when it vanishes.
        case helper
        /// The node agent of each node does both, without a pod to start.
        case nodeAgent
    }

    /// The image of every role; nil leaves the names that manifests give (the embedded cluster knows them all).
    public var image: String?
    /// `Always`, `IfNotPresent` or `Never`; nil is the manifest's, or the cluster's default.
    public var imagePullPolicy: String?
    /// Names of Secrets, which must be in the namespaces of the engines.
    public var imagePullSecrets: [String] = []
    /// Nodes for pods that do not inject; those that do run where their targets are.
    public var nodeSelector: [String: String] = [:]
    /// Tolerations as in a pod's specification.
    public var tolerations: [JSON] = []
    public var labels: [String: String] = [:]
    public var annotations: [String: String] = [:]
    /// For pods of nothing but `image` that do not inject and say nothing else themselves.
    public var podSecurityContext: JSON = .null
    /// The same for each container of `image`.
    public var containerSecurityContext: JSON = .null
    /// Requests and limits of runners whose engine gives none.
    public var runnerResources: JSON = .null
    public var injection = Injection.watchedHelper

    /// Environment variable of the operator and of runners: these settings as JSON.
    public static let variable = "LITMUS_PLATFORM"

    public init() {}

    /// - Throws: `DecodingError` for a variable that is no JSON of this shape.
    public init(environment: [String: String]) throws {
        guard let text = environment[Self.variable], !text.isEmpty else { return }
        self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    }

    /// A missing key is the default, so that operators and runners of different versions understand each other.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        image = try values.decodeIfPresent(String.self, forKey: .image)
        imagePullPolicy = try values.decodeIfPresent(String.self, forKey: .imagePullPolicy)
        imagePullSecrets = try values.decodeIfPresent([String].self, forKey: .imagePullSecrets) ?? []
        nodeSelector = try values.decodeIfPresent([String: String].self, forKey: .nodeSelector) ?? [:]
        tolerations = try values.decodeIfPresent([JSON].self, forKey: .tolerations) ?? []
        labels = try values.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        annotations = try values.decodeIfPresent([String: String].self, forKey: .annotations) ?? [:]
        podSecurityContext = try values.decodeIfPresent(JSON.self, forKey: .podSecurityContext) ?? .null
        containerSecurityContext = try values.decodeIfPresent(JSON.self, forKey: .containerSecurityContext) ?? .null
        runnerResources = try values.decodeIfPresent(JSON.self, forKey: .runnerResources) ?? .null
        injection = try values.decodeIfPresent(Injection.self, forKey: .injection) ?? .watchedHelper
    }

    /// The variable's value; nil where everything is the default.
    public var variableValue: String? {
        guard self != PlatformSettings() else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension PlatformSettings {
    /// Fills in what the pod does not say itself; what it says wins.
    /// - Parameter injects: a privileged pod on the node of its targets: neither node selector nor security context.
    public func complete(_ pod: inout Pod, injects: Bool) {
        pod.metadata.labels.merge(labels) { own, _ in own }
        pod.metadata.annotations.merge(annotations) { own, _ in own }
        if !tolerations.isEmpty {
            let own = pod.spec["tolerations"].array ?? []
            pod.spec["tolerations"] = .array(own + tolerations.filter { !own.contains($0) })
        }
        let secrets: [JSON] = imagePullSecrets.map { ["name": .string($0)] }
        if !secrets.isEmpty {
            let own = pod.spec["imagePullSecrets"].array ?? []
            pod.spec["imagePullSecrets"] = .array(own + secrets.filter { !own.contains($0) })
        }
        guard !injects else { return }
        if !nodeSelector.isEmpty, pod.spec["nodeSelector"].object?.isEmpty ?? true {
            pod.spec["nodeSelector"] = JSON(nodeSelector)
        }
        restrict(&pod)
    }

    /// Nobody knows what images of others need, so they are left alone, and so is a pod that has one.
    private func restrict(_ pod: inout Pod) {
        let containers = pod.spec["containers"].array ?? []
        if pod.spec["securityContext"].object?.isEmpty ?? true, !podSecurityContext.isNull,
            containers.allSatisfy(isOwn)
        {
            pod.spec["securityContext"] = podSecurityContext
        }
        guard !containerSecurityContext.isNull else { return }
        var needsScratch = false
        pod.spec["containers"] = .array(
            containers.map { container in
                guard isOwn(container) else { return container }
                var container = container
                if container["securityContext"].object?.isEmpty ?? true {
                    container["securityContext"] = containerSecurityContext
                }
                guard container["securityContext", "readOnlyRootFilesystem"] == true else { return container }
                var mounts = container["volumeMounts"].array ?? []
                guard !mounts.contains(where: { $0["mountPath"] == "/tmp" }) else { return container }
                // Commands of probes write there.
                mounts.append(["name": .string(Self.scratchVolume), "mountPath": "/tmp"])
                container["volumeMounts"] = .array(mounts)
                needsScratch = true
                return container
            })
        guard needsScratch else { return }
        let volumes = pod.spec["volumes"].array ?? []
        pod.spec["volumes"] = .array(volumes + [["name": .string(Self.scratchVolume), "emptyDir": [:]]])
    }

    private func isOwn(_ container: JSON) -> Bool { image != nil && container["image"].string == image }

    /// The volume at `/tmp` of containers whose file system is read-only.
    static let scratchVolume = "litmus-tmp"
}
