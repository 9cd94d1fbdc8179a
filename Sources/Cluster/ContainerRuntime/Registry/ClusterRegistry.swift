import Foundation
import Host

/// The clusters of this machine (of this user, without root): a directory each, with a lock that the cluster's process
/// holds while it lives, so that anyone can tell and remove what a killed process left.
struct ClusterRegistry: Sendable {
    var root: String

    /// `/run/litmus`, or the user's runtime directory.
    static var standard: ClusterRegistry {
        if geteuid() == 0 { return ClusterRegistry(root: "/run/litmus") }
        let environment = ProcessInfo.processInfo.environment
        return ClusterRegistry(
            root: environment["XDG_RUNTIME_DIR"].map { $0 + "/litmus" } ?? "/tmp/litmus-\(geteuid())")
    }

    private var clusters: String { root + "/clusters" }

    func directory(_ id: ClusterID) -> String { clusters + "/" + id.description }
    func recordPath(_ id: ClusterID) -> String { directory(id) + "/cluster.json" }
    private func lockPath(_ id: ClusterID) -> String { directory(id) + "/lock" }

    /// Excludes other processes while the registry, the choice of subnets and shared settings change.
    func exclusively<Value: Sendable>(_ body: @Sendable () throws -> Value) async throws -> Value {
        try FileTree.makeDirectories(clusters, mode: 0o700)
        let lock = try await FileLock.lock(root + "/lock")
        return try withExtendedLifetime(lock) { try body() }
    }

    /// Claims an id for this process.
    /// - Throws: `ContainerRuntimeError` when a living process has it.
    func register(_ id: ClusterID) async throws -> FileLock {
        try await exclusively {
            try FileTree.makeDirectories(directory(id), mode: 0o755)
            guard let lock = try FileLock.tryLock(lockPath(id)) else {
                throw ContainerRuntimeError(
                    reason: "ClusterRunning",
                    message: "the cluster \(id) is already run by another process; stop that one first")
            }
            return lock
        }
    }

    /// Forgets a cluster of which nothing is left, and calls `wasLast` when it was the last one. The caller holds its lock.
    func unregister(_ id: ClusterID, wasLast: @Sendable () -> Void) async throws {
        try await exclusively {
            try FileTree.remove(directory(id))
            if FileTree.names(in: clusters).isEmpty { wasLast() }
        }
    }

    /// Claims every cluster whose process is gone.
    func claimDead() async throws -> [(id: ClusterID, record: ClusterRecord?, lock: FileLock)] {
        guard FileTree.exists(clusters) else { return [] }
        return try await exclusively {
            try ids().compactMap { id in
                guard let lock = try FileLock.tryLock(lockPath(id)) else { return nil }
                return (id, ClusterRecord.read(recordPath(id)), lock)
            }
        }
    }

    func ids() -> [ClusterID] {
        FileTree.names(in: clusters).sorted().compactMap(ClusterID.init)
    }
}
