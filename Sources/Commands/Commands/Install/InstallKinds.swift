import ChaosAPI
import KubernetesAPI

/// The kinds of objects that installations consist of.
enum InstallKinds {
    private static let rbac = "rbac.authorization.k8s.io"

    static let clusterRole = ResourceType(
        group: rbac, version: "v1", kind: "ClusterRole", plural: "clusterroles", isNamespaced: false)
    static let clusterRoleBinding = ResourceType(
        group: rbac, version: "v1", kind: "ClusterRoleBinding", plural: "clusterrolebindings", isNamespaced: false)
    static let role = ResourceType(group: rbac, version: "v1", kind: "Role", plural: "roles")
    static let roleBinding = ResourceType(group: rbac, version: "v1", kind: "RoleBinding", plural: "rolebindings")

    /// In the order in which they are removed: who works first, what it may do after that.
    static let namespaced: [ResourceType] = [
        Deployment.type, DaemonSet.type, roleBinding, role, ServiceAccount.type, ConfigMap.type, Secret.type,
        Lease.type,
    ]
    static let clusterScoped: [ResourceType] = [clusterRoleBinding, clusterRole]

    /// The resources of users, in the order in which they are removed.
    static let chaos: [ResourceType] = [ChaosEngine.type, ChaosResult.type, ChaosExperiment.type]

    private static let all =
        namespaced + clusterScoped + chaos + [Namespace.type, CustomResourceDefinition.type]

    /// - Throws: `CommandError` for an object of another kind.
    static func type(of object: JSON) throws -> ResourceType {
        let kind = object["kind"].string
        guard let type = all.first(where: { $0.kind == kind }) else {
            throw CommandError("an installation has no objects of kind \(kind ?? "(none)")")
        }
        return type
    }
}

extension Status {
    /// What the server said, and for a refusal the rule that would allow it.
    func withRule(_ type: ResourceType, _ verbs: [String]) -> CommandError {
        if code == 401 {
            return CommandError(
                "the cluster answered: \(message) (401): it does not accept the credentials of the kubeconfig; has the "
                    + "token or the certificate expired?")
        }
        guard isForbidden else { return CommandError("the cluster answered: \(message)") }
        let list = verbs.joined(separator: ", ")
        return CommandError(
            "the cluster answered: \(message)\nThe rule that allows it: {apiGroups: [\"\(type.group)\"], "
                + "resources: [\(type.plural)], verbs: [\(list)]}"
                + (type.isNamespaced ? "" : " in a ClusterRole"))
    }
}
