import ClusterTesting
import KubernetesAPI

@testable import Probes

/// A cluster with a shop: pods web-1 and web-2 (`app=web`) and db-1 (`app=db`) in the namespace shop, web-1 in the
/// namespace other, and the node n1.
struct ProbedCluster {
    let api = InMemoryCluster()

    init() async throws {
        for (namespace, name, app) in [
            ("shop", "web-1", "web"), ("shop", "web-2", "web"), ("shop", "db-1", "db"), ("other", "web-1", "web"),
        ] {
            var pod = Pod(name: name, namespace: namespace)
            pod.metadata.labels = ["app": app]
            _ = try await api.create(pod)
        }
        _ = try await api.create(Node(name: "n1"))
    }

    func context(_ client: (any APIClient)? = nil, chaos: Duration = .milliseconds(20)) -> ProbeContext {
        ProbeContext(
            environment: [:], chaosDuration: chaos, statusCheckTimeout: .seconds(60), client: client ?? api,
            namespace: "shop")
    }

    /// Runs a k8sProbe on pods of the namespace shop, unless `inputs` say otherwise.
    func judge(
        _ operation: String, _ inputs: JSON = [:], after probes: [JSON] = [], mode: String = "SOT", data: String? = nil
    ) async -> Judgement {
        let probe = JSON.probe("k8sProbe", Self.inputs(operation, inputs), mode: mode, data: data)
        return await Judgement(probes + [probe], context())
    }

    static func inputs(_ operation: String, _ inputs: JSON = [:]) -> JSON {
        let pods: JSON = [
            "version": "v1", "resource": "pods", "namespace": "shop", "operation": .string(operation),
        ]
        return pods.with(inputs)
    }

    /// `NAMESPACE/NAME` of every pod.
    func pods() async throws -> [String] { try await api.list(Pod.self).map(\.key.description).sorted() }
}

extension Judgement {
    /// A k8sProbe that passed.
    static func performed(_ operation: String) -> Judgement {
        .passed("Probe successfully performed the '\(operation)' operation on the specified Kubernetes resource")
    }
}
