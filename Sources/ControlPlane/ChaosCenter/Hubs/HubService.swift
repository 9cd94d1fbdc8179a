import DocumentStore
import Foundation

/// The hubs of projects, and the built-in one that all have.
struct HubService: Sendable {
    /// In one project.
    static let limit = 200

    let center: ChaosCenter

    private var store: DocumentCollection<StoredHub> { center.store.hubs }
    private var library: HubLibrary { center.hubLibrary }

    // MARK: Reading

    /// The built-in one first.
    func list(_ projectID: String, _ request: ListHubsRequest?) async throws -> [StoredHub] {
        let own = try await store.find(Query(.project(projectID), sort: [.ascending("created_at")]))
        return ([builtIn(projectID)] + own).filter { request?.fits($0) ?? true }
    }

    /// - Throws: `CenterError.notFound`.
    func hub(_ id: String, _ projectID: String) async throws -> StoredHub {
        if id == BuiltInHub.id { return builtIn(projectID) }
        return try await own(id, projectID)
    }

    private func builtIn(_ projectID: String) -> StoredHub {
        BuiltInHub.record(projectID: projectID, at: center.startedAt)
    }

    private func own(_ id: String, _ projectID: String) async throws -> StoredHub {
        guard let hub = try await store.first(.project(projectID) && .eq("hub_id", id)) else { throw Self.unknown }
        return hub
    }

    private static let unknown = CenterError.notFound("mongo: no documents in result: there is no hub with this id")

    /// How many hubs a project has, with the built-in one.
    func count(_ projectID: String) async throws -> Int { try await store.count(.project(projectID)) + 1 }

    /// What is in a hub.
    /// - Throws: `CenterError.unavailable` when it was not fetched yet.
    func tree(_ id: String, _ projectID: String) async throws -> HubTree {
        let hub = try await hub(id, projectID)
        guard let tree = try await library.tree(of: hub) else {
            throw CenterError.unavailable(
                "the hub '\(hub.name)' could not be fetched yet; syncChaosHub tries again and says what is wrong")
        }
        return tree
    }

    // MARK: Changing

    /// - Parameter fetches: whether it is fetched at once. That this fails is no error: it is tried again by and by.
    /// - Throws: `CenterError.conflict` when the name is taken.
    func add(
        _ request: CreateHubRequest, to projectID: String, by user: UserDetails, fetches: Bool
    ) async throws -> StoredHub {
        try HubLimits.check(
            name: request.name, description: request.description, tags: request.tags, remoteHub: request.remoteHub,
            sshPublicKey: request.sshPublicKey)
        var hub = new(request.name, projectID, user)
        hub.description = request.description
        hub.tags = request.tags
        hub.repoURL = request.repoURL.trimmingBlanks()
        hub.repoBranch = request.repoBranch.trimmingBlanks()
        hub.remoteHub = request.remoteHub
        hub.isPrivate = request.isPrivate
        hub.sshPublicKey = request.sshPublicKey
        hub.credentials = request.credentials
        _ = try GitRemote(hub, center.settings)
        try await insert(hub)
        guard fetches else { return hub }
        try await fetchInBackground(hub)
        return hub
    }

    /// A hub that is a zip archive behind a URL.
    /// - Throws: `CenterError.conflict` when the name is taken; `.unavailable` when the archive cannot be fetched: the
    ///   hub is stored nevertheless.
    func addRemote(
        _ request: CreateRemoteHubRequest, to projectID: String, by user: UserDetails
    ) async throws -> StoredHub {
        try HubLimits.check(
            name: request.name, description: request.description, tags: request.tags, remoteHub: request.remoteHub)
        var hub = new(request.name, projectID, user)
        hub.description = request.description
        hub.tags = request.tags
        hub.repoURL = request.repoURL.trimmingBlanks()
        hub.remoteHub = request.remoteHub
        hub.hubType = .remote
        try HubArchive.check(hub.repoURL)
        try await insert(hub)
        return try await fetchSaved(hub)
    }

    /// - Throws: `CenterError.conflict` when the name is taken; `.unavailable` when where it comes from was changed and
    ///   it cannot be fetched from there: the change is stored nevertheless, and what was fetched before is gone.
    func update(_ request: UpdateHubRequest, of projectID: String, by user: UserDetails) async throws -> StoredHub {
        guard request.id != BuiltInHub.id else { throw Self.unchangeable }
        try HubLimits.check(
            name: request.name, description: request.description, tags: request.tags, remoteHub: request.remoteHub,
            sshPublicKey: request.sshPublicKey)
        let former = try await own(request.id, projectID)
        guard let hub = try await stored(request, projectID, user) else { throw Self.unknown }
        guard !hub.isFetched(like: former) else { return hub }
        do {
            return try await fetch(hub)
        } catch {
            // It would be taken for what the hub is now.
            try await library.remove(hub)
            throw Self.fetchFailure(error)
        }
    }

    private func stored(
        _ request: UpdateHubRequest, _ projectID: String, _ user: UserDetails
    ) async throws -> StoredHub? {
        let (settings, now) = (center.settings, center.now())
        return try await renaming {
            try await store.modify(.project(projectID) && .eq("hub_id", request.id)) { hub in
                try hub.apply(request, settings)
                hub.updatedAt = now
                hub.updatedBy = user
            }
        }
    }

    /// - Throws: `CenterError.notFound`.
    func delete(_ id: String, of projectID: String, by user: UserDetails) async throws {
        guard id != BuiltInHub.id else { throw Self.unchangeable }
        let now = center.now()
        let removed = try await store.modify(.project(projectID) && .eq("hub_id", id)) { hub in
            hub.isRemoved = true
            hub.updatedAt = now
            hub.updatedBy = user
        }
        guard let removed else { throw Self.unknown }
        try await library.remove(removed)
    }

    private static let unchangeable = CenterError.invalid("the built-in hub cannot be changed")

    private func new(_ name: String, _ projectID: String, _ user: UserDetails) -> StoredHub {
        let now = center.now()
        return StoredHub(
            id: UUID().uuidString.lowercased(), projectID: projectID, name: name.trimmingBlanks(), repoURL: "",
            repoBranch: "", remoteHub: "", isPrivate: false, authType: .none, hubType: .git, lastSyncedAt: now,
            isDefault: false, createdAt: now, updatedAt: now, createdBy: user, updatedBy: user, isRemoved: false)
    }

    private func insert(_ hub: StoredHub) async throws {
        guard try await store.count(.project(hub.projectID)) < Self.limit else {
            throw CenterError.conflict("the project has \(Self.limit) hubs, and more are not possible")
        }
        _ = try await renaming { try await store.insert(hub) }
    }

    private func renaming<Output>(_ body: () async throws -> Output) async throws -> Output {
        do {
            return try await body()
        } catch {
            guard case DocumentStoreError.duplicate = error else { throw error }
            throw CenterError.conflict("name already exists")
        }
    }
}

extension StoredHub {
    /// - Throws: `CenterError.invalid`.
    fileprivate mutating func apply(_ request: UpdateHubRequest, _ settings: ChaosCenterSettings) throws(CenterError) {
        let former = self
        name = request.name.trimmingBlanks()
        description = request.description
        tags = request.tags
        remoteHub = request.remoteHub
        isPrivate = request.isPrivate
        sshPublicKey = request.sshPublicKey.given ?? sshPublicKey
        repoURL = request.repoURL.trimmingBlanks()
        repoBranch = request.repoBranch.trimmingBlanks()
        guard type == .git else { return try HubArchive.check(repoURL) }
        let address = try GitAddress(repoURL, allowsFiles: settings.allowsLocalRepositories)
        let formerAddress = try? GitAddress(former.repoURL, allowsFiles: settings.allowsLocalRepositories)
        var credentials = request.credentials
        credentials.keepSecrets(of: former.credentials, isSameServer: address.origin == formerAddress?.origin)
        self.credentials = credentials
        _ = try GitRemote(self, settings)
    }
}
