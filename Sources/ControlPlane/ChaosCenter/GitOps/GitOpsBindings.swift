/// GitOps.
enum GitOpsBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .generateSSHKey, .getGitOpsDetails, .enableGitOps, .updateGitOps, .disableGitOps, .gitopsNotifier,
        ] { binding.pending(operation) }
        for type in [
            "SSHKey", "GitConfigResponse",
        ] { binding.unused(type) }
    }
}
