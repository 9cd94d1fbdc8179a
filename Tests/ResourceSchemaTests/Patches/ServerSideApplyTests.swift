import KubernetesAPI
import Testing

@testable import ResourceSchema

@Suite struct ServerSideApplyTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func apply(
        _ config: JSON, to live: JSON?, by manager: String, force: Bool = false, after seconds: Int64 = 0
    ) throws -> JSON {
        try ServerSideApply.apply(
            live: live, config: config, manager: manager, force: force, schema: PatchFixtures.deployment,
            now: now + .seconds(seconds))
    }

    private func update(_ live: JSON?, by manager: String, _ change: (inout JSON) -> Void) -> JSON {
        var new = live ?? PatchFixtures.deployment()
        change(&new)
        return ManagedFields.track(
            old: live, new: new, manager: manager, schema: PatchFixtures.deployment, now: now)
    }

    private func managers(of object: JSON) -> [String] {
        (object["metadata", "managedFields"].array ?? []).compactMap { entry in
            entry["manager"].string.map { "\($0)/\(entry["operation"].string ?? "")" }
        }
    }

    @Test("applying creates the object and records the manager's fields")
    func create() throws {
        let live = try apply(PatchFixtures.deployment { $0["spec", "replicas"] = 3 }, to: nil, by: "me")
        #expect(live["spec", "replicas"] == 3)
        let entry = live["metadata", "managedFields"].array?.first ?? .null
        #expect(entry["manager"] == "me")
        #expect(entry["operation"] == "Apply")
        #expect(entry["fieldsType"] == "FieldsV1")
        #expect(entry["apiVersion"] == "apps/v1")
        #expect(entry["time"] == .string(now.description))
        #expect(entry["fieldsV1", "f:spec", "f:replicas"] == [:])
    }

    @Test("applying the same again changes nothing, not even the time")
    func idempotent() throws {
        let config = PatchFixtures.deployment { $0["spec", "replicas"] = 3 }
        let live = try apply(config, to: nil, by: "me")
        #expect(try apply(config, to: live, by: "me", after: 60) == live)
    }

    @Test("a field that is no longer applied and nobody else owns is removed")
    func removal() throws {
        let first = PatchFixtures.deployment {
            $0["spec", "replicas"] = 3
            $0["metadata", "labels"] = ["a": "1", "b": "2"]
            $0["spec", "template", "spec", "containers"] = [
                ["name": "web", "image": "nginx:1", "env": [["name": "A", "value": "1"], ["name": "B"]]],
                ["name": "sidecar", "image": "s:1"],
            ]
        }
        var live = try apply(first, to: nil, by: "me")
        live = update(live, by: "labeler") { $0["metadata", "labels", "c"] = "3" }
        live = try apply(
            PatchFixtures.deployment {
                $0["metadata", "labels"] = ["b": "2"]
                $0["spec", "template", "spec", "containers"] = [["name": "web", "env": [["name": "B"]]]]
            }, to: live, by: "me")
        #expect(live["spec", "replicas"].isNull)
        #expect(live["metadata", "labels"] == ["b": "2", "c": "3"])
        #expect(PatchFixtures.containers(live) == [["name": "web", "env": [["name": "B"]]]])
    }

    @Test("a field that another manager owns too stays when it is no longer applied")
    func shared() throws {
        let config = PatchFixtures.deployment { $0["spec", "replicas"] = 3 }
        var live = try apply(config, to: nil, by: "one")
        live = try apply(config, to: live, by: "two")
        live = try apply(PatchFixtures.deployment(), to: live, by: "one")
        #expect(live["spec", "replicas"] == 3)
        live = try apply(PatchFixtures.deployment(), to: live, by: "two")
        #expect(live["spec", "replicas"].isNull)
    }

    @Test("another manager's value is a conflict that names manager and field, unless forced")
    func conflict() throws {
        let live = update(
            try apply(PatchFixtures.deployment { $0["spec", "replicas"] = 1 }, to: nil, by: "me"), by: "autoscaler"
        ) { $0["spec", "replicas"] = 5 }
        let config = PatchFixtures.deployment { $0["spec", "replicas"] = 2 }
        let error = #expect(throws: Status.self) { try apply(config, to: live, by: "me") }
        #expect(error?.code == 409)
        #expect(error?.reason == "Conflict")
        #expect(
            error?.message
                == #"Apply failed with 1 conflict: conflict with "autoscaler" using apps/v1: .spec.replicas"#)
        #expect(
            error?.details["causes"] == [
                [
                    "reason": "FieldManagerConflict", "message": #"conflict with "autoscaler" using apps/v1"#,
                    "field": ".spec.replicas",
                ]
            ])
        let forced = try apply(config, to: live, by: "me", force: true)
        #expect(forced["spec", "replicas"] == 2)
        #expect(managers(of: forced) == ["me/Apply"])
    }

    @Test("many conflicts are listed by manager")
    func conflicts() throws {
        var live = try apply(
            PatchFixtures.deployment {
                $0["spec", "replicas"] = 1
                $0["spec", "paused"] = true
            }, to: nil, by: "b")
        live = try apply(
            PatchFixtures.deployment { $0["metadata", "labels"] = ["x": "1"] }, to: live, by: "a")
        let error = #expect(throws: Status.self) {
            try apply(
                PatchFixtures.deployment {
                    $0["spec", "replicas"] = 2
                    $0["spec", "paused"] = false
                    $0["metadata", "labels"] = ["x": "2"]
                }, to: live, by: "me")
        }
        #expect(
            error?.message == """
                Apply failed with 3 conflicts: conflicts with "a":
                - .metadata.labels.x
                conflicts with "b":
                - .spec.paused
                - .spec.replicas
                """)
    }

    @Test("the same value is shared, and lost to the first who changes it")
    func sharedValue() throws {
        let config = PatchFixtures.deployment { $0["spec", "replicas"] = 3 }
        let live = try apply(config, to: update(nil, by: "creator") { $0["spec", "replicas"] = 3 }, by: "me")
        #expect(managers(of: live) == ["me/Apply", "creator/Update"])
        let changed = update(live, by: "scaler") { $0["spec", "replicas"] = 4 }
        let entries = changed["metadata", "managedFields"].array ?? []
        for entry in entries where entry["manager"] != "scaler" {
            #expect(entry["fieldsV1", "f:spec", "f:replicas"].isNull)
        }
    }

    @Test("atomic fields are owned and replaced as a whole")
    func atomic() throws {
        let live = try apply(
            PatchFixtures.deployment { $0["spec", "selector"] = ["matchLabels": ["a": "1", "b": "2"]] }, to: nil,
            by: "one")
        let config = PatchFixtures.deployment { $0["spec", "selector"] = ["matchLabels": ["a": "1"]] }
        #expect(throws: Status.self) { try apply(config, to: live, by: "two") }
        let forced = try apply(config, to: live, by: "two", force: true)
        #expect(forced["spec", "selector"] == ["matchLabels": ["a": "1"]])
    }

    @Test("ports are told apart by number and protocol, an unnamed protocol being the default")
    func ports() throws {
        func ports(_ list: JSON) -> JSON {
            PatchFixtures.deployment {
                $0["spec", "template", "spec", "containers"] = [["name": "web", "ports": list]]
            }
        }
        var live = try apply(
            ports([["containerPort": 53], ["containerPort": 53, "protocol": "UDP"]]), to: nil, by: "a")
        live = try apply(ports([["containerPort": 53, "protocol": "TCP", "name": "dns"]]), to: live, by: "b")
        #expect(
            PatchFixtures.containers(live)[0]["ports"] == [
                ["containerPort": 53, "protocol": "TCP", "name": "dns"], ["containerPort": 53, "protocol": "UDP"],
            ])
    }

    @Test("finalizers of several managers are one set")
    func sets() throws {
        func config(_ finalizers: JSON) -> JSON {
            PatchFixtures.deployment { $0["metadata", "finalizers"] = finalizers }
        }
        var live = try apply(config(["a", "b"]), to: nil, by: "one")
        live = try apply(config(["c", "b"]), to: live, by: "two")
        #expect(Set(live["metadata", "finalizers"].strings) == ["a", "b", "c"])
        live = try apply(config(["a"]), to: live, by: "one")
        #expect(Set(live["metadata", "finalizers"].strings) == ["a", "b", "c"])
        live = try apply(config([]), to: live, by: "two")
        #expect(live["metadata", "finalizers"] == ["a"])
    }

    @Test("an object that nobody kept account of belongs to whoever was before the first apply")
    func beforeFirstApply() throws {
        let live = PatchFixtures.deployment { $0["spec", "replicas"] = 1 }
        let error = #expect(throws: Status.self) {
            try apply(PatchFixtures.deployment { $0["spec", "replicas"] = 2 }, to: live, by: "me")
        }
        #expect(error?.message.contains("before-first-apply") == true)
    }

    @Test("a null in the configuration removes the field")
    func null() throws {
        let live = update(nil, by: "defaults") { $0["spec", "strategy"] = ["type": "Recreate", "rollingUpdate": [:]] }
        let config = PatchFixtures.deployment {
            $0["spec", "strategy"] = .object(["type": "Recreate", "rollingUpdate": .null])
        }
        #expect(try apply(config, to: live, by: "me")["spec", "strategy"] == ["type": "Recreate"])
    }

    @Test("a configuration that cannot be applied is refused")
    func refused() {
        let twice = PatchFixtures.deployment {
            $0["spec", "template", "spec", "containers"] = [["name": "a"], ["name": "a"]]
        }
        let nameless = PatchFixtures.deployment { $0["spec", "template", "spec", "containers"] = [["image": "a"]] }
        let managed = PatchFixtures.deployment { $0["metadata", "managedFields"] = [["manager": "x"]] }
        for (config, manager, code) in [
            (twice, "me", 422), (nameless, "me", 422), (managed, "me", 400), (twice, "", 422),
        ] {
            let error = #expect(throws: Status.self) { try apply(config, to: nil, by: manager) }
            #expect(error?.code == code)
        }
    }

    @Test("at most ten update managers are remembered, the oldest as one")
    func ancient() {
        var live = update(nil, by: "m0") { $0["spec", "replicas"] = 0 }
        for index in 1...15 { live = update(live, by: "m\(index)") { $0["metadata", "labels", "l\(index)"] = "x" } }
        let names = managers(of: live)
        #expect(names.count == 10)
        #expect(names.contains("ancient-changes/Update"))
        #expect(names.contains("m15/Update"))
    }

    @Test("an explicitly empty managedFields gives up tracking, a missing one does not")
    func reset() {
        let live = update(nil, by: "a") { $0["spec", "replicas"] = 1 }
        let kept = update(live, by: "b") { $0["metadata", "managedFields"] = .null }
        #expect(managers(of: kept) == ["a/Update"])
        let given = update(live, by: "b") { $0["metadata", "managedFields"] = [[:]] }
        #expect(given["metadata", "managedFields"].isNull)
    }
}
