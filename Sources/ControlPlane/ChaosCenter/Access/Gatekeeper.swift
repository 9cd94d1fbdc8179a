import AgentProtocol
import Authentication
import DocumentStore
import GraphQL

/// Checks who asks against the role table.
struct Gatekeeper: Sendable {
    let context: CenterContext
    let operation: CenterOperation
    let arguments: GraphQLObject

    /// Who asks, and the project that it is about.
    struct Admission: Sendable {
        var identity: Identity
        var projectID: String
        var role: ProjectRole?
    }

    /// - Throws: `CenterError`.
    func admitUser() async throws -> Admission {
        let identity = try await context.caller.identity()
        switch operation.access {
        case .anyUser: return Admission(identity: identity, projectID: "", role: nil)
        case .project(let roles):
            guard let projectID = text(at: ["projectID"]) else {
                throw CenterError.permissionDenied("the request names no project")
            }
            return try await admit(identity, to: projectID, roles)
        case .projectOfInfrastructure(let roles, let path):
            // The same refusal for what is not there: ids of other projects are not to be found out.
            guard let id = text(at: path), let infrastructure = try await context.center.store.infrastructure(id) else {
                throw denial(roles)
            }
            return try await admit(identity, to: infrastructure.projectID, roles)
        case .anyone, .agent, .accessKey: throw CenterError.permissionDenied("\(operation.rawValue) is not for users")
        }
    }

    private func admit(
        _ identity: Identity, to projectID: String, _ roles: Set<ProjectRole>
    ) async throws -> Admission {
        guard let role = try await context.center.authentication.role(of: identity.userID, in: projectID),
            roles.contains(role)
        else { throw denial(roles) }
        return Admission(identity: identity, projectID: projectID, role: role)
    }

    private func denial(_ roles: Set<ProjectRole>) -> CenterError {
        let names = ProjectRole.allCases.filter(roles.contains).map(\.rawValue).joined(separator: ", ")
        return .permissionDenied("\(operation.rawValue) takes a member of the project with one of the roles: \(names)")
    }

    /// - Throws: `CenterError.agentRefused`.
    func admitAgent() async throws -> ChaosInfrastructure {
        guard case .agent(let path) = operation.access, let identity = try identity(at: path) else {
            throw CenterError.agentRefused("\(operation.rawValue) needs the identity of an infrastructure")
        }
        return try await context.center.agents.verify(identity, mayBeLeaving: operation.isForLeavingAgents)
    }

    private func value(at path: [String]) -> GraphQLValue? {
        var value = GraphQLValue.object(arguments)
        for name in path {
            guard case .object(let object) = value, let member = object[name] else { return nil }
            value = member
        }
        return value
    }

    private func text(at path: [String]) -> String? {
        guard case .string(let text)? = value(at: path) else { return nil }
        return text
    }

    private func identity(at path: [String]) throws -> InfraIdentity? {
        try value(at: path)?.decode(InfraIdentity.self)
    }
}
