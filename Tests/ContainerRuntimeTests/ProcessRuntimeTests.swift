import ContainerRuntime
import Foundation
import Host
import Testing

@Suite struct ProcessRuntimeTests {
    private func run(_ script: String, in runtime: ProcessRuntime, id: String, log: String) async throws {
        _ = try await runtime.createSandbox(
            SandboxSpecification(uid: "pod", namespace: "default", name: "p", hostname: "p"))
        _ = try await runtime.start(
            ContainerSpecification(
                id: id, sandbox: "pod", name: "main", program: .host, arguments: ["sh", "-c", script], logPath: log))
    }

    private func withRuntime(_ body: (ProcessRuntime, String) async throws -> Void) async throws {
        let log = "/tmp/litmus-process-\(UInt32.random(in: 0...UInt32.max)).log"
        let runtime = ProcessRuntime(configuration: .init(clusterID: .random(), executable: "/bin/sh"))
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(runtime, log))
        } catch {
            result = .failure(error)
        }
        await runtime.shutdown()
        try FileTree.remove(log)
        try result.get()
    }

    @Test("exit codes, signals, logs and commands work without root")
    func life() async throws {
        try await withRuntime { runtime, log in
            try await run("echo out; echo err >&2; exit 6", in: runtime, id: "a", log: log)
            #expect(try await runtime.wait(id: "a") == ContainerExit(code: 6))
            try await run("echo again; exec sleep 100", in: runtime, id: "b", log: log)
            let result = try await runtime.execute(id: "b", command: ["sh", "-c", "exit 9"], timeout: .seconds(5))
            #expect(result.exitCode == 9)
            while try !FileTree.readText(log).hasSuffix("again\n") { await Task.yield() }
            try await runtime.signal(id: "b", SIGTERM)
            #expect(try await runtime.wait(id: "b") == ContainerExit(code: 143, signal: SIGTERM))
            #expect(try FileTree.readText(log) == "out\nerr\nagain\n")
            try await runtime.remove(id: "b")
            try await runtime.remove(id: "b")
        }
    }

    @Test("stopping ends also what a container put into the background in another session")
    func shutdownEndsEverything() async throws {
        try await withRuntime { runtime, log in
            try await run("setsid sleep 1000 & echo $!; exec sleep 1000", in: runtime, id: "a", log: log)
            var pid: Int32?
            while pid == nil {
                pid = Int32(try FileTree.readText(log).trimmingCharacters(in: .whitespacesAndNewlines))
                await Task.yield()
            }
            let process = try ChildProcess.existing(pid: try #require(pid))
            await runtime.shutdown()
            _ = try await process.wait()
            #expect(process.hasEnded)
        }
    }

    @Test("a root file system of its own is refused with the reason")
    func directory() async throws {
        try await withRuntime { runtime, log in
            try await run("true", in: runtime, id: "a", log: log)
            await #expect(throws: ContainerRuntimeError.self) {
                try await runtime.start(
                    ContainerSpecification(
                        id: "b", sandbox: "pod", name: "main", program: .directory("/"), arguments: ["true"],
                        logPath: log))
            }
        }
    }
}
