/// What can be done with a project, and who may.
enum ProjectOperation: String, Sendable, CaseIterable {
    case getProject, getProjectMembers, getProjectOwners, inviteUsers, deleteProject, updateProjectName
    case sendInvitation, acceptInvitation, declineInvitation, leaveProject, removeInvitation, updateMemberRole

    struct Rule: Sendable, Hashable {
        /// Of the caller in the project.
        var roles: Set<ProjectRole>
        /// Of the caller to the project.
        var invitation: Invitation
        /// Whether an administrator needs no membership.
        var admitsAdmin = false
    }

    var rule: Rule {
        switch self {
        case .getProject: Rule(roles: .all, invitation: .accepted, admitsAdmin: true)
        case .getProjectMembers: Rule(roles: [.owner], invitation: .accepted, admitsAdmin: true)
        case .getProjectOwners: Rule(roles: .all, invitation: .accepted, admitsAdmin: true)
        case .inviteUsers: Rule(roles: [.owner], invitation: .accepted)
        case .deleteProject: Rule(roles: [.owner], invitation: .accepted)
        case .updateProjectName: Rule(roles: [.owner], invitation: .accepted)
        case .sendInvitation: Rule(roles: [.owner], invitation: .accepted)
        case .removeInvitation: Rule(roles: [.owner], invitation: .accepted)
        case .updateMemberRole: Rule(roles: [.owner], invitation: .accepted)
        case .acceptInvitation: Rule(roles: .all, invitation: .pending)
        case .declineInvitation: Rule(roles: .all, invitation: .pending)
        case .leaveProject: Rule(roles: .all, invitation: .accepted)
        }
    }

    /// - Throws: `AuthenticationError.unauthorized`.
    func check(_ caller: User, in project: Project) throws(AuthenticationError) {
        if rule.admitsAdmin, caller.role == .admin { return }
        guard let member = project.member(caller.id), rule.invitation == member.invitation,
            rule.roles.contains(member.role)
        else { throw .unauthorized }
    }
}

extension Set<ProjectRole> {
    fileprivate static var all: Self { Set(ProjectRole.allCases) }
}
