import Foundation
import Glibc
import Host
import Logging

@testable import Injection

let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

/// A container of tests: a process in a control group and a network namespace with `eth0`. Gone after `end()`.
struct AgentTarget: Sendable {
    let network: NetworkNamespace
    let group: ControlGroup
    let process: ChildProcess
    /// As a pod's status would name it, without the runtime in front.
    let id: String

    static func start() async throws -> AgentTarget {
        guard let layout = ControlGroupLayout.detect() else {
            throw HostError("find control groups", reason: "there are none")
        }
        let id = "c" + JournalEntry.newID()
        let group = ControlGroup(layout: layout, path: "/litmus-test-\(getpid())-\(id)").child(id)
        try group.create()
        let network = try await NetworkNamespace.scratch()
        try await IPRoute.batch(
            ["link set lo up", "link add eth0 type veth peer name eth1", "link set eth0 up", "link set eth1 up"],
            namespace: network.path)
        var request = SpawnRequest(
            executable: "/bin/sh", arguments: ["sh", "-c", "exec sleep 1000"],
            environment: ["PATH=\(HostProgram.searchPath)"])
        request.parentDeathSignal = SIGKILL
        request.controlGroupFiles = group.joinFiles
        request.namespaces = [network.path]
        return AgentTarget(
            network: network, group: group, process: try await Spawner.shared.spawn(request), id: id)
    }

    /// Whether rules of ours are in its network.
    func hasRules() async throws -> Bool {
        try await !Tool.run(.nft, ["list", "ruleset"], namespaces: [network.path]).isEmpty
    }

    func end() async {
        let parent = ControlGroup(layout: group.layout, path: "/" + group.path.split(separator: "/")[0])
        try? await parent.killAll()
        _ = try? await process.wait()
        try? parent.remove()
    }
}

/// Runs `body` with a target and a journal that are gone afterwards, passed or failed.
func withTarget(_ body: (AgentTarget, Journal) async throws -> Void) async throws {
    let directory = "/tmp/litmus-journal-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let journal = Journal(directory: directory)
    let target = try await AgentTarget.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body(target, journal)) } catch { result = .failure(error) }
    _ = await Reverter(journal: journal, logger: quiet).revertAll()
    await target.end()
    try? FileTree.remove(directory)
    try result.get()
}
