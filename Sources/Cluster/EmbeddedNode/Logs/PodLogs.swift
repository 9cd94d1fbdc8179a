import Foundation
import KubernetesAPI

/// The logs of the containers of this node's pods.
///
/// A log is what the container wrote, without times of its own: `timestamps` and `sinceSeconds` are not applied.
public struct PodLogs: Sendable {
    private let paths: NodePaths

    /// - Parameter dataDirectory: that of the node's configuration.
    public init(dataDirectory: String) {
        paths = NodePaths(dataDirectory: dataDirectory)
    }

    /// The bytes of a container's log, with `follow` until the container's run ends or the iteration is left.
    /// - Throws: `Status` 400 when the container must be named or has not started, 404 when there is none of that name.
    public func stream(of pod: Pod, options: LogOptions) throws -> AsyncThrowingStream<[UInt8], any Error> {
        let container = try ContainerChoice(pod).name(options.container, unknown: 404)
        let attempts = attempts(of: container, in: pod)
        guard let latest = attempts.last else { throw Self.waiting(container, pod) }
        var run = ContainerRun(name: container, attempt: latest)
        if options.previous {
            guard let previous = attempts.dropLast().last else {
                throw Status.badRequest(
                    "previous terminated container \"\(container)\" in pod \"\(pod.name)\" not found")
            }
            run.attempt = previous
        }
        let reader = LogReader(
            path: paths.log(run, pod: pod.uid), endMark: paths.logEnd(run, pod: pod.uid),
            follow: options.follow && !options.previous, tailLines: options.tailLines, limit: options.limitBytes)
        return reader.stream()
    }

    /// The runs that have a log, oldest first.
    private func attempts(of container: String, in pod: Pod) -> [Int] {
        let directory = paths.logs(container: container, pod: pod.uid)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return files.compactMap { $0.hasSuffix(".log") ? Int($0.dropLast(4)) : nil }.sorted()
    }

    private static func waiting(_ container: String, _ pod: Pod) -> Status {
        let statuses = ["containerStatuses", "initContainerStatuses"].flatMap { pod.json["status", $0].array ?? [] }
        let waiting = statuses.first { $0["name"].string == container }?["state", "waiting"]
        let reason = waiting?["reason"].string ?? "ContainerCreating"
        let detail = waiting?["message"].string.map { " (\($0))" } ?? ""
        return .badRequest(
            "container \"\(container)\" in pod \"\(pod.name)\" is waiting to start: \(reason)\(detail)")
    }
}

/// Reads one log file, following its growth by inotify.
struct LogReader: Sendable {
    let path: String
    /// Exists when the log will not grow any more.
    let endMark: String
    let follow: Bool
    let tailLines: Int?
    let limit: Int?

    private static let chunk = 64 * 1024

    func stream() -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            // Owned by the stream: cancelled when its iteration ends.
            let task = Task {
                do {
                    try await read { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func read(_ yield: ([UInt8]) -> Void) async throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { return }
        defer { try? handle.close() }
        if let tailLines { try handle.seek(toOffset: Self.start(ofLast: tailLines, in: handle)) }
        var left = limit ?? .max
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        // Watched before the first look, so that nothing written in between is missed.
        let changes = follow ? try FileChanges(directory: directory) : nil
        // The mark is looked for before reading: what was written before it is then read.
        let wasComplete = isComplete
        try drain(handle, &left, yield)
        guard let changes, left > 0, !wasComplete else { return }
        for await _ in changes.stream {
            let isLast = isComplete
            try drain(handle, &left, yield)
            if isLast || left <= 0 { return }
        }
    }

    private var isComplete: Bool {
        let manager = FileManager.default
        return manager.fileExists(atPath: endMark) || !manager.fileExists(atPath: path)
    }

    private func drain(_ handle: FileHandle, _ left: inout Int, _ yield: ([UInt8]) -> Void) throws {
        while left > 0, let data = try handle.read(upToCount: min(Self.chunk, left)), !data.isEmpty {
            left -= data.count
            yield(Array(data))
        }
    }

    /// Where the last `count` lines begin, searched from the end.
    private static func start(ofLast count: Int, in handle: FileHandle) throws -> UInt64 {
        let size = try handle.seekToEnd()
        guard count > 0 else { return size }
        var position = size
        var found = 0
        while position > 0 {
            let length = min(UInt64(chunk), position)
            position -= length
            try handle.seek(toOffset: position)
            let block = Array(try handle.read(upToCount: Int(length)) ?? Data())
            for index in block.indices.reversed() where block[index] == UInt8(ascii: "\n") {
                // The newline that ends the last line begins none.
                if position + UInt64(index) == size - 1 { continue }
                found += 1
                if found == count { return position + UInt64(index) + 1 }
            }
        }
        return 0
    }
}
