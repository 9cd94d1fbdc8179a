import Foundation

/// The log files of a pod's containers: one a run, and a mark beside it when the run is over.
struct ContainerLog: Sendable {
    let paths: NodePaths
    /// The pod's uid.
    let pod: String

    init(paths: NodePaths, pod: String) {
        self.paths = paths
        self.pod = pod
    }

    /// Makes an empty log.
    /// - Returns: its path.
    func create(_ run: ContainerRun) throws -> String {
        try PodDirectory.create(paths.logs(container: run.name, pod: pod))
        let path = paths.log(run, pod: pod)
        if !FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644]) {
            throw StartFailure(
                reason: "CreateContainerError", message: "cannot write the log \(path): is the disk full?",
                retry: .later)
        }
        try? FileManager.default.removeItem(atPath: paths.logEnd(run, pod: pod))
        // Two runs are kept: the present one and the one before.
        if run.attempt >= 2 { remove(ContainerRun(name: run.name, attempt: run.attempt - 2)) }
        return path
    }

    func markEnd(of run: ContainerRun) {
        _ = FileManager.default.createFile(atPath: paths.logEnd(run, pod: pod), contents: nil)
    }

    /// The end of a run's log as text.
    func lastLines(of run: ContainerRun, lines: Int, bytes: Int) -> String {
        guard let handle = FileHandle(forReadingAtPath: paths.log(run, pod: pod)) else { return "" }
        defer { try? handle.close() }
        let size = (try? handle.seekToEnd()) ?? 0
        try? handle.seek(toOffset: size > UInt64(bytes) ? size - UInt64(bytes) : 0)
        let data = (try? handle.readToEnd()) ?? Data()
        let text = String(decoding: data, as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).suffix(lines + 1).joined(separator: "\n")
    }

    private func remove(_ run: ContainerRun) {
        try? FileManager.default.removeItem(atPath: paths.log(run, pod: pod))
        try? FileManager.default.removeItem(atPath: paths.logEnd(run, pod: pod))
    }
}
