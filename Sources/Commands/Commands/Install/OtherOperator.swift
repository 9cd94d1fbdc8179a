import InstallManifests
import KubernetesAPI

/// A chaos operator on the cluster that is not of the installation at hand, and would work on the same engines.
struct OtherOperator: Sendable, Hashable {
    var key: ObjectKey
    /// Whether it is Litmus of this program, in another namespace.
    var isOurs: Bool

    /// What to do about it.
    var complaint: String {
        let what = isOurs ? "another installation of this Litmus" : "an operator of LitmusChaos"
        let remedy =
            isOurs
            ? "litmus uninstall --namespace \(key.namespace)"
            : "kubectl scale deployment \(key.name) -n \(key.namespace) --replicas=0"
        return """
            the Deployment \(key) is \(what) and works on the same engines; two operators would fight over them.
            Stop it first (\(remedy)), or say --force
            """
    }

    /// Those that work on engines which the installation works on too. Pure.
    static func found(in deployments: [Deployment], beside installation: Installation) -> [OtherOperator] {
        deployments.compactMap { deployment in
            let isOurs = Installer.isOurs(deployment.json)
            if isOurs, deployment.namespace == installation.namespace { return nil }
            guard isOurs || isUpstream(deployment), deployment.replicas > 0,
                overlaps(watched(by: deployment), installation)
            else { return nil }
            return OtherOperator(key: deployment.key, isOurs: isOurs)
        }
    }

    private static func isUpstream(_ deployment: Deployment) -> Bool {
        if ["chaos-operator-ce", "chaos-operator"].contains(deployment.name) { return true }
        return containers(of: deployment).contains { $0.image.imageName == "chaos-operator" }
    }

    private static func containers(of deployment: Deployment) -> [Container] {
        (deployment.template["spec", "containers"].array ?? []).map(Container.init)
    }

    /// The one namespace that it watches; nil for all.
    private static func watched(by deployment: Deployment) -> String? {
        for container in containers(of: deployment) {
            for variable in container.json["env"].array ?? [] where variable["name"] == "WATCH_NAMESPACE" {
                if !variable["valueFrom"].isNull { return deployment.namespace }
                let value = variable["value"].string ?? ""
                return value.isEmpty ? nil : value
            }
        }
        return nil
    }

    private static func overlaps(_ watched: String?, _ installation: Installation) -> Bool {
        guard let watched, installation.scope == .namespace else { return true }
        return watched == installation.namespace
    }
}

extension String {
    /// `chaos-operator` of `registry:5000/litmuschaos/chaos-operator:3.1@sha256:…`.
    fileprivate var imageName: String {
        let last = split(separator: "/").last ?? ""
        return String(last.prefix { $0 != ":" && $0 != "@" })
    }
}
