import DocumentStore

extension AuthenticationServer {
    /// Projects and their members.
    var projectEndpoints: [Endpoint] { projectReadEndpoints + projectWriteEndpoints + memberEndpoints }

    private var projectReadEndpoints: [Endpoint] {
        [
            .get("/get_project/:project_id", .user) { call, caller in
                let project = try await projects.project(call.parameter("project_id"), for: caller.user, .getProject)
                return try .data(try await shown([project]).first)
            },
            .get("/get_project_members/:project_id/:state", .user) { call, caller in
                let project = try await projects.project(
                    call.parameter("project_id"), for: caller.user, .getProjectMembers)
                let members: [Member]
                switch call.parameter("state") {
                case "accepted": members = project.members.filter { $0.invitation == .accepted }
                case "not_accepted": members = project.members.filter { $0.invitation != .accepted }
                case "all": members = project.members
                default: throw AuthenticationError.invalidRequest
                }
                return try .data(try await shown(members))
            },
            .get("/get_project_owners/:project_id", .user) { call, caller in
                let project = try await projects.project(
                    call.parameter("project_id"), for: caller.user, .getProjectOwners)
                return try .data(try await shown(project.members.filter(\.isOwner)))
            },
            .get("/get_user_with_project/:username", .user) { call, caller in
                let username = call.parameter("username")
                guard username == caller.user.username || caller.user.role == .admin else {
                    throw AuthenticationError.unauthorized
                }
                guard let user = try await accounts.user(named: username) else {
                    throw AuthenticationError.userNotFound
                }
                var request = try call.listRequest()
                // Command lines look here for their role, and do not ask for pages.
                if call.query["limit"] == nil { request.limit = nil }
                let page = try await projects.list(request, for: user.id)
                return try .data(UserWithProjectsReply(user, try await shown(page.items)))
            },
            .get("/get_owner_projects", .user) { _, caller in
                try .data(try await projects.ownedProjects(of: caller.user.id).map(OwnedProjectReply.init))
            },
            .get("/get_project_role/:project_id", .user) { call, caller in
                let role = try await role(of: caller.user.id, in: call.parameter("project_id"))
                return try .json(["role": role?.rawValue ?? "N/A"])
            },
            .get("/list_projects", .user) { call, caller in
                let page = try await projects.list(try call.listRequest(), for: caller.user.id)
                guard page.total > 0 else { return try .message("No projects found") }
                return try .data(
                    ProjectListReply(projects: try await shown(page.items), totalNumberOfProjects: page.total))
            },
            .get("/get_projects_stats", .admin) { _, _ in
                let all = try await projects.all()
                let users = try await projects.users(Set(all.flatMap { $0.members.map(\.userID) }))
                return try .data(all.map { ProjectStatsReply($0, users) })
            },
            .get("/list_invitations_with_filters/:invitation_state", .user) { call, caller in
                guard let state = Invitation(rawValue: call.parameter("invitation_state")) else {
                    throw AuthenticationError.invalidRequest
                }
                let all = try await projects.invitations(of: caller.user.id, state)
                let users = try await projects.users(Set(all.flatMap { $0.members.map(\.userID) }))
                return try .data(
                    all.compactMap { project in
                        project.member(caller.user.id).map { member in
                            InvitationReply(
                                projectID: project.id, projectName: project.name,
                                projectOwner: project.members.first(where: \.isOwner).map { MemberReply($0, users) },
                                invitationRole: member.role)
                        }
                    })
            },
        ]
    }

    private var projectWriteEndpoints: [Endpoint] {
        [
            .post("/create_project", .settledUser) { call, caller in
                let body = try call.decode(CreateProjectBody.self)
                let project = try await projects.create(
                    body.projectName ?? "", description: body.description ?? "", tags: body.tags ?? [],
                    by: caller.user)
                return try .data(try await shown([project]).first)
            },
            .post("/delete_project/:project_id", .settledUser) { call, caller in
                try await projects.delete(call.parameter("project_id"), by: caller.user)
                return try .message("Successfully deleted project.")
            },
            .post("/update_project_name", .settledUser) { call, caller in
                let body = try call.decode(ProjectNameBody.self)
                try await projects.rename(body.projectID ?? "", to: body.projectName ?? "", by: caller.user)
                return try .message("successful")
            },
        ]
    }

    private var memberEndpoints: [Endpoint] {
        [
            .post("/send_invitation", .settledUser) { call, caller in
                let body = try call.decode(MemberBody.self)
                _ = try await projects.project(body.projectID ?? "", for: caller.user, .sendInvitation)
                let member = try await members.invite(
                    body.userID ?? "", as: try body.projectRole(), to: body.projectID ?? "", by: caller.user)
                guard let member else { return try .message("Invitation sent successfully") }
                return try .data(try await shown([member]).first)
            },
            .post("/accept_invitation", .settledUser) { call, caller in
                try await members.answer(.accepted, in: try call.ownProject(caller.user), by: caller.user)
                return try .message("Successful")
            },
            .post("/decline_invitation", .settledUser) { call, caller in
                try await members.answer(.declined, in: try call.ownProject(caller.user), by: caller.user)
                return try .message("successful")
            },
            .post("/leave_project", .settledUser) { call, caller in
                try await members.leave(try call.ownProject(caller.user), by: caller.user)
                return try .message("successful")
            },
            .post("/remove_invitation", .settledUser) { call, caller in
                let body = try call.decode(MemberBody.self)
                guard let userID = body.userID, !userID.isEmpty else { throw AuthenticationError.invalidRequest }
                try await members.remove(userID, from: body.projectID ?? "", by: caller.user)
                return try .message("successful")
            },
            .post("/update_member_role", .settledUser) { call, caller in
                let body = try call.decode(MemberBody.self)
                let role = try body.projectRole()
                try await members.setRole(role, of: body.userID ?? "", in: body.projectID ?? "", by: caller.user)
                return try .message("successful")
            },
        ]
    }

    private func shown(_ list: [Project]) async throws -> [ProjectReply] {
        let users = try await projects.users(Set(list.flatMap { $0.members.map(\.userID) }))
        return list.map { ProjectReply($0, users) }
    }

    private func shown(_ list: [Member]) async throws -> [MemberReply] {
        let users = try await projects.users(Set(list.map(\.userID)))
        return list.map { MemberReply($0, users) }
    }
}

extension Call {
    /// The project of a request in which callers name themselves.
    /// - Throws: `AuthenticationError.unauthorized` for one that names someone else (litmus #5604).
    fileprivate func ownProject(_ caller: User) throws -> String {
        let body = try decode(MemberBody.self)
        guard (body.userID ?? "").isEmpty || body.userID == caller.id else { throw AuthenticationError.unauthorized }
        return body.projectID ?? ""
    }

    /// - Throws: `AuthenticationError.invalidRequest` for numbers that are none.
    fileprivate func listRequest() throws -> ProjectService.ListRequest {
        var request = ProjectService.ListRequest()
        request.name = query["projectName"].map { String($0.prefix(128)) }
        request.sortsByName = query["sortField"]?.lowercased() == "name"
        request.isAscending = query["sortAscending"] == "true"
        request.createdByMe = query["createdByMe"].flatMap(Bool.init)
        if let text = query["page"], !text.isEmpty {
            guard let page = Int(text), (0...1_000_000).contains(page) else { throw AuthenticationError.invalidRequest }
            request.page = page
        }
        if let text = query["limit"], !text.isEmpty {
            guard let limit = Int(text), limit > 0 else { throw AuthenticationError.invalidRequest }
            request.limit = min(limit, ProjectService.largestPage)
        }
        return request
    }
}
