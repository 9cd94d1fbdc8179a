import DocumentStore
import Host
import Logging

/// `GitConfig`.
struct GitOpsRequest: GitCredentialsRequest, Codable, Sendable {
    var branch: String
    var repoURL: String
    var authType: GitAuthentication
    var token: String?
    var userName: String?
    var password: String?
    var sshPrivateKey: String?
}

/// The repository that a project keeps its experiments in.
struct GitOpsService: Sendable {
    /// Who starts runs that the cluster asks for.
    static let user = UserDetails(userID: "gitops", username: "gitops", email: "gitops@litmus-chaos")

    let center: ChaosCenter

    private var store: DocumentCollection<StoredGitOps> { center.store.gitOps }

    /// Nil where GitOps is not enabled.
    func settings(of projectID: String) async throws -> StoredGitOps? {
        try await store.first(.eq("project_id", projectID))
    }

    /// Stores the repository once it was cloned and pushed to.
    /// - Throws: `CenterError.conflict` when GitOps is enabled already; `CenterError` with git's words.
    func enable(_ request: GitOpsRequest, for projectID: String, by user: UserDetails) async throws {
        try await exclusively(projectID) {
            guard try await settings(of: projectID) == nil else { throw Self.enabledAlready }
            let settings = try await connected(request, request.credentials, projectID, user)
            guard try await store.insertUnlessTaken(settings) else { throw Self.enabledAlready }
        }
    }

    /// Secrets that are not given stay, as long as the repository stays on its server.
    /// - Throws: `CenterError.notFound` where GitOps is not enabled; `CenterError` with git's words: then nothing is
    ///   changed.
    func update(_ request: GitOpsRequest, for projectID: String, by user: UserDetails) async throws {
        try await exclusively(projectID) {
            guard let former = try await settings(of: projectID) else {
                throw CenterError.notFound("GitOps is not enabled for the project")
            }
            let allowsFiles = center.settings.allowsLocalRepositories
            let address = try GitAddress(request.repoURL, allowsFiles: allowsFiles)
            let formerAddress = try? GitAddress(former.repoURL, allowsFiles: allowsFiles)
            var credentials = request.credentials
            credentials.keepSecrets(of: former.credentials, isSameServer: address.origin == formerAddress?.origin)
            let settings = try await connected(request, credentials, projectID, user)
            _ = try await store.modify(.eq("project_id", projectID)) { $0 = settings }
        }
    }

    /// Forgets the repository; what is in it stays. One that is not enabled is no error.
    func disable(_ projectID: String) async throws {
        try await exclusively(projectID) {
            _ = try await store.delete(.eq("project_id", projectID))
            try FileTree.remove(try place(projectID))
        }
    }

    /// Removes the working copies of projects that have no repository any more: those deleted, or disabled just before a
    /// crash.
    func removeLeftovers() async {
        let names = FileTree.names(in: "\(center.settings.dataDirectory)/gitops")
        for projectID in Set(names.map { String($0.prefix { $0 != "." }) }) {
            do {
                try await exclusively(projectID) {
                    guard try await settings(of: projectID) == nil else { return }
                    try FileTree.remove(try place(projectID))
                    try FileTree.remove(try place(projectID) + ".new")
                }
            } catch {
                center.logger.error("a working copy is not removed yet", metadata: ["error": "\(error)"])
            }
        }
    }

    private static let enabledAlready = CenterError.conflict(
        "GitOps is enabled for the project already; updateGitOps changes it")

    private func exclusively(_ projectID: String, _ body: @Sendable () async throws -> Void) async throws {
        try await center.repositories.run("project \(projectID)", body)
    }

    private func place(_ projectID: String) throws(CenterError) -> String {
        guard HubName.isValid(projectID) else { throw .invalid("the id of the project cannot name a folder") }
        return "\(center.settings.dataDirectory)/gitops/\(projectID)"
    }

    /// Clones and pushes, and puts the clone in its place.
    private func connected(
        _ request: GitOpsRequest, _ credentials: GitCredentials, _ projectID: String, _ user: UserDetails
    ) async throws -> StoredGitOps {
        let remote = try GitRemote(
            url: request.repoURL, branch: request.branch, credentials: credentials,
            allowsFiles: center.settings.allowsLocalRepositories)
        guard !remote.revision.name.isEmpty else { throw CenterError.invalid("branch: it is empty") }
        let place = try place(projectID)
        let fresh = place + ".new"
        let repository = GitOpsRepository(git: center.git, remote: remote, projectID: projectID, directory: fresh)
        let author = GitAuthor(name: user.username, email: "\(user.username)@litmus-chaos")
        // Several projects may share a repository.
        let commit = try await center.repositories.run(remote.lockName) {
            try await repository.prepare(author: author)
        }
        try FileTree.exchange(fresh, with: place)
        try FileTree.remove(fresh)
        var settings = StoredGitOps(
            projectID: projectID, repoURL: remote.address.url, branch: remote.revision.name, latestCommit: commit,
            authType: credentials.authentication)
        settings.credentials = credentials
        return settings
    }

    // MARK: Runs

    /// Starts an experiment that the cluster asks for, because something changed that it is to follow.
    /// - Returns: what the agent is told.
    func notify(_ experimentID: String, by infrastructure: ChaosInfrastructure) async throws -> String {
        guard try await settings(of: infrastructure.projectID) != nil else { return "GitOps Disabled" }
        let filter: Filter =
            .project(infrastructure.projectID) && .eq("experiment_id", experimentID)
            && .eq("infra_id", infrastructure.id)
        guard let experiment = try await center.store.experiments.first(filter) else {
            throw CenterError.notFound("no matching experiments")
        }
        _ = try await center.runs.start(experiment, by: Self.user)
        return "Request Acknowledged for experimentID: \(experimentID)"
    }
}
