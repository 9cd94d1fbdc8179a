import ClusterTesting
import ContainerRuntime
import ControllerRuntime
import Foundation
import KubernetesAPI
import Synchronization
import Testing

@testable import EmbeddedNode

/// Waits for what no event tells, such as a file; fails after ten seconds.
func eventually(_ condition: @Sendable () async throws -> Bool) async throws {
    for _ in 0..<1000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("not so within ten seconds")
}

private final class Looks: Sendable {
    private let count = Mutex(0)

    func next() -> Duration {
        count.withLock { count in
            count += 1
            return .microseconds(count)
        }
    }
}

/// A cluster in memory with a node whose containers are imagined.
struct NodeStage: Sendable {
    let cluster: InMemoryCluster
    let runtime: FakeRuntime
    let directory: String
    let time: TimeSource

    /// Runs the agent while `body` runs, then checks that it stops quickly and leaves nothing.
    static func run(
        runtime: FakeRuntime = FakeRuntime(), cluster: InMemoryCluster = InMemoryCluster(), clock: ManualClock? = nil,
        _ body: @escaping @Sendable (NodeStage) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var time = TimeSource.continuous
        if let clock {
            // Each look at the time is a microsecond later: names of events are made of it.
            let looks = Looks()
            let start = clock.now
            time = TimeSource(clock, wallClock: { epoch + start.duration(to: clock.now) + looks.next() })
        }
        let stage = NodeStage(cluster: cluster, runtime: runtime, directory: directory, time: time)
        let configuration = NodeConfiguration(
            nodeName: "node-1", clusterID: "test", dataDirectory: directory,
            images: ImageTable([.init(pattern: "app", target: .host)]), hostAddress: "10.0.0.1")
        let agent = NodeAgent(client: cluster, runtime: runtime, configuration: configuration, time: time)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            group.addTask { try await body(stage) }
            try await group.next()
            let stopping = ContinuousClock.now
            group.cancelAll()
            try await group.waitForAll()
            #expect(ContinuousClock.now - stopping < .seconds(2))
        }
        #expect(runtime.sandboxes.isEmpty)
        #expect(runtime.calls.first == "remove leftovers")
        #expect(runtime.calls.last == "shutdown")
    }

    @discardableResult
    func create(_ pod: Pod) async throws -> Pod {
        var pod = pod
        pod.json["metadata", "uid"] = .null
        return try await cluster.create(pod)
    }

    @discardableResult
    func wait(for name: String = "web", _ condition: @escaping @Sendable (Pod) -> Bool) async throws -> Pod {
        let pods = try await cluster.waitFor(Pod.self) { $0.contains { $0.name == name && condition($0) } }
        return try #require(pods.first { $0.name == name })
    }

    func waitUntilGone(_ name: String = "web") async throws {
        try await cluster.waitFor(Pod.self) { !$0.contains { $0.name == name } }
    }

    /// The reasons of the pod's events, once `last` is among them.
    func events(until last: String) async throws -> [String] {
        try await cluster.waitFor(Event.self) { $0.contains { $0.reason == last } }.map(\.reason)
    }

    func path(_ volume: String, of pod: Pod) -> String {
        NodePaths(dataDirectory: directory).volume(volume, pod: pod.uid)
    }
}

@Suite("NodeAgent", .timeLimit(.minutes(2)))
struct NodeAgentTests {
    @Test("registers the node with a fresh lease")
    func registration() async throws {
        try await NodeStage.run { stage in
            let nodes = try await stage.cluster.waitFor(Node.self) {
                $0.first?.json["status", "capacity"].isNull == false
            }
            let node = try #require(nodes.first)
            #expect(node.metadata.labels["kubernetes.io/hostname"] == "node-1")
            let ready = (node.json["status", "conditions"].array ?? []).first { $0["type"] == "Ready" }
            #expect(ready?["status"] == "True")
            #expect(node.json["status", "addresses"].array?.first?["address"] == "10.0.0.1")
            #expect(node.json["status", "nodeInfo", "kernelVersion"].string?.isEmpty == false)
            try await stage.cluster.waitFor(Lease.self) { $0.contains { $0.namespace == "kube-node-lease" } }
        }
    }

    @Test("runs a pod from binding to deletion, with events")
    func life() async throws {
        try await NodeStage.run { stage in
            let created = try await stage.create(makePod())
            let pod = try await stage.wait { $0.isReady }
            #expect(pod.phase == "Running")
            #expect(pod.podIP == "127.0.0.1")
            #expect(pod.json["status", "qosClass"] == "BestEffort")
            let specification = try #require(stage.runtime.specification("app"))
            #expect(specification.arguments == ["run"])
            #expect(specification.environment.contains("HOSTNAME=web"))
            #expect(pod.containerStatuses.first?.containerID == "fake://\(specification.id)")
            let events = try await stage.events(until: "Started")
            #expect(Set(events).isSuperset(of: ["Pulled", "Created", "Started"]))

            try await stage.cluster.delete(Pod.self, namespace: "shop", name: "web")
            try await stage.waitUntilGone()
            #expect(stage.runtime.calls.filter { $0.hasPrefix("signal") } == ["signal 15"])
            #expect(stage.runtime.sandboxes.isEmpty)
            _ = try await stage.events(until: "Killing")
            let own = NodePaths(dataDirectory: stage.directory).pod(created.uid)
            try await eventually { !FileManager.default.fileExists(atPath: own) }
        }
    }

    @Test("where Services have no rules, pods are told the API server's own address")
    func apiServerAddress() async throws {
        let cluster = InMemoryCluster()
        let (service, slice) = makeService(
            "kubernetes", namespace: "default", spec: ["clusterIP": "10.96.0.1", "ports": [["port": 443]]],
            endpoints: [["addresses": ["127.0.0.1"]]], ports: [["port": 6443]])
        _ = try await cluster.create(service)
        _ = try await cluster.create(slice)
        try await NodeStage.run(cluster: cluster) { stage in
            try await stage.create(makePod())
            try await eventually { stage.runtime.specification("app") != nil }
            let environment = stage.runtime.specification("app")?.environment ?? []
            #expect(environment.contains("KUBERNETES_SERVICE_HOST=127.0.0.1"))
            #expect(environment.contains("KUBERNETES_SERVICE_PORT=6443"))
        }
    }

    @Test("a container that ignores SIGTERM is killed when the grace is over")
    func grace() async throws {
        let runtime = FakeRuntime(deadly: [9])
        try await NodeStage.run(runtime: runtime) { stage in
            let hook: JSON = ["preStop": ["exec": ["command": ["drain"]]]]
            try await stage.create(
                makePod(containers: [["name": "app", "image": "app", "command": ["run"], "lifecycle": hook]]))
            try await stage.wait { $0.isReady }
            let begin = ContinuousClock.now
            try await stage.cluster.delete(
                Pod.self, namespace: "shop", name: "web", options: DeleteOptions(gracePeriodSeconds: 1))
            try await stage.waitUntilGone()
            let took = ContinuousClock.now - begin
            #expect(took >= .milliseconds(950) && took < .seconds(3))
            let calls = stage.runtime.calls.filter { !$0.hasPrefix("create") && !$0.hasPrefix("start") }
            #expect(calls == ["remove leftovers", "execute drain", "signal 15", "signal 9", "remove sandbox"])
        }
    }

    @Test("a pod that vanishes from the API is ended here too")
    func forceDeletion() async throws {
        try await NodeStage.run { stage in
            try await stage.create(makePod())
            try await stage.wait { $0.isReady }
            try await stage.cluster.delete(
                Pod.self, namespace: "shop", name: "web", options: DeleteOptions(gracePeriodSeconds: 0))
            try await stage.waitUntilGone()
            try await eventually { stage.runtime.sandboxes.isEmpty }
        }
    }

    @Test("an exec readiness probe decides about Ready, and a liveness probe about the container")
    func probes() async throws {
        let runtime = FakeRuntime()
        runtime.answer([1, 1])
        try await NodeStage.run(runtime: runtime) { stage in
            let container: JSON = [
                "name": "app", "image": "app", "command": ["run"],
                "readinessProbe": ["exec": ["command": ["check"]], "periodSeconds": 1, "failureThreshold": 1],
            ]
            try await stage.create(makePod(containers: [container]))
            try await stage.wait { $0.isReady }
            runtime.answer([1])
            try await stage.wait { !$0.isReady && $0.phase == "Running" }
            try await stage.wait { $0.isReady }
            #expect(try await stage.events(until: "Unhealthy").contains("Unhealthy"))
        }
    }

    @Test("a failing container backs off, and its clock can be moved")
    func crashLoop() async throws {
        let clock = ManualClock()
        try await NodeStage.run(clock: clock) { stage in
            let pod = try await stage.create(makePod())
            for attempt in 0...1 {
                let id = "\(pod.uid)-app-\(attempt)"
                try await stage.wait { $0.containerStatuses.first?.containerID == "fake://\(id)" && $0.isReady }
                stage.runtime.end(id, code: 3)
            }
            let waiting = try await stage.wait { $0.containerStatuses.first?.waiting["reason"] == "CrashLoopBackOff" }
            #expect(waiting.containerStatuses.first?.restartCount == 1)
            #expect(waiting.containerStatuses.first?.json["lastState", "terminated", "exitCode"] == 3)
            clock.advance(by: .seconds(11))
            try await stage.wait { $0.containerStatuses.first?.restartCount == 2 && $0.isReady }
            #expect(try await stage.events(until: "BackOff").contains("BackOff"))
        }
    }

    @Test("an unknown image and a missing ConfigMap are told in the pod's status")
    func startFailures() async throws {
        try await NodeStage.run { stage in
            try await stage.create(makePod("strange", containers: [["name": "app", "image": "nginx"]]))
            let strange = try await stage.wait(for: "strange") {
                $0.containerStatuses.first?.waiting["reason"] == "ErrImagePull"
            }
            #expect(strange.containerStatuses.first?.waiting["message"].string?.contains("--image 'nginx=") == true)
            let source: JSON = ["configMapRef": ["name": "settings"]]
            try await stage.create(
                makePod(containers: [["name": "app", "image": "app", "command": ["run"], "envFrom": [source]]]))
            try await stage.wait { $0.containerStatuses.first?.waiting["reason"] == "CreateContainerConfigError" }
            var map = ConfigMap(name: "settings", namespace: "shop")
            map.data = ["COLOR": "red"]
            _ = try await stage.cluster.create(map)
            try await stage.wait { $0.isReady }
            #expect(stage.runtime.specification("app")?.environment.contains("COLOR=red") == true)
        }
    }

    @Test("volumes show ConfigMaps, Secrets and the downward API, and follow their changes")
    func volumes() async throws {
        try await NodeStage.run { stage in
            var map = ConfigMap(name: "settings", namespace: "shop")
            map.data = ["a.txt": "one", "b.txt": "two"]
            _ = try await stage.cluster.create(map)
            var secret = Secret(name: "login", namespace: "shop")
            secret.data = ["password": "czNjcmV0"]
            _ = try await stage.cluster.create(secret)
            let volumes: JSON = [
                ["name": "config", "configMap": ["name": "settings"]],
                [
                    "name": "all",
                    "projected": [
                        "sources": [
                            ["secret": ["name": "login", "items": [["key": "password", "path": "keys/pw"]]]],
                            ["downwardAPI": ["items": [["path": "name", "fieldRef": ["fieldPath": "metadata.name"]]]]],
                        ]
                    ],
                ], ["name": "scratch", "emptyDir": [:]],
            ]
            let mounts: JSON = [
                ["name": "config", "mountPath": "/etc/config"],
                ["name": "config", "mountPath": "/etc/a", "subPath": "a.txt"],
                ["name": "scratch", "mountPath": "/data", "subPathExpr": "$(HOSTNAME)/x"],
            ]
            let pod = try await stage.create(
                makePod(
                    containers: [["name": "app", "image": "app", "command": ["run"], "volumeMounts": mounts]],
                    spec: ["volumes": volumes]))
            try await stage.wait { $0.isReady }
            @Sendable func text(_ volume: String, _ file: String) -> String? {
                FileManager.default.contents(atPath: stage.path(volume, of: pod) + "/" + file)
                    .map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(text("config", "a.txt") == "one")
            #expect(text("all", "keys/pw") == "s3cret")
            #expect(text("all", "name") == "web")
            let specification = try #require(stage.runtime.specification("app"))
            #expect(specification.mounts.map(\.destination) == ["/etc/config", "/etc/a", "/data"])
            #expect(specification.mounts[0].isReadOnly && !specification.mounts[2].isReadOnly)
            #expect(specification.mounts[2].source.hasSuffix("/scratch/web/x"))
            #expect(FileManager.default.contents(atPath: specification.mounts[1].source) == Data("one".utf8))

            map.data = ["a.txt": "three"]
            _ = try await stage.cluster.patch(
                ConfigMap.self, namespace: "shop", name: "settings",
                .json(JSONPatch(json: [["op": "replace", "path": "/data", "value": JSON(map.data)]])))
            try await eventually { text("config", "a.txt") == "three" }
            #expect(text("config", "b.txt") == nil)
        }
    }

    @Test("after a restart of the node, pods of the former life run again")
    func restart() async throws {
        let cluster = InMemoryCluster()
        try await NodeStage.run(cluster: cluster) { stage in
            try await stage.create(makePod())
            try await stage.wait { $0.isReady }
        }
        try await NodeStage.run(cluster: cluster) { stage in
            let pod = try await stage.wait { $0.containerStatuses.first?.restartCount == 1 && $0.isReady }
            let last = pod.containerStatuses.first?.json["lastState", "terminated"]
            #expect(last?["reason"] == "ContainerStatusUnknown")
            #expect(last?["exitCode"] == 137)
        }
    }
}
