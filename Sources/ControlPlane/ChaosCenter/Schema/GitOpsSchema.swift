extension CenterSchema {
    /// Git repositories that experiments are kept in.
    static let gitOps = """
        input GitConfig {
            branch: String!
            repoURL: String!
            authType: AuthType!
            token: String
            userName: String
            password: String
            sshPrivateKey: String
        }

        type SSHKey {
            publicKey: String!
            privateKey: String!
        }

        type GitConfigResponse {
            enabled: Boolean!
            projectID: String!
            branch: String
            repoURL: String
            authType: AuthType
            token: String
            userName: String
            password: String
            sshPrivateKey: String
        }
        """
}
