import KubernetesAPI

extension APIServer {
    private static let systemNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"]
    /// The manager of what the server writes of its own accord.
    private static let manager = WriteOptions(fieldManager: "kube-apiserver")

    /// Makes what every cluster has, where it is missing, and goes on with what a crash interrupted.
    /// - Throws: `Status` when the storage refuses a write.
    public func start() async throws {
        for name in Self.systemNamespaces {
            try await ensure(Namespace.type.gvr, ["metadata": ["name": .string(name)]], namespace: nil)
        }
        for role in BootstrapPolicy.clusterRoles { try await ensure(.clusterRoles, role, namespace: nil) }
        for binding in BootstrapPolicy.clusterRoleBindings {
            try await ensure(.clusterRoleBindings, binding, namespace: nil)
        }
        try await refreshAggregatedRoles()
        try await resumeDefinitionDeletions()
    }

    /// Says where the API server can be reached: the Service `kubernetes` of the namespace `default`, its Endpoints and
    /// EndpointSlice. Call it after `start()`, again whenever the address changes.
    /// - Parameters:
    ///   - address: an IPv4 address that pods can reach.
    ///   - port: of HTTPS.
    /// - Throws: `Status`.
    public func advertise(address: String, port: Int) async throws {
        let service: JSON = [
            "metadata": [
                "name": "kubernetes", "labels": ["component": "apiserver", "provider": "kubernetes"],
            ],
            "spec": [
                "type": "ClusterIP", "clusterIP": .string(configuration.serviceRange.firstAddress),
                "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": .int(Int64(port))]],
            ],
        ]
        let ports: JSON = [["name": "https", "port": .int(Int64(port)), "protocol": "TCP"]]
        let labels: JSON = ["endpointslice.kubernetes.io/skip-mirror": "true"]
        try await put(Service.type.gvr, service)
        try await put(
            GroupVersionResource(group: "", version: "v1", resource: "endpoints"),
            [
                "metadata": ["name": "kubernetes", "labels": labels],
                "subsets": [["addresses": [["ip": .string(address)]], "ports": ports]],
            ])
        try await put(
            EndpointSlice.type.gvr,
            [
                "metadata": ["name": "kubernetes", "labels": ["kubernetes.io/service-name": "kubernetes"]],
                "addressType": "IPv4", "ports": ports,
                "endpoints": [["addresses": [.string(address)], "conditions": ["ready": true]]],
            ])
    }

    /// Creates an object where there is none of its name.
    private func ensure(_ type: GroupVersionResource, _ object: JSON, namespace: String?) async throws {
        let name = object["metadata", "name"].string ?? ""
        guard registry.kind(type) != nil else { return }
        let key = ObjectKey(namespace: namespace ?? "", name: name)
        guard store.entry(CollectionID(type), key) == nil else { return }
        do {
            _ = try await create(
                type, namespace: namespace, name: nil, subresource: nil, object: object, options: Self.manager,
                as: .administrator)
        } catch let status as Status where status.isAlreadyExists {}
    }

    /// Creates an object of the namespace `default`, or makes the present one equal to it.
    private func put(_ type: GroupVersionResource, _ object: JSON) async throws {
        guard registry.kind(type) != nil else { return }
        let name = object["metadata", "name"].string ?? ""
        try await ensure(type, object, namespace: "default")
        _ = try await patch(
            type, namespace: "default", name: name, subresource: nil, patch: .merge(object), options: Self.manager,
            as: .administrator)
    }
}

extension GroupVersionResource {
    fileprivate static let clusterRoles = GroupVersionResource(
        group: BootstrapPolicy.rbac, version: "v1", resource: "clusterroles")
    fileprivate static let clusterRoleBindings = GroupVersionResource(
        group: BootstrapPolicy.rbac, version: "v1", resource: "clusterrolebindings")
}
