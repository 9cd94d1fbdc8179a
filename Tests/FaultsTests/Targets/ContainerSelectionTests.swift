import ChaosAPI
import Faults
import KubernetesAPI
import Testing

@Suite struct ContainerSelectionTests {
    private static func pod(_ name: String, app: String = "web", containers: [String]) -> Pod {
        var pod = TargetSelectionTests.pod(name, labels: ["app": app], owner: nil)
        pod.spec["containers"] = .array(containers.map { ["name": .string($0)] })
        pod.json["status", "containerStatuses"] = .array(
            containers.map { ["name": .string($0), "containerID": .string("containerd://id-\(name)-\($0)")] })
        return pod
    }

    private let view = ClusterView(pods: [
        pod("b", containers: ["main", "side"]), pod("a", containers: ["main", "side"]),
        pod("c", containers: ["main", "side"]), pod("other", app: "db", containers: ["db"]),
    ])

    private func choose(_ containers: ContainerChoice, percentage: Int = 100) throws -> [Target] {
        let selection = TargetSelection(
            apps: try AppTarget.parse("pod:web:[a,b];KIND:web:[app=web]"), percentage: percentage,
            order: .alphabetical, containers: containers)
        var generator = SeededGenerator(seed: 1)
        return selection.choose(from: try selection.candidates(in: view), using: &generator)
    }

    @Test(
        "each wanted container of each pod is a target, once, in the pod's order",
        arguments: [
            (ContainerChoice.first, ["a/main", "b/main", "c/main"]),
            (.named(["side"]), ["a/side", "b/side", "c/side"]),
            (.named(["side", "main", "side"]), ["a/main", "a/side", "b/main", "b/side", "c/main", "c/side"]),
            (.all, ["a/main", "a/side", "b/main", "b/side", "c/main", "c/side"]),
        ])
    func targets(choice: ContainerChoice, expected: [String]) throws {
        let chosen = try choose(choice)
        #expect(chosen.map { "\($0.name)/\($0.container)" } == expected)
        #expect(chosen.map(\.containerID) == expected.map { "id-" + $0.replacing("/", with: "-") })
    }

    @Test("the share counts pods, not containers, and whole pods are chosen")
    func share() throws {
        let selection = TargetSelection(
            apps: try AppTarget.parse("KIND:web:[app=web]"), percentage: 67, containers: .all)
        let candidates = try selection.candidates(in: view)
        for seed in 0..<20 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let chosen = selection.choose(from: candidates, using: &generator)
            #expect(chosen.count == 4 && Set(chosen.map(\.name)).count == 2)
        }
    }

    @Test("a container that a pod of the application lacks is refused in Litmus' words, with those it has")
    func unknown() throws {
        let error = #expect(throws: FaultError.self) { try choose(.named(["main", "sidecar"])) }
        #expect(error?.code == .helper)
        #expect(error?.reason.hasPrefix("target pod doesn't contains all the target containers: 'sidecar'") == true)
        #expect(error?.reason.contains("main, side") == true)
        #expect(error?.target.contains("namespace: web") == true)
    }

    @Test("a pod that is named twice is hit once")
    func namedTwice() throws {
        let selection = TargetSelection(
            apps: [], podNames: ["b", "a", "b"], podNamespace: "web", containers: .all)
        let named = try selection.candidates(in: view).named
        #expect(named.map { "\($0.name)/\($0.container)" } == ["b/main", "b/side", "a/main", "a/side"])
    }
}
