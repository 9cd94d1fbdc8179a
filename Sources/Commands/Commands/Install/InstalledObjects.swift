import InstallManifests
import KubernetesAPI

/// Finds what installations made, by their labels.
struct InstalledObjects: Sendable {
    let client: any APIClient

    private static func selector(instance: String? = nil) -> LabelSelector {
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
        for type in InstallKinds.namespaced { found += try await list(type, namespace, labels) }
        for type in InstallKinds.clusterScoped {
            do {
                found += try await list(type, nil, labels)
            } catch  where !seesCluster {}
        }
        return found
    }

    /// The namespaces of all installations on the cluster, sorted.
    func installations() async throws -> [String] {
        var found: Set<String> = []
        // Any of them may be all that is left.
        for type in [Deployment.type, DaemonSet.type, ServiceAccount.type, InstallKinds.clusterRole, Namespace.type] {
            for object in try await list(type, nil, Self.selector()) {
                if let namespace = object["metadata", "labels", InstallLabel.instance].string {
                    found.insert(namespace)
                }
            }
        }
        return found.sorted()
    }

    /// Items of lists carry their kind here, whatever the server left out.
    func list(_ type: ResourceType, _ namespace: String?, _ labels: LabelSelector) async throws -> [JSON] {
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
        } catch let status as Status {
            throw status.withRule(type, ["list"])
        }
    }
}
