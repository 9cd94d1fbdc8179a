import ContainerRuntime
import Foundation
import Host

/// Where a cluster keeps its files, and the identity under which its traces on the machine are found.
struct ClusterPlace: Sendable {
    let directory: String
    let id: ClusterID
    let isEphemeral: Bool
    /// Held as long as this process runs the cluster.
    private let lock: FileLock

    /// A file that tells an ephemeral cluster's directory from one that a user chose and that is to be kept.
    private static let ephemeralMark = "/ephemeral"

    var database: String { directory + "/cluster.sqlite" }
    var kubeconfig: String { directory + "/kubeconfig" }
    var pods: String { directory + "/pods" }
    var runtime: String { directory + "/runtime" }

    /// Makes the directory, readable by its owner alone, and takes its lock.
    /// - Throws: `EmbeddedClusterError` when another process runs the cluster or the directory cannot be made.
    init(_ storage: EmbeddedClusterConfiguration.Storage) throws {
        switch storage {
        case .directory(let path):
            directory = URL(filePath: path).absoluteURL.path()
            isEphemeral = false
            id = ClusterID.derived(from: directory)
        case .ephemeral:
            id = ClusterID.random()
            isEphemeral = true
            directory = FileManager.default.temporaryDirectory.appending(path: "litmus-\(id)").path()
        }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            guard let lock = try FileLock.tryLock(directory + "/lock") else {
                throw EmbeddedClusterError(
                    "another litmus runs the cluster in \(directory); stop it, or choose another --data-dir")
            }
            // Only now: a marked directory whose lock is free belongs to nobody and is removed by others' starts.
            self.lock = lock
            // Only now: a marked directory without a held lock counts as a dead run's.
            if isEphemeral { try Data().write(to: URL(filePath: directory + Self.ephemeralMark)) }
        } catch let error as EmbeddedClusterError {
            throw error
        } catch {
            throw EmbeddedClusterError("the data directory \(directory) cannot be used: \(error)")
        }
    }

    /// Removes what an ephemeral cluster wrote.
    func remove() {
        guard isEphemeral else { return }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Removes the directories of ephemeral clusters whose process was killed.
    static func removeDead() {
        let parent = FileManager.default.temporaryDirectory
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path())) ?? []
        for name in names where name.hasPrefix("litmus-") {
            let path = parent.appending(path: name).path()
            guard FileManager.default.fileExists(atPath: path + ephemeralMark),
                let lock = try? FileLock.tryLock(path + "/lock")
            else { continue }
            withExtendedLifetime(lock) { try? FileManager.default.removeItem(atPath: path) }
        }
    }
}
