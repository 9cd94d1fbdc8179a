import ContainerRuntime
import Foundation
import Host
import Testing

/// A cluster of its own on this machine for one test.
struct Cluster: Sendable {
    let id: ClusterID
    let directory: String
    let runtime: RuncRuntime

    init(id: ClusterID = .random()) {
        self.id = id
        directory = "/var/tmp/litmus-tests-\(id)"
        // A role is the shell's -c, so that a script stands for a program of ours.
        runtime = RuncRuntime(
            configuration: .init(clusterID: id, stateDirectory: directory, executable: "/bin/sh"))
    }

    func log(_ id: String) -> String { directory + "/logs/\(id).log" }

    func sandbox(_ uid: String, hostNetwork: Bool = false) async throws -> Sandbox {
        try await runtime.createSandbox(
            SandboxSpecification(
                uid: uid, namespace: "default", name: uid, hostname: "host-" + uid, usesHostNetwork: hostNetwork,
                resolvConf: "nameserver 10.0.0.10\n"))
    }

    func specification(_ id: String, _ script: String, in uid: String, builtin: Bool = false) -> ContainerSpecification
    {
        ContainerSpecification(
            id: id, sandbox: uid, name: "main",
            program: builtin ? .builtin(role: "-c", arguments: [script]) : .host,
            arguments: builtin ? [] : ["sh", "-c", script], logPath: log(id))
    }

    @discardableResult
    func start(_ id: String, _ script: String, in uid: String, builtin: Bool = false) async throws -> RunningContainer {
        try await runtime.start(specification(id, script, in: uid, builtin: builtin))
    }

    func execute(_ id: String, _ script: String, timeout: Duration = .seconds(10)) async throws -> ExecutionResult {
        try await runtime.execute(id: id, command: ["sh", "-c", script], timeout: timeout)
    }

    func logText(_ id: String) throws -> String { try FileTree.readText(log(id)) }
}

extension ExecutionResult {
    var text: String { String(decoding: output, as: UTF8.self) }
}

/// Runs a test with a cluster and checks that nothing of it is left.
func withCluster(_ body: (Cluster) async throws -> Void) async throws {
    let cluster = Cluster()
    let before = try await Traces.of(cluster.id.description)
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(cluster))
    } catch {
        result = .failure(error)
    }
    await cluster.runtime.shutdown()
    #expect(try await Traces.of(cluster.id.description) == before)
    #expect(FileTree.names(in: cluster.directory).filter { $0 != "logs" } == [])
    try FileTree.remove(cluster.directory)
    try result.get()
}

/// Everything that needs root and changes the machine, one after the other.
@Suite(.serialized, .enabled(if: geteuid() == 0, "needs root: namespaces, runc and control groups"))
struct RootTests {}
