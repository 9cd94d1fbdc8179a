import KubernetesAPI
import Testing

/// A cluster as a test sees it.
struct ConformanceCluster: Sendable {
    /// As the administrator.
    let client: any APIClient
    /// Others write there too, so that versions move and controllers act at any time.
    var isShared = false
    /// Makes watches of ConfigMaps from versions before now impossible.
    let forgetChanges: @Sendable () async throws -> Void
    /// Runs a body with a client that acts as a service account of the namespace `test`.
    let asAccount:
        @Sendable (_ name: String, _ body: @Sendable (any APIClient) async throws -> Void) async throws -> Void

    func prepare() async throws {
        for name in ["default", "test"] where try await client.find(Namespace.self, name: name) == nil {
            _ = try await client.create(Namespace(name: name))
        }
        for account in ["default", "bot"] {
            // The one named default is made by a controller where there is one.
            do {
                _ = try await client.create(ServiceAccount(name: account, namespace: "test"))
            } catch let status as Status where status.isAlreadyExists {}
        }
    }

    /// Makes a pod of one container, `main`, and waits until it runs.
    func runPod(_ name: String, script: String = "sleep 600") async throws {
        var pod = Pod(name: name, namespace: "test")
        pod.metadata.labels = ["app": name]
        pod.spec = [
            "restartPolicy": "Never", "terminationGracePeriodSeconds": 0,
            "containers": [
                [
                    "name": "main", "image": .string(RealCluster.image), "imagePullPolicy": "Never",
                    "command": ["sh", "-c", .string(script)],
                ]
            ],
        ]
        _ = try await client.create(pod)
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let phase = try await client.get(Pod.self, namespace: "test", name: name).json["status", "phase"]
            if phase == "Running" || phase == "Succeeded" { return }
            guard ContinuousClock.now < deadline else {
                throw Status.internalError("pod \(name) of image \(RealCluster.image) is still \(phase) after 60 s")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The version of the newest state.
    func version() async throws -> String {
        try await client.list(ConfigMap.type.gvr, namespace: nil, options: ListOptions()).resourceVersion
    }

    /// Names of the ConfigMaps in the namespace `test` that a test made.
    func names(labels: String = "", fields: String = "") async throws -> [String] {
        try await client.list(
            ConfigMap.self, namespace: "test", labels: LabelSelector(parsing: labels),
            fields: FieldSelector(parsing: fields)
        ).map(\.name)
    }
}

/// A kind that a CustomResourceDefinition makes.
struct Widget: Resource {
    static let type = ResourceType(group: "conformance.litmus.io", version: "v1", kind: "Widget", plural: "widgets")
    var json: JSON
    init(json: JSON) { self.json = json }

    static let definition: JSON = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "widgets.conformance.litmus.io"],
        "spec": [
            "group": "conformance.litmus.io", "scope": "Namespaced",
            "names": ["plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object",
                            "properties": [
                                "spec": [
                                    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                                    "properties": ["size": ["type": "integer", "minimum": 1]],
                                ],
                                "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                            ],
                        ]
                    ],
                ]
            ],
        ],
    ]
}

func configMap(_ name: String, _ data: [String: String] = [:], labels: [String: String] = [:]) -> ConfigMap {
    var map = ConfigMap(name: name, namespace: "test")
    map.data = data
    if !labels.isEmpty { map.metadata.labels = labels }
    return map
}

func pod(_ name: String, node: String? = nil) -> Pod {
    var pod = Pod(name: name, namespace: "test")
    // Where there is a scheduler, it leaves the pod to the test.
    pod.spec = ["schedulerName": "nobody", "containers": [["name": "main", "image": "nginx"]]]
    if let node { pod.spec["nodeName"] = .string(node) }
    return pod
}

func deployment(_ name: String, replicas: Int = 1) -> Deployment {
    var deployment = Deployment(name: name, namespace: "test")
    deployment.json["spec"] = [
        "replicas": .int(Int64(replicas)), "selector": ["matchLabels": ["app": .string(name)]],
        "template": [
            "metadata": ["labels": ["app": .string(name)]],
            "spec": ["containers": [["name": "main", "image": "nginx"]]],
        ],
    ]
    return deployment
}

/// What a call is refused with; nil when it is not.
/// - Throws: errors that are no answers of the server.
func refusal(of body: () async throws -> some Any) async throws -> Status? {
    do {
        _ = try await body()
        return nil
    } catch let status as Status {
        return status
    }
}

/// The next events of a watch; fewer when it ends.
func take(_ count: Int, of stream: AsyncThrowingStream<WatchEvent, any Error>) async throws -> [WatchEvent] {
    var events: [WatchEvent] = []
    for try await event in stream {
        events.append(event)
        if events.count == count { break }
    }
    return events
}

extension WatchEvent {
    /// `ADDED name`.
    var summary: String { "\(typeName) \(object["metadata", "name"].string ?? "-")" }
    var version: String? { object["metadata", "resourceVersion"].string }
}
