import ChaosAPI
import InstallManifests
import KubernetesAPI

/// Puts an installation on a cluster by server-side apply: done again, it changes nothing.
struct Installer: Sendable {
    let client: any APIClient
    let installation: Installation
    var isDryRun = false
    /// Gets a line for each object.
    let tell: @Sendable (String) -> Void

    /// What became of an object.
    enum Change: String, Sendable {
        case created, configured, unchanged, removed
    }

    static let fieldManager = "litmus"

    /// Makes and changes what has to be, and removes what an installation with other options left.
    /// - Returns: how many objects were changed.
    /// - Throws: `CommandError` with the server's words and, for a refusal, the rule that would allow it.
    @discardableResult
    func install() async throws -> Int {
        var changes = 0
        for object in installation.objects where try await apply(object) != .unchanged { changes += 1 }
        return try await changes + removeOthers()
    }

    private func apply(_ object: JSON) async throws -> Change {
        let type = try InstallKinds.type(of: object)
        let meta = ObjectMeta(json: object["metadata"])
        let namespace = type.isNamespaced ? meta.namespace : nil
        let title = "\(type.kind) \(meta.name)"
        do {
            let before = try await find(type, namespace: namespace, name: meta.name)
            if let before { try Self.refuseOtherSelector(object, over: before) }
            let wanted = Self.adapted(object, to: before)
            let after = try await client.patch(
                type.gvr, namespace: namespace, name: meta.name, subresource: nil, patch: .apply(wanted),
                options: WriteOptions(dryRun: isDryRun, fieldManager: Self.fieldManager, force: true))
            let change = Self.change(before, after)
            say(title, change, Self.remark(type, before, change))
            return change
        } catch let status as Status where status.isNotFound && isDryRun && namespace != nil {
            // The namespace would have been made before.
            say(title, .created)
            return .created
        } catch let status as Status where status.isForbidden && isOptional(object) {
            tell(
                "\(title): left out, because you may not make it; the operator then cannot tell that a node is gone, and "
                    + "keeps the helpers that were on it")
            return .unchanged
        } catch let status as Status {
            throw status.withRule(type, ["get", "create", "patch"]).prefixed("\(title): ")
        }
    }

    private func find(_ type: ResourceType, namespace: String?, name: String) async throws -> JSON? {
        do {
            return try await client.get(type.gvr, namespace: namespace, name: name, subresource: nil)
        } catch let status as Status where status.isNotFound {
            return nil
        }
    }

    /// Who only administers a namespace may install into it: what reaches beyond it makes the operator better, no more.
    private func isOptional(_ object: JSON) -> Bool {
        guard installation.scope == .namespace, !installation.hasNodeAgent else { return false }
        return ["ClusterRole", "ClusterRoleBinding"].contains(object["kind"].string)
    }

    private func say(_ title: String, _ change: Change, _ remark: String = "") {
        tell("\(title): \(change.rawValue)\(remark)\(isDryRun ? " (dry run)" : "")")
    }
}

// MARK: - Decisions

extension Installer {
    /// What is applied over an object that is already there.
    static func adapted(_ object: JSON, to before: JSON?) -> JSON {
        guard let before else { return object }
        var object = object
        switch object["kind"] {
        case "Namespace" where !isOurs(before):
            // Somebody else's: it is not ours to delete, so it does not bear our labels.
            let annotations = before["metadata", "annotations"].stringMap
            let former = before["metadata", "labels", InstallLabel.podSecurity].string ?? ""
            object["metadata"] = [
                "name": object["metadata", "name"],
                "labels": [InstallLabel.podSecurity: object["metadata", "labels", InstallLabel.podSecurity]],
                "annotations": [
                    InstallAnnotation.formerPodSecurity: .string(
                        annotations[InstallAnnotation.formerPodSecurity] ?? former)
                ],
            ]
        case "CustomResourceDefinition" where before["spec", "preserveUnknownFields"] == true:
            // As definitions of apiextensions.k8s.io/v1beta1 had it; v1 takes no schema beside it.
            object["spec", "preserveUnknownFields"] = false
        default: break
        }
        return object
    }

    /// A Deployment of somebody else that bears a name of ours, such as that of a stopped operator of LitmusChaos, cannot
    /// be taken over: its selector never changes.
    static func refuseOtherSelector(_ object: JSON, over before: JSON) throws(CommandError) {
        let path = ["spec", "selector", "matchLabels"]
        guard ["Deployment", "DaemonSet"].contains(object["kind"].string), !isOurs(before),
            object[path[0], path[1], path[2]] != before[path[0], path[1], path[2]]
        else { return }
        let meta = ObjectMeta(json: before["metadata"])
        let kind = object["kind"].string ?? ""
        throw CommandError(
            "\(kind) \(meta.name): there is one that is not of this Litmus in the namespace \(meta.namespace), and its "
                + "selector cannot be changed. Remove it first (kubectl delete \(kind.lowercased()) \(meta.name) -n "
                + "\(meta.namespace)), or install without --split or into another --namespace")
    }

    static func isOurs(_ object: JSON) -> Bool {
        object["metadata", "labels", InstallLabel.managedBy].string == InstallLabel.litmus
    }

    /// Compared by what stands in the objects: a dry run gives no new version.
    static func change(_ before: JSON?, _ after: JSON) -> Change {
        guard let before else { return .created }
        return content(before) == content(after) ? .unchanged : .configured
    }

    private static func content(_ object: JSON) -> JSON {
        var object = object
        for field in ["managedFields", "resourceVersion", "generation"] { object["metadata", field] = .null }
        object["status"] = .null
        return object
    }

    /// What to know of a change beyond its name.
    private static func remark(_ type: ResourceType, _ before: JSON?, _ change: Change) -> String {
        guard let before, change == .configured, !isOurs(before) else { return "" }
        switch type.kind {
        case "CustomResourceDefinition":
            return ", replaced the definition of an older Litmus; its objects are kept"
        case "Namespace": return ", which was there before and stays when Litmus is uninstalled"
        default: return ", took over what somebody else made"
        }
    }
}

// MARK: - Leftovers

extension Installer {
    /// Objects of this installation that these options do not make, such as the other Deployments of `--split`.
    private func removeOthers() async throws -> Int {
        let wanted = Set(installation.objects.map(Self.identity))
        let found = try await InstalledObjects(client: client).objects(
            of: installation.namespace, seesCluster: installation.scope == .cluster)
        var count = 0
        for object in found where !wanted.contains(Self.identity(object)) && !Self.isRegistration(object) {
            let type = try InstallKinds.type(of: object)
            let meta = ObjectMeta(json: object["metadata"])
            do {
                _ = try await client.delete(
                    type.gvr, namespace: type.isNamespaced ? meta.namespace : nil, name: meta.name,
                    options: DeleteOptions(propagationPolicy: .background, dryRun: isDryRun))
            } catch let status as Status where status.isNotFound {
                continue
            } catch let status as Status {
                throw status.withRule(type, ["delete"]).prefixed("\(type.kind) \(meta.name): ")
            }
            say("\(type.kind) \(meta.name)", .removed)
            count += 1
        }
        return count
    }

    /// What ties the installation to a Chaos Center came with that one's manifest, and stays.
    private static func isRegistration(_ object: JSON) -> Bool {
        [AgentRegistration.configMapName, AgentRegistration.secretName].contains(object["metadata", "name"].string)
    }

    private static func identity(_ object: JSON) -> [String] {
        ["kind"].map { object[$0].string ?? "" }
            + ["namespace", "name"].map { object["metadata", $0].string ?? "" }
    }
}

extension CommandError {
    func prefixed(_ text: String) -> CommandError { CommandError(text + message, exitCode: exitCode) }
}
