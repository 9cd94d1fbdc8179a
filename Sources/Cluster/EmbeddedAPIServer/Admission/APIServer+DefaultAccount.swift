import KubernetesAPI

extension APIServer {
    /// How long a pod of a new namespace waits for the account that a controller is about to make.
    private static let accountPatience = Duration.seconds(1)

    /// Waits for the service account `default`, as Kubernetes' admission does; other accounts must be there.
    func waitForDefaultAccount(_ access: Access, pod: JSON) async throws {
        let name = pod["spec", "serviceAccountName"].string ?? pod["spec", "serviceAccount"].string ?? ""
        let key = ObjectKey(namespace: access.scope, name: "default")
        guard name.isEmpty || name == key.name, store.entry(.serviceAccounts, key) == nil,
            store.entry(.namespaces, ObjectKey(namespace: "", name: key.namespace)) != nil
        else { return }
        var options = Watcher.Options(
            filter: WatchFilter(namespace: key.namespace, fields: FieldSelector(name: key.name)))
        options.sendsInitialState = true
        options.timeout = Self.accountPatience
        let watcher = try Watcher(
            store, .serviceAccounts, kind: ServiceAccount.type, after: nil, options: options, present: { $0 })
        _ = try await watcher.next()
    }
}
