import Foundation
import KubernetesAPI
import Testing

@testable import EmbeddedNode

@Suite("PodLogs", .timeLimit(.minutes(1)))
struct PodLogsTests {
    let directory: String
    let log: ContainerLog
    let logs: PodLogs
    let pod = makePod()
    let run = ContainerRun(name: "app", attempt: 0)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("logs-\(UUID().uuidString)").path
        log = ContainerLog(paths: NodePaths(dataDirectory: directory), pod: pod.uid)
        logs = PodLogs(dataDirectory: directory)
    }

    private func write(_ text: String, _ run: ContainerRun? = nil) throws {
        let path = log.paths.log(run ?? self.run, pod: pod.uid)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    private func read(_ options: LogOptions = LogOptions()) async throws -> String {
        var bytes: [UInt8] = []
        for try await part in try logs.stream(of: pod, options: options) { bytes += part }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("reads all, the last lines, or so many bytes")
    func reading() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        _ = try log.create(run)
        try write((1...10_000).map { "line \($0)\n" }.joined())
        #expect(try await read().hasSuffix("line 9999\nline 10000\n"))
        #expect(try await read(LogOptions(tailLines: 2)) == "line 9999\nline 10000\n")
        #expect(try await read(LogOptions(tailLines: 0)) == "")
        #expect(try await read(LogOptions(tailLines: 20_000)).hasPrefix("line 1\n"))
        #expect(try await read(LogOptions(limitBytes: 6)) == "line 1")
        try write("half")
        #expect(try await read(LogOptions(tailLines: 2)) == "line 10000\nhalf")
    }

    @Test("follows a log until its container ends")
    func following() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        _ = try log.create(run)
        try write("one\n")
        var iterator = try logs.stream(of: pod, options: LogOptions(follow: true)).makeAsyncIterator()
        #expect(try await iterator.next() == Array("one\n".utf8))
        try write("two\n")
        #expect(try await iterator.next() == Array("two\n".utf8))
        try write("three\n")
        log.markEnd(of: run)
        var rest: [UInt8] = []
        while let part = try await iterator.next() { rest += part }
        #expect(rest == Array("three\n".utf8))
    }

    @Test("keeps the log of the run before")
    func previous() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for attempt in 0...2 {
            let run = ContainerRun(name: "app", attempt: attempt)
            _ = try log.create(run)
            try write("run \(attempt)", run)
        }
        #expect(try await read() == "run 2")
        #expect(try await read(LogOptions(previous: true)) == "run 1")
        #expect(log.lastLines(of: ContainerRun(name: "app", attempt: 0), lines: 5, bytes: 100) == "")
    }

    @Test("says why there is no log")
    func errors() throws {
        func message(_ options: LogOptions, _ pod: Pod) -> String {
            do {
                _ = try logs.stream(of: pod, options: options)
                return ""
            } catch let status as Status {
                return "\(status.code) \(status.message)"
            } catch {
                return "\(error)"
            }
        }
        #expect(message(LogOptions(container: "no"), pod).hasPrefix("404"))
        #expect(message(LogOptions(), pod).contains("waiting to start: ContainerCreating"))
        let two = makePod(containers: [["name": "a"], ["name": "b"]])
        #expect(message(LogOptions(), two).contains("choose one of: [a b]"))
    }
}
