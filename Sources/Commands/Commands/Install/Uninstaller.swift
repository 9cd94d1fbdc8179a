import ChaosAPI
import ChaosOperator
import ControllerRuntime
import InstallManifests
import KubernetesAPI
import Logging

/// Takes an installation away: what runs is reverted first, and nothing stays that it made.
struct Uninstaller: Sendable {
    let client: any APIClient
    let namespace: String
    /// Whether the definitions go too, with every engine, experiment and result.
    var removesDefinitions = true
    /// false for somebody who may only work in the namespace: nothing outside of it is looked at.
    var seesCluster = true
    /// Goes on where something did not end.
    var isForced = false
    /// For each of: what runs to end, and what is deleted to go.
    var timeout = Duration.seconds(120)
    var author = ""
    var time = TimeSource.continuous
    var logger = Logger(label: "litmus.uninstall")
    let tell: @Sendable (String) -> Void

    /// - Throws: `CommandError` for what does not end, or may not be done.
    func uninstall() async throws {
        let objects = try await InstalledObjects(client: client).objects(of: namespace, seesCluster: seesCluster)
        let scope = try await scope(of: objects)
        let hasOperator = objects.contains {
            $0["kind"].string == "Deployment" && ($0["status", "availableReplicas"].int ?? 0) > 0
        }
        try await stopChaos(in: scope, hasOperator: hasOperator)
        try await waitForHelpers(in: scope, hasOperator: hasOperator)
        try await stopProcesses(objects)
        try await withdrawFinalizers()
        if removesDefinitions { try await removeChaosObjects() }
        try await removeAccess(objects)
        try await removeTraces()
        try await removeNamespace()
        if removesDefinitions { try await removeDefinitions() }
    }

    /// The namespace whose engines are the installation's; nil for all.
    private func scope(of objects: [JSON]) async throws -> String? {
        guard seesCluster else { return namespace }
        let deployments = objects.filter { $0["kind"].string == "Deployment" }
        let accounts = objects.filter { $0["kind"].string == "ServiceAccount" }
        let isNarrow =
            accounts.contains {
                $0["metadata", "annotations", InstallAnnotation.scope].string == Installation.Scope.namespace.rawValue
            }
            || deployments.flatMap { $0["spec", "template", "spec", "containers"].array ?? [] }
                .flatMap { $0["env"].array ?? [] }.contains(where: { $0["name"] == "WATCH_NAMESPACE" })
        if isNarrow { return namespace }
        // Where nothing tells any more, the chaos of others is left alone.
        guard deployments.isEmpty,
            !accounts.contains(where: {
                $0["metadata", "annotations", InstallAnnotation.scope].string == Installation.Scope.cluster.rawValue
            })
        else { return nil }
        return try await otherInstallations().isEmpty ? nil : namespace
    }
}

// MARK: - Chaos

extension Uninstaller {
    /// Aborts what runs and waits until it is reverted, by the operator as long as there is one.
    private func stopChaos(in scope: String?, hasOperator: Bool) async throws {
        let running = try await engines(scope).filter { $0.engineStatus == .initialized }
        guard !running.isEmpty else { return }
        tell("aborting \(running.count) running ChaosEngines")
        guard hasOperator else { return try await stopWithoutOperator(running, in: scope) }
        let killSwitch = KillSwitch(client: client, namespace: namespace, time: time, logger: logger)
        let halt = try await killSwitch.halt(reason: "Litmus is being uninstalled", by: author)
        let ended = try await killSwitch.waitUntilNothingRuns(after: halt, in: scope, within: timeout) {
            tell($0.line)
        }
        let open = ended.filter { !$0.hasEnded }
        guard !open.isEmpty else { return }
        let lines = open.map { "  \($0.line)" }.joined(separator: "\n")
        guard isForced else {
            throw CommandError(
                "not everything ended within \(timeout.inWords), so nothing was removed; chaos stays halted. --force "
                    + "goes on, and 'litmus revert' on a node undoes what is left there:\n\(lines)")
        }
        tell("going on although something did not end:\n\(lines)")
    }

    /// Runners and helpers revert when their pods are told to end.
    private func stopWithoutOperator(_ engines: [ChaosEngine], in scope: String?) async throws {
        tell("no operator is running: their pods are deleted, and revert as they end")
        for engine in engines {
            let labels = LabelSelector(matching: [ChaosLabel.engineUID: engine.uid])
            for type in [Job.type, Pod.type] {
                try await allowed(type, ["deletecollection"]) {
                    try await client.deleteCollection(
                        type.gvr, namespace: engine.namespace, list: ListOptions(labelSelector: labels),
                        options: DeleteOptions(propagationPolicy: .background))
                }
            }
        }
        try await waitForHelpers(in: scope, hasOperator: false)
        for engine in engines {
            let labels = LabelSelector(matching: [ChaosLabel.engineUID: engine.uid])
            do {
                try await waitUntilGone("pods of the ChaosEngine \(engine.key)") {
                    try await client.list(Pod.self, namespace: engine.namespace, labels: labels).isEmpty
                }
            } catch let error as CommandError where isForced {
                tell("going on although \(error.message)")
            }
            do {
                _ = try await client.patch(
                    ChaosEngine.self, namespace: engine.namespace, name: engine.name,
                    .merge([
                        "spec": ["engineState": .string(EngineState.stop.rawValue)],
                        "status": ["engineStatus": .string(EngineStatus.stopped.rawValue)],
                    ]))
            } catch let status as Status where status.isNotFound {}
            tell("\(engine.key): stopped")
        }
    }

    private func engines(_ scope: String? = nil) async throws -> [ChaosEngine] {
        try await InstalledObjects(client: client).list(ChaosEngine.type, scope, .everything).map(ChaosEngine.init)
    }

    /// Nobody is left who would remove them.
    private func withdrawFinalizers() async throws {
        let others = seesCluster ? try await otherInstallations() : []
        for engine in try await engines(seesCluster ? nil : namespace)
        where engine.metadata.finalizers.contains(ChaosEngine.finalizer) {
            guard others.isEmpty || engine.namespace == namespace else { continue }
            try await allowed(ChaosEngine.type, ["patch"]) {
                _ = try await client.amend(
                    ChaosEngine.self, namespace: engine.namespace, name: engine.name, current: engine
                ) {
                    $0.metadata.finalizers.removeAll { $0 == ChaosEngine.finalizer }
                    return true
                }
            }
        }
    }

    private func otherInstallations() async throws -> [String] {
        try await InstalledObjects(client: client).installations().filter { $0 != namespace }
    }
}

// MARK: - Objects

extension Uninstaller {
    private func stopProcesses(_ objects: [JSON]) async throws {
        let workloads = objects.filter { ["Deployment", "DaemonSet"].contains($0["kind"].string) }
        for object in workloads { try await remove(object) }
        guard !workloads.isEmpty else { return }
        // Not those of engines, which may be kept in the same namespace.
        let labels = InstalledObjects.selector(instance: namespace)
        try await waitUntilGone("pods of the installation in the namespace \(namespace)") {
            try await client.list(Pod.self, namespace: namespace, labels: labels).isEmpty
        }
    }

    private func removeAccess(_ objects: [JSON]) async throws {
        for object in objects where !["Deployment", "DaemonSet"].contains(object["kind"].string) {
            try await remove(object)
        }
    }

    private func removeChaosObjects() async throws {
        for type in InstallKinds.chaos {
            let objects = try await InstalledObjects(client: client).list(type, nil, .everything)
            guard !objects.isEmpty else { continue }
            for object in objects { try await remove(object, isTold: false) }
            tell("\(objects.count) objects of kind \(type.kind): removed")
        }
    }

    /// What the processes made while they worked.
    private func removeTraces() async throws {
        let labels = LabelSelector(matching: HelperContract.revertLabels)
        for pod in try await InstalledObjects(client: client).list(Pod.type, namespace, labels) {
            try await remove(pod)
        }
        for (type, name) in [(Lease.type, OperatorConfiguration.leaseName), (ConfigMap.type, Halt.configMapName)] {
            do {
                var object = try await client.get(type.gvr, namespace: namespace, name: name, subresource: nil)
                object["kind"] = .string(type.kind)
                try await remove(object)
            } catch let status as Status where status.isNotFound {
                continue
            } catch let status as Status {
                throw status.withRule(type, ["get"])
            }
        }
    }

    private func removeDefinitions() async throws {
        let others = try await otherInstallations()
        guard others.isEmpty else {
            tell("the definitions stay: the installation in \(others.joined(separator: ", ")) needs them")
            return
        }
        for definition in ChaosCRDs.all {
            let name = definition["metadata", "name"].string ?? ""
            guard try await client.find(CustomResourceDefinition.self, name: name) != nil else { continue }
            try await remove(definition)
            try await waitUntilGone("the definition \(name)") {
                try await client.find(CustomResourceDefinition.self, name: name) == nil
            }
        }
    }

    private func remove(_ object: JSON, isTold: Bool = true) async throws {
        let type = try object["kind"] == "Pod" ? Pod.type : InstallKinds.type(of: object)
        let meta = ObjectMeta(json: object["metadata"])
        do {
            _ = try await client.delete(
                type.gvr, namespace: type.isNamespaced ? meta.namespace : nil, name: meta.name,
                options: DeleteOptions(propagationPolicy: .background))
        } catch let status as Status where status.isNotFound {
            return
        } catch let status as Status {
            throw status.withRule(type, ["delete"]).prefixed("\(type.kind) \(meta.name): ")
        }
        if isTold { tell("\(type.kind) \(meta.name): removed") }
    }

    private func allowed(_ type: ResourceType, _ verbs: [String], _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let status as Status where status.isNotFound {
            return
        } catch let status as Status {
            throw status.withRule(type, verbs)
        }
    }
}

// MARK: - Namespace

extension Uninstaller {
    /// The namespace goes when the installation made it and nobody else uses it.
    private func removeNamespace() async throws {
        do {
            guard let found = try await client.find(Namespace.self, name: namespace) else { return }
            guard Installer.isOurs(found.json) else { return try await restorePodSecurity(of: found) }
            try await removeOwnNamespace(found)
        } catch let status as Status where status.isForbidden && !seesCluster {
            tell("Namespace \(namespace): stays, because you may not see or change it")
        } catch let status as Status {
            throw status.withRule(Namespace.type, ["get", "patch"])
        }
    }

    /// A namespace that was there before gets back the Pod Security level that it had.
    private func restorePodSecurity(of found: Namespace) async throws {
        guard let former = found.metadata.annotations[InstallAnnotation.formerPodSecurity] else { return }
        var metadata: JSON = ["annotations": .object([InstallAnnotation.formerPodSecurity: .null])]
        // Whoever has changed it since meant that.
        if found.metadata.labels[InstallLabel.podSecurity] == "privileged" {
            metadata["labels"] = .object([InstallLabel.podSecurity: former.isEmpty ? .null : .string(former)])
        }
        _ = try await client.patch(Namespace.self, name: namespace, .merge(["metadata": metadata]))
        tell("Namespace \(namespace): stays, with the Pod Security level that it had before")
    }

    private func removeOwnNamespace(_ found: Namespace) async throws {
        if let other = try await somebodyElses() {
            tell("Namespace \(namespace): stays, because it holds \(other)")
            _ = try await client.patch(
                Namespace.self, name: namespace,
                .merge([
                    "metadata": ["labels": .object([InstallLabel.managedBy: .null, InstallLabel.instance: .null])]
                ]))
            return
        }
        guard seesCluster else {
            return tell("Namespace \(namespace): stays; somebody who may remove namespaces can")
        }
        try await remove(found.json)
        try await waitUntilGone("the namespace \(namespace)") {
            try await client.find(Namespace.self, name: namespace) == nil
        }
    }

    /// Something in the namespace that no installation and no cluster makes; nil where there is nothing.
    private func somebodyElses() async throws -> String? {
        let types =
            [Deployment.type, StatefulSet.type, DaemonSet.type, Pod.type, Service.type, Secret.type, ConfigMap.type]
            + (removesDefinitions ? [] : InstallKinds.chaos)
        for type in types {
            let objects = try await InstalledObjects(client: client).list(type, namespace, .everything)
            if let object = objects.first(where: { Self.counts($0, of: type) }) {
                return "the \(type.kind) \(object["metadata", "name"].string ?? "")"
            }
        }
        return nil
    }

    private static func counts(_ object: JSON, of type: ResourceType) -> Bool {
        let meta = ObjectMeta(json: object["metadata"])
        guard !meta.isBeingDeleted else { return false }
        switch type.kind {
        case "Pod": return meta.labels[InstallLabel.partOf] != InstallLabel.litmus
        case "ConfigMap": return !["kube-root-ca.crt", Halt.configMapName].contains(meta.name)
        // Tokens, and the registry's credentials that were put there for the installation.
        case "Secret":
            let kinds = [
                "kubernetes.io/service-account-token", "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg",
            ]
            return !kinds.contains(object["type"].string ?? "")
        default: return true
        }
    }

    /// Looks again after growing pauses: what is deleted goes within a second or so, and any kind is looked at alike.
    func waitUntilGone(_ what: String, _ isGone: () async throws -> Bool) async throws {
        let start = time.now()
        var pause = Duration.milliseconds(50)
        while !(try await isGone()) {
            guard time.now() - start < timeout else {
                throw CommandError(
                    "\(what) did not go within \(timeout.inWords); does a finalizer hold them? The rest was not removed: "
                        + "run the command again")
            }
            try await time.sleep(pause)
            pause = min(pause * 2, .seconds(1))
        }
    }
}
