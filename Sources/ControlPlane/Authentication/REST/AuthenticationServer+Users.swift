extension AuthenticationServer {
    /// Users and their tokens.
    var userEndpoints: [Endpoint] {
        [
            .get("/token/:uid", .user) { call, caller in
                guard call.parameter("uid") == caller.user.id else { throw AuthenticationError.unauthorized }
                return try .json(["apiTokens": try await tokens.apiTokens(of: caller.user.id).map(TokenReply.init)])
            },
            .post("/create_token", .settledUser) { call, caller in
                let body = try call.decode(CreateTokenBody.self)
                guard body.user_id == caller.user.id else { throw AuthenticationError.unauthorized }
                guard let name = body.name, !name.isEmpty, FieldLimits.isName(name),
                    let days = body.days_until_expiration
                else { throw AuthenticationError.invalidRequest }
                let token = try await tokens.makeAPIToken(for: caller.user, name: name, days: days)
                return try .json(["accessToken": token, "type": "Bearer"])
            },
            .post("/remove_token", .settledUser) { call, caller in
                let body = try call.decode(RemoveTokenBody.self)
                guard (body.userID ?? body.user_id ?? caller.user.id) == caller.user.id else {
                    throw AuthenticationError.unauthorized
                }
                guard let token = body.token, !token.isEmpty else { throw AuthenticationError.invalidRequest }
                try await tokens.removeAPIToken(token, of: caller.user.id)
                return try .message("successfully removed token")
            },
            .post("/update/password", .user) { call, caller in
                let body = try call.decode(PasswordBody.self)
                guard let new = body.newPassword, let old = body.oldPassword else {
                    throw AuthenticationError.invalidRequest
                }
                try await accounts.changePassword(caller, old: old, new: new, from: call.address)
                let project = try await projects.defaultProject(of: caller.user)
                return try .json(["message": "password has been updated successfully", "projectID": project])
            },
            .post("/reset/password", .settledAdmin) { call, caller in
                let body = try call.decode(PasswordBody.self)
                guard let username = body.username, let new = body.newPassword else {
                    throw AuthenticationError.invalidRequest
                }
                try await accounts.resetPassword(of: username, to: new, by: caller.user)
                return try .message("password has been reset successfully")
            },
            .post("/create_user", .settledAdmin) { call, caller in
                let body = try call.decode(CreateUserBody.self)
                guard let username = body.username, !username.isEmpty, let password = body.password,
                    !password.isEmpty, let role = body.role.flatMap(AccountRole.init)
                else { throw AuthenticationError.invalidRequest }
                let user = try await accounts.create(
                    username, password: password, email: body.email ?? "", name: body.name ?? "", role: role,
                    by: caller.user)
                return try .json(UserReply(user))
            },
            .post("/update/details", .settledUser) { call, caller in
                let body = try call.decode(DetailsBody.self)
                try await accounts.update(caller.user, name: body.name ?? "", email: body.email ?? "")
                return try .message("User details updated successfully")
            },
            .get("/get_user/:uid", .user) { call, caller in
                let id = call.parameter("uid")
                guard id == caller.user.id || caller.user.role == .admin else { throw AuthenticationError.unauthorized }
                guard let user = try await accounts.user(id) else { throw AuthenticationError.userNotFound }
                return try .json(UserReply(user))
            },
            .get("/users", .admin) { _, _ in try .json(try await accounts.users().map(UserReply.init)) },
            .get("/invite_users/:project_id", .user) { call, caller in
                let project = try await projects.project(
                    call.parameter("project_id"), for: caller.user, .inviteUsers)
                let members = Set(project.members.map(\.userID))
                let others = try await accounts.users().filter { $0.isActive && !members.contains($0.id) }
                return try .data(others.map(UserReply.init))
            },
            .post("/update/state", .settledAdmin) { call, caller in
                let body = try call.decode(StateBody.self)
                guard let username = body.username, let isDeactivate = body.isDeactivate else {
                    throw AuthenticationError.invalidRequest
                }
                try await accounts.setDeactivated(isDeactivate, username, by: caller.user)
                return try .message("user's state updated successfully")
            },
        ]
    }
}
