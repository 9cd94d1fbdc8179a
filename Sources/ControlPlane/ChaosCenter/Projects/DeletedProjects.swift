import DocumentStore
import Logging

/// Removes what deleted projects had. The authentication server deletes a project's document and knows nothing of
/// what else belongs to it.
///
/// It is told of projects that are deleted while it runs, and looks once at the start for what belongs to none, as those
/// of a time when it did not run. Everything may be done again.
struct DeletedProjects: Sendable {
    /// Where a project's things are marked as removed.
    static let removed = [
        "environment", "chaosInfrastructures", "chaosExperiments", "chaosProbes", "chaosHubs", "imageRegistry",
    ]
    /// Where they are deleted: upstream marks these never, and they hold secrets.
    static let deleted = ["gitops"]
    static let retryInterval = Duration.seconds(10)

    private static let projects = "project"
    private static let batch = 500

    let database: DocumentDatabase
    /// Tells the agents of a project to end what runs for it: its id is given.
    var withdraw: @Sendable (String) async throws -> Void = { _ in }
    let logger: Logger
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64

    /// Works until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                // Before the search, so that no project is deleted between both.
                let changes = database.changes(in: Self.projects)
                try await sweep()
                try await follow(changes)
                // The database was closed, or the task was cancelled.
                return
            } catch {
                guard !Task.isCancelled else { return }
                logger.error("what deleted projects had is not removed yet", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: Self.retryInterval)
            }
        }
    }

    private func follow(_ changes: ChangeFeed) async throws {
        for await event in changes {
            switch event {
            case .missed: try await sweep()
            case .change(let change):
                guard change.kind == .deleted, let id = change.id.string else { continue }
                try await remove(id)
            }
        }
    }

    /// Removes what belongs to projects that are not there.
    func sweep() async throws {
        var owners: Set<String> = []
        for collection in try await collections(Self.removed + Self.deleted) {
            let groups = try await collection.groups(Grouping(by: ["project_id"]), where: .ne("is_removed", true))
            owners.formUnion(groups.compactMap { $0.key.first?.string })
        }
        guard !owners.isEmpty else { return }
        // An installation without any project is one whose users are kept, or were lost, somewhere else.
        guard let projects = try await collections([Self.projects]).first, try await projects.first(.all) != nil else {
            logger.warning("there are no projects at all: nothing is removed for want of its project")
            return
        }
        // Read after what belongs to them, since a project is there before anything of it is.
        var gone = owners
        let ids = Array(owners)
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            let part = Array(ids[start..<min(start + Self.batch, ids.count)])
            for project in try await projects.find(Query(.oneOf("_id", part), without: ["members"])) {
                if let id = project.id.string { gone.remove(id) }
            }
        }
        for id in gone.sorted() { try await remove(id) }
    }

    /// Removes what a deleted project had.
    func remove(_ projectID: String) async throws {
        // First, while everything is there: chaos that nobody can stop any more must not go on.
        try await withdraw(projectID)
        var count = 0
        for collection in try await collections(Self.removed) {
            count += try await collection.updateAll(
                .eq("project_id", projectID) && .ne("is_removed", true),
                Update().set("is_removed", true).set("updated_at", now()))
        }
        for collection in try await collections(Self.deleted) {
            count += try await collection.deleteAll(.eq("project_id", projectID))
        }
        guard count > 0 else { return }
        logger.info("removed what a deleted project had", metadata: ["project": "\(projectID)", "things": "\(count)"])
    }

    private func collections(_ names: [String]) async throws -> [DocumentCollection<Document>] {
        let present = Set(try await database.collectionNames())
        return try names.filter(present.contains).map { try database.collection(named: $0) }
    }
}

extension ChaosCenter {
    var deletedProjects: DeletedProjects {
        DeletedProjects(
            database: store.database, withdraw: { try await withdrawChaos(of: $0) }, logger: logger, now: now)
    }

    /// Removes the experiments and then the infrastructures of a project as its members would: schedules are withdrawn,
    /// runs are ended and deleted, and at last the agents go.
    private func withdrawChaos(of projectID: String) async throws {
        let nobody = UserDetails(userID: "", username: "")
        let experiments = ExperimentService(center: self, projectID: projectID, user: nobody)
        for id in try await ids("experiment_id", in: store.experiments.name, of: projectID) {
            try await passingOver("experiment", id) { try await experiments.delete(id) }
        }
        for id in try await ids("infra_id", in: store.infrastructures.name, of: projectID) {
            try await passingOver("infrastructure", id) {
                _ = try await infrastructures.delete(id, in: projectID, by: nobody)
            }
        }
    }

    private func ids(_ field: FieldPath, in name: String, of projectID: String) async throws -> [String] {
        let collection = try store.database.collection(named: name)
        return try await collection.groups(Grouping(by: [field]), where: .project(projectID)).compactMap {
            $0.key.first?.string
        }
    }

    /// What cannot be read, or was removed meanwhile, does not hold up the rest.
    private func passingOver(_ kind: String, _ id: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as DocumentStoreError {
            guard case .undecodable = error else { throw error }
            logger.error(
                "a thing of a deleted project cannot be withdrawn from its cluster",
                metadata: ["kind": "\(kind)", "id": "\(id)", "error": "\(error)"])
        } catch is CenterError {}
    }
}
