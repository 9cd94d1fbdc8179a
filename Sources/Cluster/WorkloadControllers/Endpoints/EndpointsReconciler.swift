import ControllerRuntime
import KubernetesAPI

/// Writes one EndpointSlice and one Endpoints object for each service that has a selector.
struct EndpointsReconciler: Reconciler {
    let services: Informer<Service>
    let pods: Informer<Pod>
    let slices: Informer<EndpointSlice>
    let legacy: Informer<Endpoints>

    static let namespaceIndex = "namespace"

    init(services: Informer<Service>, pods: Informer<Pod>, slices: Informer<EndpointSlice>, legacy: Informer<Endpoints>)
    {
        self.services = services
        self.pods = pods
        self.slices = slices
        self.legacy = legacy
        pods.addIndex(Self.namespaceIndex) { [$0.namespace] }
        services.addIndex(Self.namespaceIndex) { [$0.namespace] }
    }

    var sources: [Source] {
        [
            .kind(services),
            .mapped(pods, where: { $0.changesEndpoints }) { [services] pod in
                services.list(index: Self.namespaceIndex, pod.namespace).filter { $0.selects(pod) }.map(\.key)
            },
            .mapped(slices) { slice in
                slice.metadata.labels["kubernetes.io/service-name"].map {
                    [ObjectKey(namespace: slice.namespace, name: $0)]
                } ?? []
            },
            .kind(legacy),
        ]
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let service = services.get(key), !service.metadata.isBeingDeleted else {
            // The slice goes with its owner reference; Endpoints have none.
            if services.get(key) == nil, let old = legacy.get(key), old.isOurs { try await legacy.delete(old) }
            return .never
        }
        guard !service.selector.isEmpty, service.json["spec", "type"].string != "ExternalName" else { return .never }
        let selected = pods.list(index: Self.namespaceIndex, key.namespace).filter { service.selects($0) }
        let step = EndpointsStep(service, pods: selected)
        try await write(step.slice, to: slices) { old, new in
            for field in ["endpoints", "ports", "addressType"] { old.json[field] = new.json[field] }
        }
        try await write(step.legacy, to: legacy) { old, new in
            old.json["subsets"] = new.json["subsets"]
        }
        return .never
    }

    private func write<R: Resource>(
        _ wanted: R, to informer: Informer<R>, _ copy: @escaping (inout R, R) -> Void
    ) async throws {
        guard informer.get(wanted.key) != nil else {
            _ = try await informer.create(wanted)
            return
        }
        try await informer.modify(wanted.key) { object in
            copy(&object, wanted)
            object.metadata.labels = wanted.metadata.labels
            if !wanted.metadata.ownerReferences.isEmpty {
                object.metadata.ownerReferences = wanted.metadata.ownerReferences
            }
            return true
        }
    }
}

extension Service {
    func selects(_ pod: Pod) -> Bool {
        let selector = selector
        guard !selector.isEmpty else { return false }
        let labels = pod.metadata.labels
        return selector.allSatisfy { labels[$0.key] == $0.value }
    }
}

extension Endpoints {
    /// Written by this controller, not by hand for a service without selector.
    var isOurs: Bool { metadata.labels["endpoints.kubernetes.io/managed-by"] != nil }
}

extension Change<Pod> {
    /// Not every status of a container matters here.
    fileprivate var changesEndpoints: Bool {
        guard case .updated(let old, let new) = self else { return true }
        return old.podIP != new.podIP || old.isReady != new.isReady || old.isFinished != new.isFinished
            || old.metadata.isBeingDeleted != new.metadata.isBeingDeleted
            || old.metadata.labels != new.metadata.labels || old.nodeName != new.nodeName
    }
}
