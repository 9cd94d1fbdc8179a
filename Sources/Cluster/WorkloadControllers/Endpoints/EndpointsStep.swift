import KubernetesAPI

/// The endpoints of a service as its pods give them, in both forms. Pure.
struct EndpointsStep: Equatable {
    var slice: EndpointSlice
    var legacy: Endpoints

    /// - Parameter pods: the pods that the service's selector matches.
    init(_ service: Service, pods: [Pod]) {
        let publishes = service.json["spec", "publishNotReadyAddresses"].bool ?? false
        let backends = pods.filter { !$0.podIP.isEmpty && !$0.isFinished }
            .sorted { $0.name < $1.name }.map { Backend(pod: $0, service: service, publishesNotReady: publishes) }
        slice = Self.slice(service, backends)
        legacy = Self.legacy(service, backends)
    }

    /// One pod as an endpoint.
    private struct Backend {
        var pod: Pod
        var isReady: Bool
        var hostname: String?

        init(pod: Pod, service: Service, publishesNotReady: Bool) {
            self.pod = pod
            isReady = publishesNotReady || (pod.isReady && !pod.metadata.isBeingDeleted)
            let hostname = pod.spec["hostname"].string
            if let hostname, pod.spec["subdomain"].string == service.name { self.hostname = hostname }
        }

        var target: JSON {
            [
                "kind": "Pod", "name": .string(pod.name), "namespace": .string(pod.namespace), "uid": .string(pod.uid),
            ]
        }

        /// Ports of the service at this pod, those whose name the pod does not know left out.
        func ports(of service: Service) -> [Port] {
            service.ports.compactMap { port in
                guard let number = number(port["targetPort"].isNull ? port["port"] : port["targetPort"], port) else {
                    return nil
                }
                return Port(
                    name: port["name"].string ?? "", number: number, protocolName: port["protocol"].string ?? "TCP",
                    appProtocol: port["appProtocol"])
            }
        }

        private func number(_ target: JSON, _ port: JSON) -> Int? {
            if let number = target.int { return number == 0 ? port["port"].int : number }
            guard let name = target.string else { return nil }
            if let number = Int(name) { return number }
            let protocolName = port["protocol"].string ?? "TCP"
            let sidecars = pod.initContainers.filter { $0.json["restartPolicy"].string == "Always" }
            for declared in (pod.containers + sidecars).flatMap({ $0.json["ports"].array ?? [] })
            where declared["name"].string == name && (declared["protocol"].string ?? "TCP") == protocolName {
                return declared["containerPort"].int
            }
            return nil
        }
    }

    private struct Port: Hashable {
        var name: String
        var number: Int
        var protocolName: String
        var appProtocol: JSON

        var json: JSON {
            var json: JSON = [
                "name": .string(name), "port": .count(number), "protocol": .string(protocolName),
            ]
            json["appProtocol"] = appProtocol
            return json
        }
    }

    /// The one slice of a service; its name is the same each time, so that a restart finds it again.
    static func sliceName(_ service: Service) -> String {
        "\(service.name)-\(PodTemplate.word(PodTemplate.fnv(service.uid.utf8)).prefix(5))"
    }

    private static func slice(_ service: Service, _ backends: [Backend]) -> EndpointSlice {
        var slice = EndpointSlice(name: sliceName(service), namespace: service.namespace)
        slice.metadata.generateName = "\(service.name)-"
        var labels = service.metadata.labels
        labels["kubernetes.io/service-name"] = service.name
        labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io"
        if service.clusterIP == "None" { labels["service.kubernetes.io/headless"] = "" }
        slice.metadata.labels = labels
        slice.metadata.ownerReferences = [OwnerReference(to: service)]
        slice.json["addressType"] = "IPv4"
        slice.json["endpoints"] = .array(
            backends.map { backend in
                var endpoint: JSON = [
                    "addresses": [.string(backend.pod.podIP)],
                    "conditions": [
                        "ready": .bool(backend.isReady), "serving": .bool(backend.pod.isReady),
                        "terminating": .bool(backend.pod.metadata.isBeingDeleted),
                    ], "targetRef": backend.target,
                ]
                endpoint["nodeName"] = backend.pod.nodeName.isEmpty ? .null : .string(backend.pod.nodeName)
                endpoint["hostname"] = backend.hostname.map(JSON.string) ?? .null
                return endpoint
            })
        slice.json["ports"] = .array(ports(service, backends).map(\.json))
        return slice
    }

    /// Where pods give one name different numbers, the first pod decides for all.
    private static func ports(_ service: Service, _ backends: [Backend]) -> [Port] {
        backends.lazy.map { $0.ports(of: service) }.first { !$0.isEmpty } ?? []
    }

    private static func legacy(_ service: Service, _ backends: [Backend]) -> Endpoints {
        var endpoints = Endpoints(name: service.name, namespace: service.namespace)
        endpoints.metadata.labels = service.metadata.labels.merging([
            "endpoints.kubernetes.io/managed-by": "endpoint-controller"
        ]) { $1 }
        var order: [[Port]] = []
        var groups: [[Port]: (ready: [JSON], notReady: [JSON])] = [:]
        for backend in backends where !backend.pod.metadata.isBeingDeleted || backend.isReady {
            let ports = backend.ports(of: service)
            if groups[ports] == nil { order.append(ports) }
            var address: JSON = ["ip": .string(backend.pod.podIP), "targetRef": backend.target]
            address["nodeName"] = backend.pod.nodeName.isEmpty ? .null : .string(backend.pod.nodeName)
            address["hostname"] = backend.hostname.map(JSON.string) ?? .null
            if backend.isReady {
                groups[ports, default: ([], [])].ready.append(address)
            } else {
                groups[ports, default: ([], [])].notReady.append(address)
            }
        }
        let subsets = order.map { ports -> JSON in
            let group = groups[ports] ?? ([], [])
            var subset: JSON = [:]
            if !group.ready.isEmpty { subset["addresses"] = .array(group.ready) }
            if !group.notReady.isEmpty { subset["notReadyAddresses"] = .array(group.notReady) }
            if !ports.isEmpty {
                // A single port without a name has none here.
                subset["ports"] = .array(
                    ports.map { port in
                        var json = port.json
                        if port.name.isEmpty { json["name"] = .null }
                        return json
                    })
            }
            return subset
        }
        if !subsets.isEmpty { endpoints.json["subsets"] = .array(subsets) }
        return endpoints
    }
}
