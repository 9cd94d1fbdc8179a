import Foundation
import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

/// A server in memory with the namespaces `default` and `test` and their default service accounts.
struct TestServer {
    let server: APIServer
    let client: any APIClient

    init(_ configuration: APIServerConfiguration = APIServerConfiguration(storage: .ephemeral)) async throws {
        server = try APIServer(configuration)
        try await server.start()
        client = server.client(as: .administrator)
        try await client.ensureNamespace("test")
        try await client.ensureAccount("default", in: "default")
        try await client.ensureAccount("default", in: "test")
    }

    func `as`(_ account: String, in namespace: String = "test") -> any APIClient {
        server.client(as: .serviceAccount(namespace: namespace, name: account, uid: ""))
    }
}

extension APIClient {
    func ensureNamespace(_ name: String) async throws {
        guard try await find(Namespace.self, name: name) == nil else { return }
        _ = try await create(Namespace(name: name))
    }

    func ensureAccount(_ name: String, in namespace: String) async throws {
        guard try await find(ServiceAccount.self, namespace: namespace, name: name) == nil else { return }
        _ = try await create(ServiceAccount(name: name, namespace: namespace))
    }

    func make(_ type: GroupVersionResource, in namespace: String?, _ object: JSON) async throws -> JSON {
        try await create(
            type, namespace: namespace, name: nil, subresource: nil, object: object, options: WriteOptions())
    }

    /// The version of the newest state.
    func version(of type: GroupVersionResource = ConfigMap.type.gvr) async throws -> String {
        try await list(type, namespace: nil, options: ListOptions()).resourceVersion
    }
}

func configMap(_ name: String, _ data: [String: String] = [:], labels: [String: String] = [:]) -> ConfigMap {
    var map = ConfigMap(name: name, namespace: "test")
    map.data = data
    map.metadata.labels = labels
    return map
}

func pod(_ name: String, labels: [String: String] = [:], node: String? = nil) -> Pod {
    var pod = Pod(name: name, namespace: "test")
    pod.metadata.labels = labels
    pod.spec = ["containers": [["name": "main", "image": "nginx"]]]
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

/// A folder that is removed when the value goes.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "cluster.db") -> String { path + "/" + name }
}

/// What a call answers instead of a value.
func status(of body: () async throws -> some Any) async -> Status? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? Status
    }
}

/// A repeatable random number generator (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The seed of `LITMUS_TEST_SEED`, so that a failure can be repeated, or a new one.
    static var seed: UInt64 {
        ProcessInfo.processInfo.environment["LITMUS_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 0...UInt64.max)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
