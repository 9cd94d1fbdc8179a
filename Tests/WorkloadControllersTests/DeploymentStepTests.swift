import KubernetesAPI
import Testing

@testable import WorkloadControllers

@Suite struct DeploymentStepTests {
    private func deployment(replicas: Int = 4, image: String = "v2", spec: JSON = [:]) -> Deployment {
        var deployment: Deployment = Fixture.workload(
            replicas: replicas,
            spec: JSON.object([
                "strategy": ["rollingUpdate": ["maxSurge": 1, "maxUnavailable": 1]]
            ]).merging(patch: spec))
        deployment.json["spec", "template"] = Fixture.template(image: image)
        return deployment
    }

    /// A replica set of an image, all of whose pods are available unless said.
    private func set(
        _ image: String, _ replicas: Int, available: Int? = nil, revision: Int = 1, desired: Int = 4, maximum: Int = 5
    ) -> ReplicaSet {
        var set: ReplicaSet = Fixture.workload(name: "web-\(image)", replicas: replicas)
        set.metadata.uid = image
        set.metadata.creationTimestamp = Timestamp(microseconds: Int64(revision) * 1_000_000)
        set.metadata.annotations = [
            ReplicaSet.revisionAnnotation: String(revision), ReplicaSet.desiredAnnotation: String(desired),
            ReplicaSet.maximumAnnotation: String(maximum),
        ]
        set.json["spec", "template"] = Fixture.template(image: image)
        set.json["spec", "template", "metadata", "labels", ReplicaSet.hashLabel] = .string(image)
        set.json["status"] = [
            "replicas": .int(Int64(replicas)), "availableReplicas": .int(Int64(available ?? replicas)),
        ]
        return set
    }

    /// `v1 4→3`, `create 2`.
    private func actions(_ deployment: Deployment, _ sets: [ReplicaSet], hasOldPods: Bool = false) -> [String] {
        DeploymentStep(deployment, sets: sets, hasOldPods: hasOldPods).actions.map { action in
            switch action {
            case .create(let replicas, let revision): "create \(replicas) as \(revision)"
            case .scale(let set, let replicas): "\(set.uid) \(set.replicas)→\(replicas)"
            case .refresh(let set, let annotations):
                "\(set.uid) is revision \(annotations[ReplicaSet.revisionAnnotation] ?? "")"
            case .delete(let set): "delete \(set.uid)"
            }
        }
    }

    @Test("the first replica set gets all replicas at once")
    func first() {
        #expect(actions(deployment(), []) == ["create 4 as 1"])
    }

    @Test("a rolling update goes as fast as surge and availability allow")
    func rolls() {
        let wanted = deployment()
        #expect(actions(wanted, [set("v1", 4)]) == ["create 1 as 2"])
        #expect(actions(wanted, [set("v1", 4), set("v2", 1, available: 0, revision: 2)]) == ["v1 4→3"])
        #expect(actions(wanted, [set("v1", 3), set("v2", 1, available: 0, revision: 2)]) == ["v2 1→2"])
        #expect(actions(wanted, [set("v1", 3), set("v2", 2, available: 0, revision: 2)]) == [])
        #expect(actions(wanted, [set("v1", 3), set("v2", 2, available: 1, revision: 2)]) == ["v1 3→2"])
        #expect(actions(wanted, [set("v1", 1), set("v2", 4, available: 4, revision: 2)]) == ["v1 1→0"])
        #expect(actions(wanted, [set("v1", 0), set("v2", 4, available: 4, revision: 2)]) == [])
    }

    @Test("old pods that are not available go first, and do not hold up the update")
    func brokenOldPods() {
        let sets = [set("v1", 4, available: 0), set("v2", 1, available: 0, revision: 2)]
        #expect(actions(deployment(), sets) == ["v1 4→3"])
        let stuck = [set("v0", 2, available: 0, revision: 0), set("v1", 2), set("v2", 1, available: 1, revision: 2)]
        #expect(actions(deployment(), stuck) == ["v0 2→0"])
    }

    @Test("Recreate waits until every old pod is gone")
    func recreates() {
        let wanted = deployment(spec: ["strategy": ["type": "Recreate", "rollingUpdate": .null]])
        #expect(actions(wanted, [set("v1", 4)], hasOldPods: true) == ["v1 4→0"])
        #expect(actions(wanted, [set("v1", 0)], hasOldPods: true) == [])
        #expect(actions(wanted, [set("v1", 0)]) == ["create 4 as 2"])
    }

    @Test("an old template that is wanted again gets a new revision")
    func rollsBack() {
        let sets = [set("v1", 0), set("v2", 4, revision: 2)]
        #expect(actions(deployment(image: "v1"), sets) == ["v1 is revision 3", "v1 0→1"])
    }

    @Test("a paused deployment makes no new replica set, but scales")
    func paused() {
        #expect(actions(deployment(spec: ["paused": true]), [set("v1", 4)]) == [])
        #expect(
            actions(deployment(replicas: 6, spec: ["paused": true]), [set("v1", 4)]) == ["v1 4→6"])
    }

    @Test("scaling takes the one active replica set along, and shares in the middle of an update")
    func scales() {
        #expect(actions(deployment(replicas: 2, image: "v1"), [set("v1", 4)]) == ["v1 4→2"])
        let sets = [
            set("v1", 8, desired: 10, maximum: 11), set("v2", 3, revision: 2, desired: 10, maximum: 11),
        ]
        #expect(actions(deployment(replicas: 20), sets) == ["v1 8→15", "v2 3→6"])
    }

    @Test("replica sets beyond the history limit are deleted, the oldest first")
    func history() {
        let sets = (1...4).map { set("v\($0)", $0 == 4 ? 4 : 0, revision: $0) }
        #expect(
            actions(deployment(image: "v4", spec: ["revisionHistoryLimit": 1]), sets) == ["delete v1", "delete v2"])
    }

    @Test("the status tells progress, completion and the deadline")
    func status() {
        let start = Timestamp(microseconds: 1_700_000_000_000_000)
        var wanted = deployment(spec: ["progressDeadlineSeconds": 60])
        func progressing(_ current: ReplicaSet, after: Duration) -> (reason: String, deadline: Duration?) {
            let status = DeploymentStatus(wanted, current: current, old: [], now: start + after)
            wanted.json["status"] = status.json
            return (Conditions(status.json)["Progressing"]["reason"].string ?? "", status.deadline)
        }
        #expect(progressing(set("v2", 4, available: 0), after: .zero) == ("ReplicaSetUpdated", .seconds(60)))
        #expect(progressing(set("v2", 4, available: 0), after: .seconds(20)) == ("ReplicaSetUpdated", .seconds(40)))
        #expect(progressing(set("v2", 4, available: 1), after: .seconds(50)) == ("ReplicaSetUpdated", .seconds(60)))
        #expect(progressing(set("v2", 4, available: 1), after: .seconds(111)) == ("ProgressDeadlineExceeded", nil))
        #expect(progressing(set("v2", 4), after: .seconds(120)) == ("NewReplicaSetAvailable", nil))
        #expect(progressing(set("v2", 4, available: 3), after: .seconds(900)) == ("NewReplicaSetAvailable", nil))
        #expect(Conditions(wanted.json["status"]).isTrue("Available"))
        #expect(wanted.json["status", "unavailableReplicas"].int == 1)
    }
}
