import ClusterTesting
import KubernetesAPI
import Testing

@testable import WorkloadControllers

@Suite(.timeLimit(.minutes(1))) struct ClusterTests {
    private func service(_ spec: JSON) -> Service {
        var service = Service(name: "web", namespace: "ns")
        service.json["spec"] = spec
        return service
    }

    @Test("endpoints follow the readiness of pods")
    func endpoints() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(
                service(["selector": ["app": "web"], "ports": [["port": 80, "targetPort": "http"]]]))
            _ = try await cluster.create(
                Fixture.pod(
                    "a",
                    spec: ["containers": [["name": "c", "ports": [["name": "http", "containerPort": 8080]]]]],
                    labels: ["app": "web"]))
            let slices = try await cluster.waitFor(EndpointSlice.self) {
                $0.first?.json["endpoints"].array?.first?["conditions", "ready"].bool == true
            }
            #expect(slices.first?.json["ports"].array?.first?["port"].int == 8080)
            #expect(slices.first?.json["endpoints"].array?.first?["targetRef", "name"].string == "a")
            try await cluster.waitFor(Endpoints.self) {
                $0.first?.json["subsets"].array?.first?["addresses"].array?.count == 1
            }
            try await cluster.setPod(ObjectKey(namespace: "ns", name: "a"), phase: "Running", ready: false)
            try await cluster.waitFor(EndpointSlice.self) {
                $0.first?.json["endpoints"].array?.first?["conditions", "ready"].bool == false
            }
            try await cluster.waitFor(Endpoints.self) {
                $0.first?.json["subsets"].array?.first?["notReadyAddresses"].array?.count == 1
            }
            try await cluster.delete(Service.self, namespace: "ns", name: "web")
            try await cluster.waitFor(EndpointSlice.self) { $0.isEmpty }
            try await cluster.waitFor(Endpoints.self) { $0.isEmpty }
        }
    }

    @Test("terminating pods still serve but are not ready; publishNotReadyAddresses publishes all")
    func endpointConditions() {
        var terminating = Fixture.readyPod("a")
        terminating.metadata.deletionTimestamp = .now
        var notReady = Fixture.readyPod("b")
        notReady.json["status", "conditions"] = .null
        func conditions(_ spec: JSON) -> [String] {
            EndpointsStep(service(spec), pods: [terminating, notReady]).slice.json["endpoints"].array?.map {
                $0["conditions"].description
            } ?? []
        }
        #expect(
            conditions(["selector": ["app": "web"]]) == [
                #"{"ready":false,"serving":true,"terminating":true}"#,
                #"{"ready":false,"serving":false,"terminating":false}"#,
            ])
        #expect(
            conditions(["selector": ["app": "web"], "publishNotReadyAddresses": true]) == [
                #"{"ready":true,"serving":true,"terminating":true}"#,
                #"{"ready":true,"serving":false,"terminating":false}"#,
            ])
    }

    @Test("a namespace gets its defaults, and is emptied of every type when it is deleted")
    func namespace() async throws {
        let cluster = InMemoryCluster()
        let engines = ResourceType(
            group: "litmuschaos.io", version: "v1alpha1", kind: "ChaosEngine", plural: "chaosengines")
        cluster.register(engines)
        try await withControllers(cluster, node: FakeNode(in: cluster), options: .init(rootCA: "PEM")) {
            _ = try await cluster.create(Namespace(name: "ns"))
            try await cluster.waitFor(ServiceAccount.self) { $0.map(\.key.description) == ["ns/default"] }
            try await cluster.waitFor(ConfigMap.self) { $0.map(\.data) == [["ca.crt": "PEM"]] }
            try await cluster.delete(ServiceAccount.self, namespace: "ns", name: "default")
            try await cluster.waitFor(ServiceAccount.self) { $0.count == 1 }

            _ = try await cluster.create(Fixture.workload(Deployment.self))
            try await cluster.waitFor(Pod.self) { $0.ready(3) }
            _ = try await cluster.create(
                engines.gvr, namespace: "ns", name: nil, subresource: nil, object: ["metadata": ["name": "e"]],
                options: WriteOptions())
            try await cluster.delete(Namespace.self, name: "ns")
            try await cluster.waitFor(Namespace.self) { $0.isEmpty }
            for type in try await cluster.resourceTypes() where type.isNamespaced {
                let left = try await cluster.list(type.gvr, namespace: "ns", options: ListOptions()).items
                #expect(left.isEmpty, "\(type.plural) are left")
            }
        }
    }

    @Test("deleting an owner in the background takes what it owns, of any depth")
    func background() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(Fixture.workload(Deployment.self))
            try await cluster.waitFor(Pod.self) { $0.ready(3) }
            try await cluster.delete(
                Deployment.self, namespace: "ns", name: "web", options: DeleteOptions(propagationPolicy: .background))
            try await cluster.waitFor(ReplicaSet.self) { $0.isEmpty }
            try await cluster.waitFor(Pod.self) { $0.isEmpty }
        }
    }

    @Test("deleting in the foreground keeps the owner until its dependents are gone")
    func foreground() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(Fixture.workload(Deployment.self))
            try await cluster.waitFor(Pod.self) { $0.ready(3) }
            try await cluster.delete(
                Deployment.self, namespace: "ns", name: "web", options: DeleteOptions(propagationPolicy: .foreground))
            try await cluster.waitFor(Deployment.self) { $0.isEmpty }
            #expect(try await cluster.list(Pod.self).isEmpty)
            #expect(try await cluster.list(ReplicaSet.self).isEmpty)
        }
    }

    @Test("orphaning leaves what was owned, without the reference")
    func orphan() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(Fixture.workload(ReplicaSet.self))
            try await cluster.waitFor(Pod.self) { $0.ready(3) }
            try await cluster.delete(
                ReplicaSet.self, namespace: "ns", name: "web", options: DeleteOptions(propagationPolicy: .orphan))
            try await cluster.waitFor(ReplicaSet.self) { $0.isEmpty }
            let pods = try await cluster.list(Pod.self)
            #expect(pods.count == 3 && pods.allSatisfy { $0.metadata.ownerReferences.isEmpty })
        }
    }

    @Test(
        "custom resources of a type defined later are collected too; an owner of the same name but another UID is none")
    func customOwners() async throws {
        let cluster = InMemoryCluster()
        let type = ResourceType(group: "example.com", version: "v1", kind: "Widget", plural: "widgets")
        try await withControllers(cluster) {
            cluster.register(type)
            _ = try await cluster.create(CustomResourceDefinition(name: "widgets.example.com"))
            let owner = try await cluster.create(
                type.gvr, namespace: "ns", name: nil, subresource: nil, object: ["metadata": ["name": "w"]],
                options: WriteOptions())
            let reference: JSON = [
                "apiVersion": "example.com/v1", "kind": "Widget", "name": "w", "uid": owner["metadata", "uid"],
            ]
            for (name, uid) in [("kept", owner["metadata", "uid"]), ("stale", "another")] {
                var map = ConfigMap(name: name, namespace: "ns")
                var reference = reference
                reference["uid"] = uid
                map.json["metadata", "ownerReferences"] = [reference]
                _ = try await cluster.create(map)
            }
            try await cluster.waitFor(ConfigMap.self) { $0.map(\.name) == ["kept"] }
            try await cluster.delete(type.gvr, namespace: "ns", name: "w", options: DeleteOptions())
            try await cluster.waitFor(ConfigMap.self) { $0.isEmpty }
        }
    }

    @Test("an event expires an hour after it last happened")
    func events() {
        var event = Event(name: "e", namespace: "ns")
        let start = Timestamp(microseconds: 1_700_000_000_000_000)
        event.json["lastTimestamp"] = .string(start.description)
        let isExpired = { EventExpiry.isExpired(event, at: start + $0, lifetime: .seconds(3600)) }
        #expect(!isExpired(.seconds(3599)))
        #expect(isExpired(.seconds(3600)))
    }
}
