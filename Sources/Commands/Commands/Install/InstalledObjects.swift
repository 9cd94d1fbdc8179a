import InstallManifests
import KubernetesAPI

/// Finds what installations made, by their labels.
struct InstalledObjects: Sendable {
    let client: any APIClient

    static func selector(instance: String? = nil) -> LabelSelector {
        var labels = [InstallLabel.managedBy: InstallLabel.litmus, InstallLabel.partOf: InstallLabel.litmus]
        labels[InstallLabel.instance] = instance
        return LabelSelector(matching: labels)
    }

    /// What an installation consists of but its Namespace and the definitions, in the order in which to remove it.
    /// - Parameter seesCluster: false leaves out what somebody who only works in the namespace may not list.
    /// - Throws: `CommandError` with the rule that is missing.
    func objects(of namespace: String, seesCluster: Bool = true) async throws -> [JSON] {
        let labels = Self.selector(instance: namespace)
        var found: [JSON] = []
        for type in InstallKinds.namespaced where type != Secret.type {
            found += try await list(type, namespace, labels)
        }
        // Only a registration at a Chaos Center has one, and not everyone who installs may list Secrets.
        found += try await listIfAllowed(Secret.type, namespace, labels) ?? []
        for type in InstallKinds.clusterScoped {
            if seesCluster {
                found += try await list(type, nil, labels)
            } else {
                found += try await listIfAllowed(type, nil, labels) ?? []
            }
        }
        return found
    }

    /// The namespaces of all installations on the cluster, sorted.
    func installations() async throws -> [String] { try await installations(or: nil).namespaces }

    /// The same for somebody who may see no more than one namespace.
    /// - Parameter namespace: looked at where the cluster may not be; nil makes that an error.
    /// - Returns: `seesCluster` is false where something was not to be seen.
    func installations(or namespace: String?) async throws -> (namespaces: [String], seesCluster: Bool) {
        var found: Set<String> = []
        var seesCluster = true
        // Any of them may be all that is left.
        for type in [Deployment.type, DaemonSet.type, ServiceAccount.type, InstallKinds.clusterRole, Namespace.type] {
            var objects: [JSON]
            if let namespace {
                if let seen = try await listIfAllowed(type, nil, Self.selector()) {
                    objects = seen
                } else {
                    seesCluster = false
                    objects = type.isNamespaced ? try await list(type, namespace, Self.selector()) : []
                }
            } else {
                objects = try await list(type, nil, Self.selector())
            }
            found.formUnion(objects.compactMap { $0["metadata", "labels", InstallLabel.instance].string })
        }
        return (found.sorted(), seesCluster)
    }

    /// Items of lists carry their kind here, whatever the server left out.
    /// - Throws: `CommandError` with the rule that is missing.
    func list(_ type: ResourceType, _ namespace: String?, _ labels: LabelSelector) async throws -> [JSON] {
        do {
            return try await items(type, namespace, labels)
        } catch let status as Status {
            throw status.withRule(type, ["list"])
        }
    }

    /// The same, but nil where the server forbids it.
    func listIfAllowed(_ type: ResourceType, _ namespace: String?, _ labels: LabelSelector) async throws -> [JSON]? {
        do {
            return try await items(type, namespace, labels)
        } catch let status as Status where status.isForbidden {
            return nil
        } catch let status as Status {
            throw status.withRule(type, ["list"])
        }
    }

    private func items(_ type: ResourceType, _ namespace: String?, _ labels: LabelSelector) async throws -> [JSON] {
        do {
            var options = ListOptions(labelSelector: labels, limit: 500)
            var objects: [JSON] = []
            while true {
                let chunk = try await client.list(type.gvr, namespace: namespace, options: options)
                objects += chunk.items.map { item in
                    var item = item
                    item["kind"] = .string(type.kind)
                    item["apiVersion"] = .string(type.apiVersion)
                    return item
                }
                guard let token = chunk.continueToken, !token.isEmpty else { return objects }
                options.continueToken = token
            }
        } catch let status as Status where status.isNotFound {
            return []
        }
    }
}
