import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite(.timeLimit(.minutes(1))) struct EvictionTests {
    /// Pods `p0`, `p1`, … of which the last `unready` are not ready.
    private func pods(_ count: Int, unready: Int = 0) -> [Pod] {
        (0..<count).map { index in
            var made = pod("p\(index)", labels: ["app": "web"], node: "n1")
            let isReady = index < count - unready
            made.json["status"] = [
                "phase": "Running", "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]],
            ]
            return made
        }
    }

    private func budget(_ name: String, _ spec: JSON, app: String = "web") -> JSON {
        var spec = spec
        spec["selector"] = ["matchLabels": ["app": .string(app)]]
        return ["metadata": ["name": .string(name), "namespace": "test"], "spec": spec]
    }

    @Test(
        "a budget allows what its numbers and percentages leave",
        arguments: [
            (["minAvailable": 2], 3, 0, true), (["minAvailable": 3], 3, 0, false), (["minAvailable": 2], 3, 1, false),
            (["minAvailable": "50%"], 3, 0, true), (["minAvailable": "67%"], 3, 0, false),
            (["maxUnavailable": 1], 3, 0, true), (["maxUnavailable": 1], 3, 1, false),
            (["maxUnavailable": 0], 3, 0, false), (["maxUnavailable": "34%"], 3, 1, true), ([:], 1, 0, true),
        ] as [(JSON, Int, Int, Bool)])
    func numbers(spec: JSON, count: Int, unready: Int, isAllowed: Bool) throws {
        let pods = pods(count, unready: unready)
        let budgets = [budget("b", spec), budget("other", ["minAvailable": 9], app: "x")]
        let check = DisruptionCheck(budgets: budgets, pods: pods)
        if isAllowed {
            try check.check(pods[0])
        } else {
            let refused = #expect(throws: Status.self) { try check.check(pods[0]) }
            #expect(refused?.code == 429 && refused?.reason == "TooManyRequests")
            #expect(refused?.details["causes"].array?.first?["reason"] == "DisruptionBudget")
        }
    }

    @Test("a pod that is not ready may go while enough others are, or when its budget always lets it")
    func unready() throws {
        let some = pods(3, unready: 1)
        try DisruptionCheck(budgets: [budget("b", ["minAvailable": 2])], pods: some).check(some[2])
        let few = pods(3, unready: 2)
        let strict = DisruptionCheck(budgets: [budget("b", ["minAvailable": 2])], pods: few)
        #expect(throws: Status.self) { try strict.check(few[2]) }
        let lenient = budget("b", ["minAvailable": 2, "unhealthyPodEvictionPolicy": "AlwaysAllow"])
        try DisruptionCheck(budgets: [lenient], pods: few).check(few[2])
    }

    @Test("two budgets for one pod are refused, one without a selector is nobody's")
    func oddBudgets() throws {
        let pods = pods(3)
        let two = [budget("a", ["minAvailable": 0]), budget("b", ["minAvailable": 0])]
        let refused = #expect(throws: Status.self) { try DisruptionCheck(budgets: two, pods: pods).check(pods[0]) }
        #expect(refused?.code == 500)
        let empty: JSON = ["metadata": ["name": "c"], "spec": ["minAvailable": 9]]
        try DisruptionCheck(budgets: [empty], pods: pods).check(pods[0])
    }

    private func server(_ spec: JSON?) async throws -> TestServer {
        let test = try await TestServer()
        for pod in pods(3) {
            let made = try await test.client.create(pod)
            var ready = made
            ready.json["status"] = pod.json["status"]
            _ = try await test.client.update(ready, subresource: "status")
        }
        guard let spec else { return test }
        let budgets = GroupVersionResource(group: "policy", version: "v1", resource: "poddisruptionbudgets")
        _ = try await test.client.make(budgets, in: "test", budget("b", spec))
        return test
    }

    private func evict(
        _ name: String, _ test: TestServer, _ changes: JSON = [:], dryRun: Bool = false
    ) async throws -> JSON {
        var object: JSON = ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(name)]]
        object = object.merging(patch: changes)
        return try await test.client.create(
            Pod.type.gvr, namespace: "test", name: name, subresource: "eviction", object: object,
            options: WriteOptions(dryRun: dryRun))
    }

    @Test("of evictions at once no more go through than the budget allows")
    func concurrent() async throws {
        let test = try await server(["minAvailable": 2])
        let refusals = await withTaskGroup(of: Status?.self) { group in
            for index in 0..<3 { group.addTask { await status { _ = try await evict("p\(index)", test) } } }
            return await group.reduce(into: [Status?]()) { $0.append($1) }
        }
        #expect(refusals.compactMap(\.?.code) == [429, 429])
        let left = try await test.client.list(Pod.self, namespace: "test").filter { !$0.metadata.isBeingDeleted }
        #expect(left.count == 2)
    }

    @Test(
        "both versions of the body are taken, and its options are honoured",
        arguments: ["policy/v1", "policy/v1beta1"])
    func options(version: String) async throws {
        let test = try await server(nil)
        let body: JSON = ["apiVersion": .string(version)]
        let answer = try await evict("p0", test, body.merging(patch: ["deleteOptions": ["gracePeriodSeconds": 7]]))
        #expect(answer["kind"] == "Status" && answer["status"] == "Success" && answer["code"] == 201)
        let pod = try await test.client.get(Pod.self, namespace: "test", name: "p0")
        #expect(pod.metadata.deletionGracePeriodSeconds == 7)
        _ = try await evict("p1", test, body.merging(patch: ["deleteOptions": ["dryRun": ["All"]]]))
        _ = try await evict("p1", test, body, dryRun: true)
        #expect(try await !test.client.get(Pod.self, namespace: "test", name: "p1").metadata.isBeingDeleted)
        let other = await status {
            _ = try await evict(
                "p1", test, body.merging(patch: ["deleteOptions": ["preconditions": ["uid": "another"]]]))
        }
        #expect(other?.isConflict == true)
        _ = try await evict("p1", test, body.merging(patch: ["deleteOptions": ["gracePeriodSeconds": 0]]))
        #expect(try await test.client.find(Pod.self, namespace: "test", name: "p1") == nil)
    }

    @Test("a body of another kind, or for another pod, is refused")
    func wrongBodies() async throws {
        let test = try await server(nil)
        for changes in [["apiVersion": "policy/v2"], ["kind": "Pod"], ["metadata": ["name": "p1"]]] as [JSON] {
            let refused = await status { _ = try await evict("p0", test, changes) }
            #expect(refused?.code == 400, "\(changes)")
        }
        #expect(await status { _ = try await evict("none", test) }?.isNotFound == true)
    }
}
