import Foundation
import Testing

@testable import Host

/// A shell command with nothing else set.
private func shell(_ script: String) -> SpawnRequest {
    SpawnRequest(executable: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"])
}

@Suite struct ProcessTests {
    @Test("exit codes and signals are told apart")
    func exits() async throws {
        #expect(try await Spawner.shared.spawn(shell("exit 7")).wait() == ProcessExit(code: 7))
        #expect(try await Spawner.shared.spawn(shell("kill -TERM $$")).wait() == ProcessExit(code: 143, signal: 15))
    }

    @Test("everyone who waits for a process learns its end, also afterwards")
    func manyWaiters() async throws {
        let child = try await Spawner.shared.spawn(shell("read line; exit 3"))
        let codes = try await withThrowingTaskGroup(of: Int32?.self) { group in
            for _ in 0..<20 { group.addTask { try await child.wait()?.code } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes == [Int32?](repeating: 3, count: 20))
        #expect(try await child.wait()?.code == 3)
        #expect(child.hasEnded)
    }

    @Test("waiting ends when the waiting task is cancelled, and the process lives on")
    func cancelledWait() async throws {
        let child = try await Spawner.shared.spawn(shell("exec sleep 100"))
        let waiting = Task { try await child.wait() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(!child.hasEnded)
        try child.signal(SIGKILL)
        #expect(try await child.wait()?.signal == SIGKILL)
        try child.signal(SIGKILL)
    }

    @Test("the failed step of a start is named")
    func failures() async throws {
        var missing = shell("true")
        missing.executable = "/no/such/program"
        await #expect(throws: HostError("execute", "/no/such/program", code: ENOENT)) {
            try await Spawner.shared.spawn(missing)
        }
        var nowhere = shell("true")
        nowhere.directory = "/no/such/directory"
        await #expect(throws: HostError("change to the working directory", "/no/such/directory", code: ENOENT)) {
            try await Spawner.shared.spawn(nowhere)
        }
    }

    @Test("a program has no more memory than it may have")
    func addressSpace() async throws {
        var request = shell("ulimit -v")
        request.addressSpace = 1 << 30
        #expect(try await Tool.run(request).text == "1048576\n")
        request = shell("head -c 300000000 /dev/zero | tail -n 1 | wc -c")
        #expect(try await Tool.run(request).text == "300000000\n")
        request.addressSpace = 100 << 20
        #expect(try await Tool.run(request).text == "0\n")
    }

    @Test("a program without a slash is found along the child's PATH")
    func searchPath() async throws {
        var request = SpawnRequest(
            executable: "sh", arguments: ["sh", "-c", "echo found"], environment: ["PATH=/nowhere:/bin"])
        #expect(try await Tool.run(request).text == "found\n")
        request.environment = ["PATH=/nowhere"]
        await #expect(throws: HostError("execute", "sh", code: ENOENT)) { try await Tool.run(request) }
    }

    @Test("both streams, input and large output are collected")
    func collecting() async throws {
        var request = shell("cat; echo problem >&2; exit 4")
        let input = [UInt8](repeating: 65, count: 300_000)
        request.standardInput = try Descriptor.memory(input)
        let result = try await Tool.run(request)
        #expect(result.output == input)
        #expect(result.errorText == "problem\n")
        #expect(result.exit.code == 4)
        #expect(!result.timedOut)
    }

    @Test("a command in the background neither delays the end nor outlives it")
    func background() async throws {
        let result = try await Tool.run(shell("sleep 50 & echo $!"), timeout: .seconds(20))
        #expect(result.exit.code == 0)
        #expect(!result.timedOut)
        let pid = try #require(Int32(result.text.trimmingCharacters(in: .whitespacesAndNewlines)))
        // The kill is asynchronous and the process is nobody's child of ours.
        if let process = try? ChildProcess.existing(pid: pid) { _ = try await process.wait() }
        #expect(kill(pid, 0) == -1 || isZombie(pid))
    }

    @Test("a timeout kills the command with its children")
    func timeout() async throws {
        let start = ContinuousClock.now
        let result = try await Tool.run(shell("echo begun; sleep 60; true"), timeout: .milliseconds(100))
        #expect(result.timedOut)
        #expect(result.exit.signal == SIGKILL)
        #expect(result.text == "begun\n")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("cancelling kills the command")
    func cancellation() async throws {
        let running = Task { try await Tool.run(shell("exec sleep 60"), timeout: .seconds(60)) }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test("descriptors that others left open are not passed on")
    func descriptors() async throws {
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        let result = try await Tool.run(shell("ls /proc/self/fd | wc -l"))
        // 0, 1, 2 and the one that ls reads the directory with.
        #expect(result.text.trimmingCharacters(in: .whitespacesAndNewlines) == "4")
    }

    @Test("trees with any names and depth are removed, links are not followed")
    func removal() throws {
        let root = "/tmp/litmus-removal-\(getpid())"
        let kept = root + "-kept"
        defer { unlink(kept) }
        try FileTree.makeDirectories(root + "/a/b/c")
        try FileTree.write("x", to: kept)
        symlink(kept, root + "/a/link")
        symlink("/", root + "/a/b/everything")
        let odd: [CChar] = (root + "/a/odd-").utf8CString.dropLast() + [-1, -2, 0]
        close(creat(odd, 0o600))
        try FileTree.remove(root)
        try FileTree.remove(root)
        #expect(!FileTree.exists(root))
        #expect(FileTree.exists(kept))
    }

    @Test("a file is replaced whole or not at all, and nothing else is left")
    func replacing() throws {
        let directory = "/tmp/litmus-replace-\(getpid())"
        try FileTree.makeDirectories(directory)
        defer { try? FileTree.remove(directory) }
        try FileTree.replace(directory + "/a", with: Array("one".utf8))
        try FileTree.replace(directory + "/a", with: Array("two".utf8), isDurable: false)
        #expect(try FileTree.readText(directory + "/a") == "two")
        #expect(throws: HostError.self) { try FileTree.replace(directory + "/no/a", with: []) }
        try FileTree.makeDirectories(directory + "/taken/x")
        #expect(throws: HostError.self) { try FileTree.replace(directory + "/taken", with: []) }
        #expect(FileTree.names(in: directory).sorted() == ["a", "taken"])
    }

    @Test("who waits for a lock whose file is removed meanwhile locks the new file")
    func removedLock() async throws {
        let path = "/tmp/litmus-lock-\(getpid())"
        defer { unlink(path) }
        var held: FileLock? = try await FileLock.lock(path)
        let waiting = Task { try await FileLock.lock(path) }
        held?.removeFile()
        held = nil
        let next = try await waiting.value
        #expect(FileTree.exists(path))
        #expect(try FileLock.tryLock(path) == nil)
        next.removeFile()
        #expect(!FileTree.exists(path))
    }

    private func isZombie(_ pid: Int32) -> Bool {
        (try? FileTree.readText("/proc/\(pid)/stat").contains(") Z")) ?? true
    }
}
