/// The repository that the experiments of a project are kept in, as it is stored in `gitops`.
struct StoredGitOps: Codable, Sendable, Hashable {
    /// Unique.
    var projectID: String
    var repoURL: String
    var branch: String
    /// The commit that was last taken over.
    var latestCommit: String
    var authType: GitAuthentication
    var username: String?
    var password: String?
    var token: String?
    var sshPrivateKey: String?

    enum CodingKeys: String, CodingKey {
        case branch, username, password, token
        case projectID = "project_id"
        case repoURL = "repo_url"
        case latestCommit = "latest_commit"
        case authType = "auth_type"
        case sshPrivateKey = "ssh_private_key"
    }
}

extension StoredGitOps {
    var credentials: GitCredentials {
        get {
            GitCredentials(
                authentication: authType, token: token, username: username, password: password,
                sshPrivateKey: sshPrivateKey)
        }
        set {
            authType = newValue.authentication
            token = newValue.token
            username = newValue.username
            password = newValue.password
            sshPrivateKey = newValue.sshPrivateKey
        }
    }
}
