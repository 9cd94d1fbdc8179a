import Foundation
import Host

@testable import Injection

/// A pod of tests: a network namespace with `eth0`, a peer on its other end, and a container in it. Everything is gone
/// after `end()`.
final class TestPod: Sendable {
    enum Container {
        /// Its first process is the init of a pid namespace of its own.
        case ownProcesses
        /// A plain process among the node's.
        case nodeProcesses
        /// In the node's network too.
        case nodeNetwork
    }

    let network: NetworkNamespace
    let peer: NetworkNamespace
    let reference: TargetReference
    let group: ControlGroup
    let process: ChildProcess

    static let address = "10.77.0.1"
    static let peerAddress = "10.77.0.2"
    static let otherPeerAddress = "10.77.0.3"
    static let address6 = "fd77::1"
    static let peerAddress6 = "fd77::2"

    private init(
        _ network: NetworkNamespace, _ peer: NetworkNamespace, _ reference: TargetReference, _ group: ControlGroup,
        _ process: ChildProcess
    ) {
        self.network = network
        self.peer = peer
        self.reference = reference
        self.group = group
        self.process = process
    }

    /// - Parameter command: what the container runs, in a shell.
    static func start(
        _ name: String = "web-0", container: Container = .ownProcesses, limits: ControlGroupLimits = .init(),
        layout: ControlGroupLayout? = .detect(), command: String = "exec sleep 1000"
    ) async throws -> TestPod {
        let network = try await NetworkNamespace.scratch()
        let peer = try await NetworkNamespace.scratch()
        try await connect(network, peer)
        let layout = try layout.orThrow("find control groups")
        let id = "c" + JournalEntry.newID()
        let group = ControlGroup(layout: layout, path: "/litmus-test-\(getpid())-\(id)").child(id)
        try group.create(limits)
        let process = try await startContainer(command, container, network, group)
        let reference = TargetReference(
            node: "here", namespace: "default", pod: name, podUID: "u-" + id, container: "web", containerID: id)
        return TestPod(network, peer, reference, group, process)
    }

    private static func startContainer(
        _ command: String, _ container: Container, _ network: NetworkNamespace, _ group: ControlGroup
    ) async throws -> ChildProcess {
        let shell = ["sh", "-c", command]
        var request =
            switch container {
            case .ownProcesses:
                SpawnRequest(
                    executable: "/usr/bin/unshare",
                    arguments: ["unshare", "--pid", "--fork", "--kill-child", "--"] + shell, environment: [])
            case .nodeProcesses, .nodeNetwork: SpawnRequest(executable: "/bin/sh", arguments: shell, environment: [])
            }
        request.environment = ["PATH=\(HostProgram.searchPath)"]
        request.parentDeathSignal = SIGKILL
        request.controlGroupFiles = group.joinFiles
        if case .nodeNetwork = container {} else { request.namespaces = [network.path] }
        let process = try await Spawner.shared.spawn(request)
        guard case .ownProcesses = container else { return process }
        // The inner process is there once it is the init of its namespace.
        try await eventually("the container has an init") {
            ProcessTable().pids().contains {
                ProcessTable().numbers($0).last == 1 && group.members().contains($0)
            }
        }
        return process
    }

    private static func connect(_ network: NetworkNamespace, _ peer: NetworkNamespace) async throws {
        let there = peer.path.replacing("self", with: String(getpid()))
        try await IPRoute.batch(
            [
                "link set lo up",
                "link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 netns \(there)",
                "addr add \(address)/24 dev eth0", "addr add \(address6)/64 dev eth0 nodad", "link set eth0 up",
                // The kernel looks for the first IPv6 neighbours of a new device for a second.
                "neigh add \(peerAddress6) lladdr 02:00:00:00:00:02 dev eth0",
            ], namespace: network.path)
        try await IPRoute.batch(
            [
                "link set lo up", "addr add \(peerAddress)/24 dev eth0", "addr add \(otherPeerAddress)/24 dev eth0",
                "addr add \(peerAddress6)/64 dev eth0 nodad", "link set eth0 up",
                "neigh add \(address6) lladdr 02:00:00:00:00:01 dev eth0",
            ], namespace: peer.path)
    }

    func resolved() throws -> ResolvedTarget { try TargetResolver().resolve(reference) }

    /// All rules in the pod's network namespace, as `nft` prints them; nil when there is no table.
    func rules() async throws -> String? {
        let text = try await Tool.run(.nft, ["list", "ruleset"], namespaces: [network.path])
        return text.isEmpty ? nil : text
    }

    func end() async throws {
        let parent = ControlGroup(layout: group.layout, path: "/" + group.path.split(separator: "/")[0])
        try await parent.killAll()
        _ = try await process.wait()
        try parent.remove()
    }
}

extension Optional {
    func orThrow(_ what: String) throws -> Wrapped {
        guard let self else { throw HostError(what, reason: "there is none") }
        return self
    }
}

/// Runs `body` with pods that are gone afterwards, passed or failed.
func withPods<Value>(
    _ count: Int = 1, container: TestPod.Container = .ownProcesses, limits: ControlGroupLimits = .init(),
    command: String = "exec sleep 1000", _ body: ([TestPod]) async throws -> Value
) async throws -> Value {
    var pods: [TestPod] = []
    do {
        for index in 0..<count {
            pods.append(
                try await TestPod.start("web-\(index)", container: container, limits: limits, command: command))
        }
        let value = try await body(pods)
        for pod in pods { try await pod.end() }
        return value
    } catch {
        for pod in pods { try? await pod.end() }
        throw error
    }
}

func withPod<Value>(
    container: TestPod.Container = .ownProcesses, limits: ControlGroupLimits = .init(),
    command: String = "exec sleep 1000", _ body: (TestPod) async throws -> Value
) async throws -> Value {
    try await withPods(1, container: container, limits: limits, command: command) { try await body($0[0]) }
}

/// Runs `body` with a journal that is gone afterwards.
func withJournal<Value>(_ body: (Journal) async throws -> Value) async throws -> Value {
    let directory = "/tmp/litmus-journal-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { try? FileTree.remove(directory) }
    return try await body(Journal(directory: directory))
}

/// Waits for a condition that must come true.
func eventually(
    _ what: String, within limit: Duration = .seconds(10), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw HostError("see that", what, reason: "not within \(limit)")
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
