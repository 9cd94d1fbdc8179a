import Foundation
import Testing

@testable import Host

@Suite(.timeLimit(.minutes(1))) struct AttachedProcessTests {
    private func start(
        _ script: String, _ streams: AttachedProcess.Streams = .init(input: true)
    ) async throws -> AttachedProcess {
        try await AttachedProcess.start(
            SpawnRequest(
                executable: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"]), streams)
    }

    /// Everything until the end.
    private func finish(_ process: AttachedProcess) async throws -> (output: String, errors: String, code: Int32?) {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        while let event = try await process.next() {
            switch event {
            case .output(let bytes): output += bytes
            case .errorOutput(let bytes): errors += bytes
            case .ended(let exit):
                return (String(decoding: output, as: UTF8.self), String(decoding: errors, as: UTF8.self), exit?.code)
            }
        }
        Issue.record("no end came")
        return ("", "", nil)
    }

    @Test("both outputs and the exit code arrive, and then nothing")
    func outputs() async throws {
        let process = try await start("echo out; echo err >&2; exit 3")
        let (output, errors, code) = try await finish(process)
        #expect(output == "out\n" && errors == "err\n" && code == 3)
        #expect(try await process.next() == nil)
    }

    @Test("input arrives whole however large it is, and its end is seen")
    func input() async throws {
        let process = try await start("wc -c")
        let bytes = [UInt8](repeating: 65, count: 1_000_000)
        try await process.write(bytes)
        process.closeInput()
        #expect(try await finish(process).output == "1000000\n")
        await #expect(throws: HostError.self) { try await process.write([1]) }
    }

    @Test("a reader that does not read holds the process up, and gets everything later")
    func backPressure() async throws {
        let mark = "/tmp/litmus-attached-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileTree.remove(mark) }
        let process = try await start("head -c 3000000 /dev/zero; echo end > \(mark)")
        // The first piece proves that it runs; the pipe has room for less than the rest.
        guard case .output(let first) = try await process.next() else {
            Issue.record("no output")
            return
        }
        #expect(first.count <= 64 * 1024)
        #expect(!FileTree.exists(mark))
        #expect(try await finish(process).output.utf8.count == 3_000_000 - first.count)
        #expect(FileTree.exists(mark))
    }

    @Test("what was put into the background does not hold the end up")
    func background() async throws {
        let process = try await start("sleep 30 & echo $!")
        let (output, _, code) = try await finish(process)
        #expect(code == 0)
        kill(try #require(Int32(output.dropLast())), SIGKILL)
    }

    @Test("writing to a process that does not read waits, and ends with its end")
    func stuckInput() async throws {
        let process = try await start("exec sleep 100")
        let writing = Task { try await process.write([UInt8](repeating: 0, count: 1_000_000)) }
        process.kill()
        #expect(try await finish(process).code == 137)
        await #expect(throws: HostError.self) { try await writing.value }
    }

    @Test("a process that nobody converses with any more is killed, its children too")
    func dropped() async throws {
        var process: AttachedProcess? = try await start("sleep 100 & echo $!; wait")
        guard case .output(let bytes) = try await process?.next() else {
            Issue.record("no output")
            return
        }
        let child = try #require(Int32(String(decoding: bytes, as: UTF8.self).dropLast()))
        process = nil
        let deadline = ContinuousClock.now + .seconds(10)
        // Dead, if not yet reaped by whoever inherited it.
        while let stat = try? FileTree.readText("/proc/\(child)/stat"), !stat.contains(") Z ") {
            try #require(ContinuousClock.now < deadline, "\(child) lives: \(stat)")
            await Task.yield()
        }
    }

    @Test("cancelling who reads leaves the process alone")
    func cancelled() async throws {
        let process = try await start("read line; echo got $line")
        let reading = Task { try await process.next() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        try await process.write(Array("it\n".utf8))
        #expect(try await finish(process).output == "got it\n")
    }

    @Test("at a terminal a program knows its size, and is interrupted by Ctrl-C")
    func terminal() async throws {
        let streams = AttachedProcess.Streams(input: true, terminal: true)
        let process = try await start("read line; stty size; echo ready; exec sleep 100", streams)
        process.resize(columns: 132, rows: 43)
        try await process.write(Array("go\n".utf8))
        var seen = ""
        while !seen.contains("ready"), case .output(let bytes) = try await process.next() {
            seen += String(decoding: bytes, as: UTF8.self)
        }
        #expect(seen.contains("43 132"))
        try await process.write([3])
        #expect(try await finish(process).code == 130)
    }
}
