import DocumentStore
import Foundation

/// Who belongs to a project. Every change is made on the members as they are in that moment: rules that span members
/// (an owner stays) hold however many changes come at once.
struct MembershipService: Sendable {
    let store: AuthenticationStore
    let now: @Sendable () -> Date

    static let membersOfOneProject = 500

    /// - Returns: the new member; nil when one who had been invited before is invited again.
    func invite(_ userID: String, as role: ProjectRole, to projectID: String, by caller: User) async throws -> Member? {
        _ = try await checked(projectID, caller, .sendInvitation)
        guard FieldLimits.isIdentifier(userID), let user = try await store.users.first(.id(userID) && .present),
            user.isActive
        else { throw AuthenticationError.userNotFound }
        let time = now().milliseconds
        return try await change(projectID, by: caller, .sendInvitation) { members in
            guard let index = members.firstIndex(where: { $0.userID == userID }) else {
                guard members.count < Self.membersOfOneProject else {
                    throw AuthenticationError.refused("a project has at most \(Self.membersOfOneProject) members")
                }
                let member = Member(user, role: role, invitation: .pending, at: time)
                members.append(member)
                return member
            }
            guard members[index].invitation != .accepted else {
                throw AuthenticationError.refused("user is already a member of this project")
            }
            members[index].invitation = .pending
            members[index].role = role
            return nil
        }
    }

    /// The caller's own invitation.
    func answer(_ answer: Invitation, in projectID: String, by caller: User) async throws {
        let operation: ProjectOperation = answer == .accepted ? .acceptInvitation : .declineInvitation
        let time = now().milliseconds
        try await change(projectID, by: caller, operation) { members in
            for index in members.indices where members[index].userID == caller.id {
                members[index].invitation = answer
                if answer == .accepted { members[index].joinedAt = time }
            }
        }
    }

    /// The caller leaves.
    func leave(_ projectID: String, by caller: User) async throws {
        try await change(projectID, by: caller, .leaveProject) { members in
            for index in members.indices where members[index].userID == caller.id {
                members[index].invitation = .exited
            }
            guard members.contains(where: \.isOwner) else {
                throw AuthenticationError.refused("Cannot leave project. There must be at least one owner.")
            }
        }
    }

    func remove(_ userID: String, from projectID: String, by caller: User) async throws {
        _ = try await checked(projectID, caller, .removeInvitation)
        guard userID != caller.id else {
            throw AuthenticationError.refused("User cannot remove invitation of themselves use Leave Project.")
        }
        try await change(projectID, by: caller, .removeInvitation) { members in
            let index = members.firstIndex { $0.userID == userID }
            guard let index, [.accepted, .pending].contains(members[index].invitation) else {
                throw AuthenticationError.refused("User is not a part of your project")
            }
            members.remove(at: index)
        }
    }

    func setRole(_ role: ProjectRole, of userID: String, in projectID: String, by caller: User) async throws {
        _ = try await checked(projectID, caller, .updateMemberRole)
        guard userID != caller.id else {
            throw AuthenticationError.refused("User cannot change their own role.")
        }
        try await change(projectID, by: caller, .updateMemberRole) { members in
            let index = members.firstIndex { $0.userID == userID }
            guard let index, [.accepted, .pending].contains(members[index].invitation) else {
                throw AuthenticationError.refused("User is not a part of your project")
            }
            members[index].role = role
        }
    }

    private func checked(
        _ projectID: String, _ caller: User, _ operation: ProjectOperation
    ) async throws -> Versioned<Project> {
        guard FieldLimits.isIdentifier(projectID),
            let read = try await store.projects.versioned(.id(projectID) && .present)
        else { throw AuthenticationError.unauthorized }
        try operation.check(caller, in: read.model)
        return read
    }

    /// Reads, checks the caller and writes, until nobody else came between.
    private func change<Result: Sendable>(
        _ projectID: String, by caller: User, _ operation: ProjectOperation,
        _ body: (inout [Member]) throws -> Result
    ) async throws -> Result {
        while true {
            let read = try await checked(projectID, caller, operation)
            let (members, result) = try Self.changed(read.model.members, body)
            let update = try Update().set("members", encoding: members).set("updated_at", now().milliseconds)
                .set("updated_by", encoding: caller.reference)
            // A document without a version is as one of version 0.
            let version: Filter =
                read.version == 0 ? .isOneOf("_version", [.null, .int(0)]) : .eq("_version", read.version)
            if try await store.projects.update(.id(projectID) && version, update) != nil { return result }
        }
    }

    // Apart, since the compiler (6.3) crashes on a copy that is changed in the loop above.
    private static func changed<Result>(
        _ members: [Member], _ body: (inout [Member]) throws -> Result
    ) throws -> ([Member], Result) {
        var members = members
        let result = try body(&members)
        return (members, result)
    }
}
