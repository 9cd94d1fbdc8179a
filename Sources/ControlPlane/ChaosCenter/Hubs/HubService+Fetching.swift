import DocumentStore
import Logging

extension HubService {
    /// Fetches a hub now.
    /// - Throws: `CenterError` with what is wrong; what was fetched before stays.
    func synchronise(_ id: String, of projectID: String) async throws {
        let hub = try await hub(id, projectID)
        guard id != BuiltInHub.id else { return }
        do {
            _ = try await fetch(hub)
        } catch {
            throw Self.reason(error)
        }
    }

    /// Removes what is on the disk of hubs that were deleted just before a crash, or with their project.
    func removeLeftovers() async throws {
        // In this order: a hub is stored before anything of it is on the disk.
        let places = try await center.hubLibrary.places()
        let known = try await center.store.hubs.find(.present)
        try await center.hubLibrary.remove(places.subtracting(known.map(\.id)))
    }

    /// Fetches all hubs of all projects, and goes on with the next one where one cannot be.
    /// - Parameter missing: only those that were never fetched.
    func synchroniseAll(missing: Bool = false) async throws {
        let hubs = try await center.store.hubs.find(.present)
        let chosen = hubs.filter { !missing || !center.hubLibrary.isFetched($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, hub) in chosen.enumerated() {
                if index >= 4 { try await group.next() }
                group.addTask { try await fetchInBackground(hub) }
            }
            try await group.waitForAll()
        }
    }

    /// That it fails goes to the log.
    func fetchInBackground(_ hub: StoredHub) async throws {
        do {
            _ = try await fetch(hub)
        } catch {
            try Task.checkCancellation()
            center.logger.warning(
                "a hub cannot be fetched",
                metadata: ["hub": "\(hub.id)", "project": "\(hub.projectID)", "error": "\(error)"])
        }
    }

    /// The duty: fetches what is missing, then all, and all again after each interval. Removes what no hub needs any more.
    func keepFetched() async {
        var missing = true
        while !Task.isCancelled {
            do {
                try await removeLeftovers()
                try await synchroniseAll(missing: missing)
                if !missing { try await Task.sleep(for: center.settings.hubInterval) }
                missing = false
            } catch is CancellationError {
                return
            } catch {
                center.logger.error("the hubs cannot be read", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(30))
            }
        }
    }

    func fetchSaved(_ hub: StoredHub) async throws -> StoredHub {
        do {
            return try await fetch(hub)
        } catch {
            throw Self.fetchFailure(error)
        }
    }

    func fetch(_ hub: StoredHub) async throws -> StoredHub {
        let hubs = center.store.hubs
        let filter: Filter = .eq("hub_id", hub.id) && .present
        let isFetched = try await center.hubLibrary.fetch(hub.id) { try await hubs.first(filter) }
        guard isFetched else { return hub }
        return try await hubs.update(filter, Update().set("last_synced_at", center.now())) ?? hub
    }

    static func fetchFailure(_ error: any Error) -> any Error {
        guard case let reason as CenterError = reason(error) else { return error }
        return CenterError.unavailable(
            "Hub configurations saved successfully. Failed to connect the remote repo: \(reason)")
    }

    /// What may be told: not where this server keeps its files.
    private static func reason(_ error: any Error) -> any Error {
        guard !(error is CancellationError), !(error is DocumentStoreError) else { return error }
        return error as? CenterError ?? CenterError.unavailable("the server cannot store the hub; its log says more")
    }
}
