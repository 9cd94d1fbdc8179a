import GraphQL
import Host

/// GitOps.
enum GitOpsBindings {
    private struct Arguments: Codable, Sendable { var configurations: GitOpsRequest }
    private struct NotifierArguments: Codable, Sendable { var experimentID: String }

    /// What is answered of the settings.
    private struct Details: GraphQLOutput {
        var projectID: String
        var settings: StoredGitOps?
    }

    static func bind(_ binding: inout CenterBinding) {
        binding.user(.getGitOpsDetails, NoArguments.self) { call in
            Details(projectID: call.projectID, settings: try await call.center.gitOps.settings(of: call.projectID))
        }
        binding.user(.enableGitOps, Arguments.self) { call in
            try await call.center.gitOps.enable(call.arguments.configurations, for: call.projectID, by: call.user)
            return true
        }
        binding.user(.updateGitOps, Arguments.self) { call in
            try await call.center.gitOps.update(call.arguments.configurations, for: call.projectID, by: call.user)
            return true
        }
        binding.user(.disableGitOps, NoArguments.self) { call in
            try await call.center.gitOps.disable(call.projectID)
            return true
        }
        binding.agent(.gitopsNotifier, NotifierArguments.self) { call in
            try await call.center.gitOps.notify(call.arguments.experimentID, by: call.infrastructure)
        }
        binding.user(.generateSSHKey, NoArguments.self) { call in
            try await call.center.keyMaker.run("ssh") { try await KernelThread.run { try SSHKeyPair.generate() } }
        }
        bindTypes(&binding)
    }

    /// Secrets are never answered.
    private static func bindTypes(_ binding: inout CenterBinding) {
        binding.fields(
            "SSHKey", of: SSHKeyPair.self, [("publicKey", { $0.publicKey }), ("privateKey", { $0.privateKey })])
        binding.fields(
            "GitConfigResponse", of: Details.self,
            [
                ("enabled", { $0.settings != nil }), ("projectID", { $0.projectID }),
                ("branch", { $0.settings?.branch }), ("repoURL", { $0.settings?.repoURL }),
                ("authType", { $0.settings?.authType }), ("userName", { $0.settings?.username }),
                ("token", { _ in ResolvedValue.null }), ("password", { _ in ResolvedValue.null }),
                ("sshPrivateKey", { _ in ResolvedValue.null }),
            ])
    }
}

extension SSHKeyPair: GraphQLOutput {}
