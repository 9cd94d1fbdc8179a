import Authentication
import DocumentStore
import GraphQL
import Logging
import Synchronization

/// Keeps what becomes of one operation in the audit log: that it began before anything is changed, its outcome at its
/// end. Does nothing for operations that are not audited.
final class AuditTrail: Sendable {
    private let call: FieldCall<CenterContext>
    private let operation: CenterOperation
    private let begun = Mutex<AuditEvent?>(nil)

    private var log: AuditLog { call.context.center.audit }

    init(_ call: FieldCall<CenterContext>, _ operation: CenterOperation) {
        self.call = call
        self.operation = operation
    }

    /// Who asked is known, and may.
    func begin(_ admission: Gatekeeper.Admission) async throws {
        try await begin(
            projectID: admission.projectID.isEmpty ? nil : admission.projectID, user: UserDetails(admission.identity))
    }

    /// An agent asked.
    func begin(_ infrastructure: ChaosInfrastructure) async throws {
        try await begin(projectID: infrastructure.projectID, infraID: infrastructure.id)
    }

    private func begin(projectID: String?, user: UserDetails? = nil, infraID: String? = nil) async throws {
        guard operation.isAudited else { return }
        let event = event(projectID: projectID, user: user, infraID: infraID, outcome: .started)
        try await log.add(event)
        begun.withLock { $0 = event }
    }

    private func event(
        projectID: String?, user: UserDetails?, infraID: String?, outcome: AuditEvent.Outcome, reason: String? = nil
    ) -> AuditEvent {
        AuditEvent(
            id: ObjectID().description, projectID: projectID, time: call.context.center.now(),
            operation: operation.rawValue, user: user, infraID: infraID, address: call.context.request.address,
            userAgent: call.context.request.userAgent, target: AuditTarget.of(call.arguments), outcome: outcome,
            reason: reason)
    }

    /// Runs the operation, and notes how it ended.
    func following<Output>(_ body: (AuditTrail) async throws -> Output) async throws -> Output {
        let output: Output
        do {
            output = try await body(self)
        } catch {
            await noting { try await fail(error) }
            throw error
        }
        await noting { try await end(.succeeded) }
        return output
    }

    /// The client is told what became of its operation, also when the log cannot be written: it would repeat what is
    /// done.
    private func noting(_ write: () async throws -> Void) async {
        do {
            try await write()
        } catch {
            call.context.center.logger.error(
                "the audit log does not tell how an operation ended",
                metadata: ["operation": "\(operation.rawValue)", "error": "\(error)"])
        }
    }

    private func end(_ outcome: AuditEvent.Outcome, _ reason: String? = nil) async throws {
        guard let event = begun.withLock({ $0 }) else { return }
        try await log.end(event, outcome, reason)
    }

    private func fail(_ error: any Error) async throws {
        let shown = GraphQLError(refusal: error) ?? .internalSystemError
        let reason = String(shown.message.prefix(500))
        guard begun.withLock({ $0 }) == nil else { return try await end(.failed, reason) }
        guard operation.isAudited, case CenterError.permissionDenied = error,
            let identity = try? await call.context.caller.identity()
        else { return }
        // In the log of the project only for those who are in it: others could fill it.
        guard case .string(let project)? = call.arguments["projectID"],
            try await call.context.center.authentication.role(of: identity.userID, in: project) != nil
        else { return }
        try await log.add(
            event(projectID: project, user: UserDetails(identity), infraID: nil, outcome: .denied, reason: reason))
    }
}

/// What the arguments of an operation say that it is about.
enum AuditTarget {
    private static let names: Set = [
        "id", "name", "experimentID", "experimentName", "experimentRunID", "notifyID", "infraID", "environmentID",
        "hubID", "chaosHubID", "probeName", "imageRegistryID", "imageRegistryName", "repoURL", "disable",
    ]

    static func of(_ arguments: GraphQLObject) -> [String] {
        var target: [String] = []
        for (name, value) in arguments {
            switch value {
            case .object(let object): target += of(object)
            case .string(let text) where names.contains(name):
                // What is refused must not be kept either.
                let shown = name == "repoURL" || text.contains("://") ? GitAddress.withoutUser(text) : text
                target.append("\(name)=\(shown.prefix(200))")
            case .bool(let flag) where names.contains(name): target.append("\(name)=\(flag)")
            default: break
            }
        }
        return target
    }
}
