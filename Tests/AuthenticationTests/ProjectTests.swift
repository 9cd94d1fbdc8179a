import Authentication
import ControlPlaneTesting
import Foundation
import HTTPTypes
import Testing

@Suite("Projects")
struct ProjectTests {
    @Test("a project from its making to its end", arguments: Engine.allCases)
    func life(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let made = try await server.post(
                "/create_project", ["projectName": "shop", "description": "a shop", "tags": ["web"]],
                token: admin.token)
            #expect(made.status == 200)
            let id = try #require(made.data["projectID"] as? String)
            #expect(made.data["name"] as? String == "shop")
            #expect(made.data["state"] as? String == "active")
            #expect(made.data["tags"] as? [String] == ["web"])
            #expect(made.data["description"] as? String == "a shop")
            #expect(made.data["isRemoved"] as? Bool == false)
            #expect(made.data["createdAt"] as? Int64 == server.clock.now.millisecondsForTests)
            #expect((made.data["createdBy"] as? [String: Any])?["username"] as? String == "admin")
            let member = try #require((made.data["members"] as? [[String: Any]])?.first)
            #expect(member["userID"] as? String == admin.id)
            #expect(member["username"] as? String == "admin")
            #expect(member["role"] as? String == "Owner")
            #expect(member["invitation"] as? String == "Accepted")

            let twice = try await server.post("/create_project", ["projectName": "shop"], token: admin.token)
            #expect(twice.status == 400)
            #expect(twice.message == "project with name:shop already exists")
            let empty = try await server.post("/create_project", ["projectName": ""], token: admin.token)
            #expect(empty.status == 400)
            #expect(empty.error == "invalid project name")

            let renamed = try await server.post(
                "/update_project_name", ["projectID": id, "projectName": "store"], token: admin.token)
            #expect(renamed.message == "successful")
            let taken = try await server.post(
                "/update_project_name", ["projectID": id, "projectName": "admin-project"], token: admin.token)
            #expect(taken.status == 400)
            #expect(taken.message == "project with name: admin-project already exists")
            #expect(try await server.get("/get_project/\(id)", token: admin.token).data["name"] as? String == "store")
            #expect(try await server.get("/get_project_role/\(id)", token: admin.token).text("role") == "Owner")

            let deleted = try await server.send(.post, "/delete_project/\(id)", token: admin.token)
            #expect(deleted.message == "Successfully deleted project.")
            #expect(try await server.get("/get_project/\(id)", token: admin.token).error == "project does not exist")
            #expect(try await server.get("/get_project_role/\(id)", token: admin.token).text("role") == "N/A")
        }
    }

    @Test("projects are listed by name, by time, by part of the name and in pages", arguments: Engine.allCases)
    func list(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let user = try await server.user("alice", by: admin)
            for name in ["beta", "alpha", "gamma"] {
                server.clock.advance(by: 1)
                _ = try await server.post("/create_project", ["projectName": name], token: admin.token)
            }
            func names(_ query: String) async throws -> [String] {
                let answer = try await server.get("/list_projects?\(query)", token: admin.token)
                return (answer.data["projects"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
            }
            #expect(
                try await names("sortField=name&sortAscending=true") == ["admin-project", "alpha", "beta", "gamma"])
            #expect(try await names("sortField=time&sortAscending=false").prefix(2) == ["gamma", "alpha"])
            #expect(try await names("projectName=ALP") == ["alpha"])
            #expect(try await names("sortField=name&sortAscending=true&page=1&limit=3") == ["gamma"])
            #expect(try await names("createdByMe=false") == [])
            #expect(try await server.get("/list_projects?limit=x", token: admin.token).status == 400)
            let all = try await server.get("/list_projects?limit=1", token: admin.token)
            #expect(all.data["totalNumberOfProjects"] as? Int == 4)
            let none = try await server.get("/list_projects?projectName=zeta", token: user.token)
            #expect(none.message == "No projects found")

            let owned = try await server.get("/get_owner_projects", token: admin.token)
            #expect(owned.dataArray.count == 4)
            #expect(owned.dataArray[0]["projectID"] as? String == admin.projectID)
            let whole = try await server.get("/get_user_with_project/admin", token: admin.token)
            #expect(whole.data["id"] as? String == admin.id)
            #expect((whole.data["projects"] as? [Any])?.count == 4)
            let stats = try await server.get("/get_projects_stats", token: admin.token)
            let first = try #require(stats.dataArray.first { $0["projectID"] as? String == admin.projectID })
            let members = try #require(first["members"] as? [String: Any])
            #expect(members["total"] as? Int == 1)
            #expect((members["owner"] as? [[String: Any]])?.first?["username"] as? String == "admin")
            #expect(try await server.get("/get_projects_stats", token: user.token).status == 401)
        }
    }

    @Test("invitations: sent, answered, taken back, left", arguments: Engine.allCases)
    func invitations(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let user = try await server.user("alice", by: admin)
            let project = admin.projectID
            let candidates = try await server.get("/invite_users/\(project)", token: admin.token)
            #expect(candidates.dataArray.map { $0["username"] as? String } == ["alice"])
            let invitation: [String: Any] = ["projectID": project, "userID": user.id, "role": "Viewer"]
            let sent = try await server.post("/send_invitation", invitation, token: admin.token)
            #expect(sent.data["invitation"] as? String == "Pending")
            #expect(sent.data["email"] as? String == "alice@example.com")
            let again = try await server.post("/send_invitation", invitation, token: admin.token)
            #expect(again.message == "Invitation sent successfully")
            #expect(try await server.get("/invite_users/\(project)", token: admin.token).dataArray.isEmpty)

            let pending = try await server.get("/list_invitations_with_filters/Pending", token: user.token)
            #expect(pending.dataArray.first?["projectName"] as? String == "admin-project")
            #expect(pending.dataArray.first?["invitationRole"] as? String == "Viewer")
            #expect((pending.dataArray.first?["projectOwner"] as? [String: Any])?["username"] as? String == "admin")
            // An invitation is no membership.
            #expect(try await server.get("/get_project/\(project)", token: user.token).status == 401)
            #expect(try await server.authentication.role(of: user.id, in: project) == nil)

            let own: [String: Any] = ["projectID": project, "userID": user.id]
            #expect(try await server.post("/decline_invitation", own, token: user.token).message == "successful")
            #expect(try await server.post("/accept_invitation", own, token: user.token).status == 401)
            _ = try await server.post("/send_invitation", invitation, token: admin.token)
            #expect(try await server.post("/accept_invitation", own, token: user.token).message == "Successful")
            let member = try await server.post("/send_invitation", invitation, token: admin.token)
            #expect(member.status == 400)
            #expect(member.message == "user is already a member of this project")
            #expect(try await server.authentication.role(of: user.id, in: project) == .viewer)
            #expect(
                try await server.authentication.memberships(of: user.id).map(\.projectName).sorted()
                    == ["admin-project", "alice-project"])

            let role = try await server.post(
                "/update_member_role", ["projectID": project, "userID": user.id, "role": "Executor"],
                token: admin.token)
            #expect(role.message == "successful")
            #expect(try await server.authentication.role(of: user.id, in: project) == .executor)
            let bad = try await server.post(
                "/update_member_role", ["projectID": project, "userID": user.id, "role": "King"], token: admin.token)
            #expect(bad.error == "invalid role")

            let accepted = try await server.get("/get_project_members/\(project)/accepted", token: admin.token)
            #expect(accepted.dataArray.count == 2)
            #expect(try await server.post("/leave_project", own, token: user.token).message == "successful")
            let gone = try await server.get("/get_project_members/\(project)/not_accepted", token: admin.token)
            #expect(gone.dataArray.first?["invitation"] as? String == "Exited")
            let absent = try await server.post("/remove_invitation", own, token: admin.token)
            #expect(absent.status == 400)
            #expect(absent.message == "User is not a part of your project")
            _ = try await server.post("/send_invitation", invitation, token: admin.token)
            #expect(try await server.post("/remove_invitation", own, token: admin.token).status == 200)
            #expect(try await server.get("/invite_users/\(project)", token: admin.token).dataArray.count == 1)
        }
    }

    @Test("who may do what in a project", arguments: ["Owner", "Executor", "Viewer", "nobody"])
    func roles(_ role: String) async throws {
        try await TestServer.run { server in
            let admin = try await server.admin()
            let owner = try await server.user("owner", by: admin)
            let user = try await server.user("alice", by: admin)
            let third = try await server.user("third", by: admin)
            let id = owner.projectID
            if role != "nobody" { try await server.join(user, id, as: role, by: owner) }
            let isMember = role != "nobody"
            let isOwner = role == "Owner"
            let reads: [(String, Bool)] = [
                ("/get_project/\(id)", isMember), ("/get_project_owners/\(id)", isMember),
                ("/get_project_members/\(id)/all", isOwner), ("/invite_users/\(id)", isOwner),
            ]
            for (path, isAllowed) in reads {
                let answer = try await server.get(path, token: user.token)
                #expect(answer.status == (isAllowed ? 200 : 401), "\(path): \(answer.text)")
            }
            let invitation = ["projectID": id, "userID": third.id, "role": "Viewer"]
            let writes: [(String, [String: String])] = [
                ("/update_project_name", ["projectID": id, "projectName": "renamed"]),
                ("/send_invitation", invitation),
                ("/update_member_role", invitation), ("/remove_invitation", invitation),
            ]
            for (path, body) in writes {
                let answer = try await server.post(path, body, token: user.token)
                #expect(answer.status == (isOwner ? 200 : 401), "\(path): \(answer.text)")
            }
            let deleted = try await server.send(.post, "/delete_project/\(id)", token: user.token)
            #expect(deleted.status == (isOwner ? 200 : 401))
        }
    }

    @Test("administrators see projects, and change none that is not theirs")
    func administrators() async throws {
        try await TestServer.run { server in
            let admin = try await server.admin()
            let user = try await server.user("alice", by: admin)
            let id = user.projectID
            #expect(try await server.get("/get_project/\(id)", token: admin.token).status == 200)
            #expect(try await server.get("/get_project_members/\(id)/all", token: admin.token).status == 200)
            #expect(try await server.send(.post, "/delete_project/\(id)", token: admin.token).status == 401)
            let invitation = ["projectID": id, "userID": admin.id, "role": "Owner"]
            #expect(try await server.post("/send_invitation", invitation, token: admin.token).status == 401)
        }
    }

    @Test("of owners who leave at once, one stays", arguments: Engine.allCases)
    func lastOwner(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let user = try await server.user("alice", by: admin)
            let id = admin.projectID
            try await server.join(user, id, as: "Owner", by: admin)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for person in [admin, user] {
                    group.addTask {
                        try await server.post("/leave_project", ["projectID": id], token: person.token).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 400])
            let owners = try await server.get("/get_project_owners/\(id)", token: admin.token)
            #expect(owners.dataArray.count == 1)
        }
    }

    @Test("two first logins at once make one project")
    func defaultProject() async throws {
        try await TestServer.run { server in
            let admin = try await server.admin()
            _ = try await server.send(.post, "/delete_project/\(admin.projectID)", token: admin.token)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { _ = try await server.person("admin", TestServer.adminPassword) } }
                try await group.waitForAll()
            }
            #expect(try await server.authentication.memberships(of: admin.id).count == 1)
        }
    }
}

extension Date {
    var millisecondsForTests: Int64 { Int64(timeIntervalSince1970 * 1000) }
}
