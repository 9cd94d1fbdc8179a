import ChaosAPI
import EmbeddedAPIServer
import InstallManifests
import KubernetesAPI
import Logging
import Synchronization
import Testing
import WorkloadControllers

@testable import Commands

/// An API server in the process with the controllers of Kubernetes, and no node.
struct TestServer: Sendable {
    let client: any APIClient
    /// The same as somebody else.
    var `as`: @Sendable (Identity) -> any APIClient

    static func run(_ body: @escaping @Sendable (TestServer) async throws -> Void) async throws {
        let server = try APIServer(APIServerConfiguration(storage: .ephemeral))
        try await server.start()
        let client = server.client(as: .administrator)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let result: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await WorkloadControllers(client: client, logger: quiet).run() }
                defer { group.cancelAll() }
                try await body(TestServer(client: client, as: { server.client(as: $0) }))
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await server.close()
        try result.get()
    }

    static func installation(_ change: (inout Installation) -> Void = { _ in }) -> Installation {
        var installation = Installation(image: "litmus:1", version: "1")
        change(&installation)
        return installation
    }

    /// Installs without waiting.
    /// - Returns: the lines that a user sees.
    @discardableResult
    func install(
        _ installation: Installation = installation(), dryRun: Bool = false, force: Bool = false
    ) async throws -> [String] {
        let lines = Lines()
        let session = InstallSession(
            client: client, installation: installation, isDryRun: dryRun, isForced: force, tell: lines.add)
        try await session.run()
        return lines.all
    }

    @discardableResult
    func uninstall(
        namespace: String? = nil, _ consent: UninstallSession.Consent = .missing, force: Bool = false,
        timeout: Duration = .seconds(20), as identity: Identity = .administrator
    ) async throws -> [String] {
        let lines = Lines()
        let session = UninstallSession(
            client: self.as(identity), namespace: namespace, consent: consent, isForced: force, timeout: timeout,
            author: "test", tell: lines.add)
        try await session.run()
        return lines.all
    }

    /// Kind, namespace and name of everything on the cluster that a user would miss or not want to find.
    func everything() async throws -> Set<String> {
        var found: Set<String> = []
        for type in try await client.resourceTypes() where !["Event", "ComponentStatus"].contains(type.kind) {
            guard let list = try? await client.list(type.gvr, namespace: nil, options: ListOptions()) else { continue }
            for item in list.items {
                let meta = ObjectMeta(json: item["metadata"])
                // Every namespace gets one by itself, sooner or later.
                if type.kind == "ServiceAccount", meta.name == "default" { continue }
                found.insert("\(type.kind) \(meta.key)")
            }
        }
        return found
    }

    /// A user who may do everything in one namespace, and nothing outside of it.
    func makeNamespaceAdministrator(_ user: String, in namespace: String) async throws {
        let rules: JSON = [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]]
        let reference: JSON = ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "admin"]
        let subjects: JSON = [["kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": .string(user)]]
        for (type, fields) in [
            (InstallKinds.role, JSON.object(["rules": rules])),
            (InstallKinds.roleBinding, .object(["roleRef": reference, "subjects": subjects])),
        ] {
            var object = fields
            object["apiVersion"] = .string(type.apiVersion)
            object["kind"] = .string(type.kind)
            object["metadata"] = ["name": "admin", "namespace": .string(namespace)]
            _ = try await client.create(
                type.gvr, namespace: namespace, name: nil, subresource: nil, object: object, options: WriteOptions())
        }
    }

    /// An engine as a user made it, with an experiment.
    func makeEngine(_ name: String = "e", namespace: String = "default", status: EngineStatus?) async throws {
        var experiment = ChaosExperiment(name: "\(name)-x", namespace: namespace)
        experiment.definition.json = ["scope": "Namespaced"]
        _ = try await client.create(experiment)
        var engine = ChaosEngine(name: name, namespace: namespace)
        engine.spec = ["engineState": "active", "chaosServiceAccount": "sa", "experiments": [["name": "pod-delete"]]]
        engine.metadata.finalizers = [ChaosEngine.finalizer]
        engine.engineStatus = status
        _ = try await client.create(engine)
    }
}

extension TestServer {
    /// A helper's pod that a node agent of node n1 has taken.
    /// - Parameter state: what it reported last.
    func makeHelper(_ name: String = "helper", namespace: String = "default", state: String) async throws {
        var pod = Pod(name: name, namespace: namespace)
        pod.metadata.labels = HelperContract.labels.merging([HelperContract.nodeLabel: "n1"]) { $1 }
        pod.metadata.annotations = [
            HelperContract.nodeAnnotation: "n1", HelperContract.reportAnnotation: #"{"state": "\#(state)"}"#,
        ]
        pod.metadata.finalizers = [HelperContract.finalizer]
        pod.spec = ["schedulerName": "litmus-node-agent", "containers": [["name": "c", "image": "i"]]]
        _ = try await client.create(pod)
    }

    /// Plays the node for the pods of a Deployment until it is available.
    func makeAvailable(_ deployment: String, namespace: String) async throws {
        try await client.follow(Pod.self, namespace: namespace) { pod in
            pod.json["status"] = ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]
        }
        try await client.follow(Deployment.self, ObjectKey(namespace: namespace, name: deployment)) {
            ($0?.json["status", "availableReplicas"].int ?? 0) > 0 ? () : nil
        }
    }
}

extension APIClient {
    /// Changes the status of the first object that there is, as soon as there is one.
    fileprivate func follow<R: Resource>(
        _: R.Type, namespace: String, _ change: @Sendable (inout R) -> Void
    ) async throws {
        for try await event in try await watch(R.type.gvr, namespace: namespace, options: ListOptions()) {
            let found = R(json: event.object)
            try await modify(R.self, namespace: namespace, name: found.metadata.name, subresource: "status") {
                change(&$0)
                return true
            }
            return
        }
    }
}

/// What a command said.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

extension AgentRegistration {
    static let sample = AgentRegistration(
        infraID: "4f6c3a7e-0000-4000-8000-000000000001", accessKey: "key",
        serverAddress: "https://chaos.example.com/api/query", version: "3.31.0", startTime: "1800000000000",
        isConfirmed: false)
}
