import Foundation
import Synchronization
import Testing

/// A program under test, with what it has printed so far.
final class Program: Sendable {
    struct Ended: Error, CustomStringConvertible {
        var description: String
    }

    private struct State {
        var bytes: [UInt8] = []
        var code: Int32?
        /// Nothing more will be read.
        var isDrained = false
        var waiters: [CheckedContinuation<Void, Never>] = []

        var output: String { String(decoding: bytes, as: UTF8.self) }
    }

    let pid: Int32
    private let state: Shared

    /// Reference to the state that the process's callbacks share with this object.
    private final class Shared: Sendable {
        let value = Mutex(State())

        func change(_ body: (inout State) -> Void) {
            let waiters = value.withLock { state in
                body(&state)
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }
    }

    /// Standard output and error are one text, as a user sees them.
    init(_ executable: String, _ arguments: [String], input: String? = nil, directory: String? = nil) throws {
        let shared = Shared()
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let feed = input == nil ? nil : Pipe()
        process.standardInput = feed ?? FileHandle.nullDevice
        process.terminationHandler = { process in
            let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
            shared.change { $0.code = code }
        }
        try process.run()
        let reading = pipe.fileHandleForReading
        Thread.detachNewThread { Self.drain(reading, into: shared) }
        // Left to themselves, handles stay open for as long as Foundation remembers the process, and it reads beyond the
        // end of its list of open files once there are some 1,350.
        try? pipe.fileHandleForWriting.close()
        try? feed?.fileHandleForReading.close()
        if let input, let feed {
            // More than the pipe holds would wait here for the program to read it.
            DispatchQueue.global().async {
                try? feed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try? feed.fileHandleForWriting.close()
            }
        }
        pid = process.processIdentifier
        state = shared
    }

    /// Reads until nobody can write any more, or until the program has ended and what it wrote is read: a child that
    /// outlives it may hold its output open.
    private static func drain(_ handle: FileHandle, into shared: Shared) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let hasEnded = shared.value.withLock { $0.code != nil }
            var request = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&request, 1, hasEnded ? 0 : 20)
            if ready > 0 {
                let count = read(handle.fileDescriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                let part = buffer[..<count]
                shared.change { $0.bytes += part }
            } else if hasEnded {
                break
            }
        }
        try? handle.close()
        shared.change { $0.isDrained = true }
    }

    var output: String { state.value.withLock(\.output) }
    var code: Int32? { state.value.withLock(\.code) }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits until the output contains `text`.
    /// - Throws: `Ended` when the program ends or time runs out first.
    func waitFor(_ text: String, within limit: Duration = .seconds(60)) async throws {
        try await wait(within: limit, for: "\"\(text)\"") { state in
            if state.output.contains(text) { return true }
            if let code = state.code { throw Ended(description: "ended with \(code) before it said \"\(text)\"") }
            return false
        }
    }

    /// - Returns: the exit code; 128 + signal when a signal ended it.
    @discardableResult
    func wait(within limit: Duration = .seconds(120)) async throws -> Int32 {
        try await wait(within: limit, for: "its end") { $0.code != nil && $0.isDrained }
        return code ?? -1
    }

    private func wait(
        within limit: Duration, for what: String, until isDone: @Sendable (State) throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        let timer = Task {
            try? await Task.sleep(for: limit)
            state.change { _ in }
        }
        defer { timer.cancel() }
        while true {
            let now = state.value.withLock { State(bytes: $0.bytes, code: $0.code, isDrained: $0.isDrained) }
            do {
                if try isDone(now) { return }
            } catch let error as Ended {
                throw Ended(description: "\(error.description); it printed:\n\(now.output)")
            }
            guard ContinuousClock.now < deadline else {
                throw Ended(description: "waited \(limit) for \(what); it printed:\n\(now.output)")
            }
            await withCheckedContinuation { continuation in
                let isCurrent = state.value.withLock { state in
                    guard state.bytes == now.bytes, state.code == now.code, state.isDrained == now.isDrained,
                        ContinuousClock.now < deadline
                    else {
                        return false
                    }
                    state.waiters.append(continuation)
                    return true
                }
                if !isCurrent { continuation.resume() }
            }
        }
    }
}

/// Where the tests find what they run.
enum Place {
    /// Beside the test bundle, in SwiftPM's build folder.
    static let litmus = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "litmus").path()
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path()
    static let tools = repository + "/.build-tools"
    static let examples = repository + "/examples/pod-delete"
    /// The public hub's manifests, where a copy lies beside the repository.
    static let hub = repository + "/../shared/hub/faults"

    static var hasHub: Bool { FileManager.default.fileExists(atPath: hub) }
    static var isRoot: Bool { geteuid() == 0 }
}

/// A directory that goes with the last reference to it.
final class ScratchDirectory: Sendable {
    enum Owner { case me, nobody }

    let path: String
    private let owner: Owner

    init(for owner: Owner = .me) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "litmus-test-\(UUID().uuidString)").path()
        self.owner = owner
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if owner == .nobody { chown(path, 65534, 65534) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: file))
        if owner == .nobody { chown(file, 65534, 65534) }
        return file
    }
}
