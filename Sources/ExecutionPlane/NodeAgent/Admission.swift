import ChaosAPI
import Injection
import KubernetesAPI

/// Whether whoever made an order may have it carried out: the agent can do everything on its node, so it does for a
/// service account only what a role grants that account.
struct Admission: Sendable {
    let client: any APIClient

    /// Asks about each namespace with a target.
    /// - Parameter pod: the order's; its service account answers for it.
    /// - Returns: why not; nil when all is granted.
    func refusal(_ order: InjectionOrder, of pod: Pod) async -> InjectionError? {
        guard order.id == pod.name else {
            return InjectionError(
                code: .helper, reason: "the order's id \(order.id) is not the name of its pod, \(pod.name)")
        }
        let account = pod.spec["serviceAccountName"].string ?? "default"
        return await withTaskGroup(of: InjectionError?.self) { group in
            for namespace in Set(order.targets.map(\.namespace)) {
                group.addTask { await refusal(account, of: pod.namespace, in: namespace) }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
    }

    private func refusal(_ account: String, of home: String, in namespace: String) async -> InjectionError? {
        let review: JSON = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "metadata": [:],
            "spec": [
                "user": .string("system:serviceaccount:\(home):\(account)"),
                "groups": [
                    "system:serviceaccounts", .string("system:serviceaccounts:\(home)"), "system:authenticated",
                ],
                "resourceAttributes": [
                    "verb": "create", "group": .string(ChaosAPIGroup.name),
                    "resource": .string(HelperContract.injectionResource), "namespace": .string(namespace),
                ],
            ],
        ]
        let type = GroupVersionResource(
            group: "authorization.k8s.io", version: "v1", resource: "subjectaccessreviews")
        let resource = "\(HelperContract.injectionResource).\(ChaosAPIGroup.name)"
        do {
            let answer = try await client.create(
                type, namespace: nil, name: nil, subresource: nil, object: review, options: WriteOptions())
            if answer["status", "allowed"].bool == true { return nil }
            return InjectionError(
                code: .helper,
                reason: "the service account \(account) of namespace \(home) may not inject in namespace \(namespace): "
                    + "grant it the verb create on \(resource) there ('litmus rbac FILE' prints the role for an engine)"
            )
        } catch {
            let why = (error as? Status)?.explained("create", on: "subjectaccessreviews.authorization.k8s.io")
            return InjectionError(
                code: .helper,
                reason: "nothing is injected, because the node agent could not find out whether the service account "
                    + "\(account) of namespace \(home) may create \(resource) in namespace \(namespace): "
                    + (why ?? "\(error)"))
        }
    }
}
