import KubernetesAPI
import Testing

@testable import ResourceSchema

@Suite struct StrategicMergePatchTests {
    private func apply(_ patch: JSON, to document: JSON) throws -> JSON {
        try StrategicMergePatch.apply(patch: patch, to: document, schema: PatchFixtures.deployment)
    }

    private func pod(_ containers: JSON) -> JSON { ["spec": ["template": ["spec": ["containers": containers]]]] }

    @Test("a container in the patch changes the one with its name and is put first when it is new")
    func containers() throws {
        let live = pod([["name": "a", "image": "a:1"], ["name": "b", "image": "b:1"]])
        let patched = try apply(pod([["name": "c", "image": "c:1"], ["name": "b", "image": "b:2"]]), to: live)
        #expect(
            PatchFixtures.containers(patched) == [
                ["name": "c", "image": "c:1"], ["name": "a", "image": "a:1"], ["name": "b", "image": "b:2"],
            ])
    }

    @Test("$setElementOrder decides the order, elements it does not name stay before what they preceded")
    func order() throws {
        let live = pod([["name": "a"], ["name": "b"], ["name": "sidecar"], ["name": "c"]])
        let patched = try apply(
            [
                "spec": [
                    "template": [
                        "spec": [
                            "$setElementOrder/containers": [["name": "c"], ["name": "b"], ["name": "new"]],
                            "containers": [["name": "new", "image": "new:1"]],
                        ]
                    ]
                ]
            ], to: live)
        #expect(PatchFixtures.containers(patched).map { $0["name"] } == ["a", "sidecar", "c", "b", "new"])
    }

    @Test("an order without changes only reorders")
    func orderAlone() throws {
        let live: JSON = ["metadata": ["finalizers": ["a", "b", "c"]]]
        let patched = try apply(["metadata": ["$setElementOrder/finalizers": ["c", "a", "b"]]], to: live)
        #expect(patched["metadata", "finalizers"] == ["c", "a", "b"])
    }

    @Test("$patch: delete removes an element, $patch: replace the whole list or object")
    func directives() throws {
        let live = pod([["name": "a", "image": "a:1"], ["name": "b"]])
        let deleted = try apply(pod([["name": "a", "$patch": "delete"]]), to: live)
        #expect(PatchFixtures.containers(deleted) == [["name": "b"]])
        let replaced = try apply(pod([["name": "x"], ["$patch": "replace"]]), to: live)
        #expect(PatchFixtures.containers(replaced) == [["name": "x"]])
        let strategy: JSON = ["spec": ["strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]]]]
        let object = try apply(["spec": ["strategy": ["$patch": "replace", "type": "Recreate"]]], to: strategy)
        #expect(object["spec", "strategy"] == ["type": "Recreate"])
        #expect(try apply(["spec": ["strategy": ["$patch": "delete"]]], to: strategy)["spec", "strategy"] == [:])
        #expect(
            try apply(["spec": ["strategy": ["$patch": "merge", "type": "Recreate"]]], to: strategy)[
                "spec", "strategy", "rollingUpdate"] == ["maxSurge": 1])
    }

    @Test("scalars of a merged list are added once and removed by $deleteFromPrimitiveList")
    func scalars() throws {
        let live: JSON = ["metadata": ["finalizers": ["a", "b"]]]
        let added = try apply(["metadata": ["finalizers": ["b", "c", "c"]]], to: live)
        #expect(added["metadata", "finalizers"] == ["a", "b", "c"])
        let removed = try apply(
            ["metadata": ["$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["d"]]], to: live)
        #expect(removed["metadata", "finalizers"].strings.sorted() == ["b", "d"])
        let last = try apply(["metadata": ["$deleteFromPrimitiveList/finalizers": ["a", "b"]]], to: live)
        #expect(last["metadata", "finalizers"] == [])
    }

    @Test("$retainKeys removes what it does not name")
    func retainKeys() throws {
        let live: JSON = ["spec": ["strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]]]]
        let patched = try apply(
            ["spec": ["strategy": ["$retainKeys": ["type"], "type": "Recreate"]]], to: live)
        #expect(patched == ["spec": ["strategy": ["type": "Recreate"]]])
    }

    @Test("null removes a field, in an object that exists and in one that is made")
    func nulls() throws {
        let live: JSON = ["spec": ["replicas": 2, "paused": true]]
        let changes = JSON.object([
            "spec": .object(["paused": .null, "strategy": .object(["type": .null, "other": "x"])])
        ])
        #expect(try apply(changes, to: live) == ["spec": ["replicas": 2, "strategy": ["other": "x"]]])
    }

    @Test("atomic lists and fields that the schema does not know are replaced")
    func replaced() throws {
        let live: JSON = ["spec": ["unknown": [1, 2], "template": ["spec": ["tolerations": [["key": "a"]]]]]]
        let patched = try apply(
            ["spec": ["unknown": [3], "template": ["spec": ["tolerations": [["key": "b"]]]]]], to: live)
        #expect(patched["spec", "unknown"] == [3])
        #expect(patched["spec", "template", "spec", "tolerations"] == [["key": "b"]])
    }

    @Test(
        "a malformed patch is refused with the place of the mistake",
        arguments: [
            (["spec": ["template": ["spec": ["containers": [["image": "x"]]]]]], 422, "spec.template.spec.containers"),
            (["spec": ["template": ["spec": ["containers": ["x"]]]]], 400, "must be an object"),
            (["spec": ["$patch": "erase"]], 400, "erase"),
            (["spec": ["$retainKeys": ["a"], "b": 1]], 400, "\"b\""),
            (["metadata": ["$setElementOrder/finalizers": "a"]], 400, "must be a list"),
            (["metadata": ["finalizers": [["a"]]]], 422, "list of lists"),
            ([], 400, "must be an object"),
        ] as [(JSON, Int, String)])
    func malformed(patch: JSON, code: Int, text: String) {
        let error = #expect(throws: Status.self) { try apply(patch, to: pod([["name": "a"]])) }
        #expect(error?.code == code)
        #expect(error?.message.contains(text) == true)
    }
}
