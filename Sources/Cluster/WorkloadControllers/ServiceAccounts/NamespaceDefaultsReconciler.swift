import ControllerRuntime
import KubernetesAPI

/// Gives each namespace what pods rely on: the service account `default` and the ConfigMap `kube-root-ca.crt`.
struct NamespaceDefaultsReconciler: Reconciler {
    static let accountName = "default"
    static let rootCAName = "kube-root-ca.crt"

    let namespaces: Informer<Namespace>
    /// Those named `default` only.
    let accounts: Informer<ServiceAccount>
    /// Those named `kube-root-ca.crt` only.
    let rootCAs: Informer<ConfigMap>
    /// PEM; empty: no ConfigMap is made.
    let rootCA: String

    var sources: [Source] {
        let toNamespace: @Sendable (String) -> [ObjectKey] = { [ObjectKey(namespace: "", name: $0)] }
        return [
            .kind(namespaces), .mapped(accounts) { toNamespace($0.namespace) },
            .mapped(rootCAs) { toNamespace($0.namespace) },
        ]
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let namespace = namespaces.get(key), !namespace.metadata.isBeingDeleted else { return .never }
        if accounts.get(ObjectKey(namespace: key.name, name: Self.accountName)) == nil {
            try await create(ServiceAccount(name: Self.accountName, namespace: key.name), in: accounts)
        }
        guard !rootCA.isEmpty else { return .never }
        let data = ["ca.crt": rootCA]
        let rootCAKey = ObjectKey(namespace: key.name, name: Self.rootCAName)
        if rootCAs.get(rootCAKey) == nil {
            var map = ConfigMap(name: Self.rootCAName, namespace: key.name)
            map.metadata.annotations = [
                "kubernetes.io/description":
                    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints."
            ]
            map.data = data
            try await create(map, in: rootCAs)
        } else {
            try await rootCAs.modify(rootCAKey) {
                $0.data = data
                return true
            }
        }
        return .never
    }

    private func create<R: Resource>(_ object: R, in informer: Informer<R>) async throws {
        do {
            _ = try await informer.create(object)
        } catch let status as Status where status.isAlreadyExists || status.isNotFound || status.isForbidden {
            // There already, or the namespace is going.
            return
        }
    }
}
