import Host
import Logging
import Synchronization

/// The hubs on the disk, and what was read of them. A hub lies at `hubs/PROJECT/HUB` of the data directory; what is
/// fetched is made beside it and takes its place when it is whole.
final class HubLibrary: Sendable {
    private struct Memory {
        var trees = RememberedTrees()
        /// Rises with each change on the disk, so that what was read before one is not remembered after it.
        var changes = 0
    }

    private let git: Git
    private let settings: ChaosCenterSettings
    private let logger: Logger
    private let locks = KeyedLimiter(width: 1)
    /// So that the slow servers of one project keep no other waiting.
    private let projects = KeyedLimiter(width: 2)
    private let memory = Mutex(Memory())

    init(_ git: Git, _ settings: ChaosCenterSettings, _ logger: Logger) {
        self.git = git
        self.settings = settings
        self.logger = logger
    }

    // MARK: Reading

    /// What is in a hub; nil when it was not fetched yet.
    func tree(of hub: StoredHub) async throws -> HubTree? {
        let (known, changes) = memory.withLock { ($0.trees[hub.id], $0.changes) }
        if let known { return known }
        let logger = logger
        let isBuiltIn = hub.id == BuiltInHub.id
        let place = try isBuiltIn ? "" : place(of: hub)
        let tree = try await KernelThread.run { () -> HubTree? in
            if isBuiltIn { return HubTree(try BuiltInHub(), name: hub.name, logger) }
            return HubDirectory(place).map { HubTree($0, name: hub.name, logger) }
        }
        guard let tree else { return nil }
        memory.withLock { memory in
            guard memory.changes == changes else { return }
            memory.trees[hub.id] = tree
        }
        return tree
    }

    func isFetched(_ hub: StoredHub) -> Bool {
        guard hub.id != BuiltInHub.id else { return true }
        return (try? place(of: hub)).map(FileTree.exists) ?? false
    }

    // MARK: Fetching

    /// Fetches a hub anew. After an error the former state is still there.
    /// - Parameter load: the hub as it is stored now; nil when it is gone.
    /// - Returns: false when the hub is gone, or was changed meanwhile: then nothing was done.
    func fetch(_ id: String, _ load: @escaping @Sendable () async throws -> StoredHub?) async throws -> Bool {
        try await locks.run(id) { [self] in
            guard let hub = try await load() else { return false }
            let place = try place(of: hub)
            let fresh = place + ".new"
            try FileTree.remove(fresh)
            try FileTree.makeDirectories("\(root)/\(hub.projectID)", mode: 0o700)
            try await projects.run(hub.projectID) { [self] in try await fetch(hub, into: fresh) }
            guard let now = try await load(), now.isFetched(like: hub) else {
                try FileTree.remove(fresh)
                return false
            }
            try FileTree.exchange(fresh, with: place)
            forget(id)
            // The former state, which is there now.
            try FileTree.remove(fresh)
            return true
        }
    }

    private func fetch(_ hub: StoredHub, into directory: String) async throws {
        switch hub.type {
        case .git:
            try await git.clone(try GitRemote(hub, settings), into: directory)
            // What is needed is checked out.
            try FileTree.remove(directory + "/.git")
        case .remote: try await HubArchive(settings: settings).fetch(hub.repoURL, into: directory)
        }
    }

    /// The ids of the hubs of which something is on the disk.
    func places() async throws -> Set<String> {
        let root = root
        return try await KernelThread.run {
            let projects = FileTree.names(in: root)
            return Set(projects.flatMap { FileTree.names(in: "\(root)/\($0)") }.map { String($0.prefix { $0 != "." }) })
        }
    }

    /// Removes all that is on the disk of hubs with these ids.
    func remove(_ ids: Set<String>) async throws {
        let root = root
        try await KernelThread.run {
            for project in FileTree.names(in: root) {
                for name in FileTree.names(in: "\(root)/\(project)")
                where ids.contains(String(name.prefix { $0 != "." })) {
                    try FileTree.remove("\(root)/\(project)/\(name)")
                }
            }
        }
    }

    /// Removes what was fetched.
    func remove(_ hub: StoredHub) async throws {
        try await locks.run(hub.id) { [self] in
            try FileTree.remove(try place(of: hub))
            forget(hub.id)
        }
    }

    private func forget(_ id: String) {
        memory.withLock { memory in
            memory.changes += 1
            memory.trees[id] = nil
        }
    }

    private var root: String { "\(settings.dataDirectory)/hubs" }

    private func place(of hub: StoredHub) throws(CenterError) -> String {
        guard HubName.isValid(hub.projectID), HubName.isValid(hub.id), !hub.id.contains(".") else {
            throw .invalid("the ids of the hub cannot name a folder")
        }
        return "\(root)/\(hub.projectID)/\(hub.id)"
    }
}

extension StoredHub {
    /// Whether what is fetched for the two is the same.
    func isFetched(like other: StoredHub) -> Bool {
        type == other.type && repoURL == other.repoURL && repoBranch == other.repoBranch
            && credentials == other.credentials
    }
}

extension GitRemote {
    /// - Throws: `CenterError.invalid`.
    init(_ hub: StoredHub, _ settings: ChaosCenterSettings) throws(CenterError) {
        try self.init(
            url: hub.repoURL, branch: hub.repoBranch, credentials: hub.credentials,
            allowsFiles: settings.allowsLocalRepositories)
    }
}
