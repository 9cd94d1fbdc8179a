import AgentProtocol
import DocumentStore
import GraphQL

/// How an infrastructure's access key is replaced: the new key is `nextAccessKey` until an agent uses it, and the old one
/// works until then. So an agent that crashes between the answer and storing it is never locked out.
extension InfrastructureService {
    /// `ConfirmInfraRegistrationResponse`.
    struct Confirmation: GraphQLOutput {
        var infraID: String
        var newAccessKey: String
    }

    /// An agent starts for the first time, or does not know that it did.
    /// - Parameter known: told of the infrastructure once the key is known to be right.
    /// - Throws: `CenterError.agentRefused`.
    func confirm(
        _ identity: InfraIdentity, known: (ChaosInfrastructure) async throws -> Void
    ) async throws -> Confirmation {
        var isKnown = false
        // Again when another change of the keys came between.
        for _ in 0..<10 {
            guard let read = try await center.store.infrastructure(identity.infraID) else {
                throw CenterError.unknownInfrastructure
            }
            guard read.kind(ofKey: identity.accessKey) != nil else { throw CenterError.wrongAccessKey }
            if !isKnown { try await known(read) }
            isKnown = true
            let changed = try confirmed(read, identity)
            guard try await storeKeys(of: changed.infrastructure, before: read) else { continue }
            try await link(changed.infrastructure)
            return Confirmation(infraID: read.id, newAccessKey: changed.newAccessKey)
        }
        throw CenterError.unavailable("the keys of the infrastructure are being changed; try again")
    }

    private func confirmed(
        _ read: ChaosInfrastructure, _ identity: InfraIdentity
    ) throws -> (infrastructure: ChaosInfrastructure, newAccessKey: String) {
        let needed = AgentVersion(center.settings.version)
        guard needed.admits(AgentVersion(identity.version)) else {
            throw CenterError.agentRefused(
                "ERROR: INFRA VERSION MISMATCH (need \(needed.text) got \(identity.version.prefix(64)))")
        }
        var infrastructure = read
        if read.kind(ofKey: identity.accessKey) == .next { infrastructure.promoteNextKey() }
        // A key that replaces one which others may know is for the owner's manifest alone.
        let isRotating = infrastructure.isRotating == true
        if !infrastructure.isConfirmed, !isRotating { infrastructure.nextAccessKey = AccessKey.make() }
        infrastructure.isConfirmed = true
        infrastructure.isRegistered = true
        infrastructure.version = String(identity.version.prefix(64))
        if infrastructure != read { infrastructure.updatedAt = center.now() }
        return (infrastructure, infrastructure.sharedAccessKey)
    }

    /// - Returns: false when the keys are not those that were read any more.
    private func storeKeys(of changed: ChaosInfrastructure, before read: ChaosInfrastructure) async throws -> Bool {
        guard changed != read else { return true }
        var update = Update().set("access_key", changed.accessKey).set("is_infra_confirmed", changed.isConfirmed)
            .set("is_registered", changed.isRegistered).set("version", changed.version)
            .set("updated_at", changed.updatedAt)
        update = changed.nextAccessKey.map { update.set("next_access_key", $0) } ?? update.unset("next_access_key")
        update = changed.isRotating.map { update.set("is_rotating", $0) } ?? update.unset("is_rotating")
        if changed.token == nil { update = update.unset("token") }
        let filter: Filter =
            .eq("infra_id", read.id) && .present && .eq("access_key", read.accessKey)
            && .eq("next_access_key", read.nextAccessKey) && .eq("is_rotating", read.isRotating)
            && .eq("is_infra_confirmed", read.isConfirmed)
        return try await center.store.infrastructures.update(filter, update) != nil
    }

    /// Makes a new key for an owner. One that was given out and is not used yet stays: an agent may be about to use it.
    /// - Returns: the manifest with the key.
    func rotateKey(
        of id: String, in project: String, by user: UserDetails, at address: ServerAddress
    ) async throws -> Registration {
        let infrastructure = try await rotated(id, project, user)
        return Registration(
            token: "", infraID: id, name: infrastructure.name,
            manifest: try infrastructure.manifest(center.settings, address))
    }

    private func rotated(_ id: String, _ project: String, _ user: UserDetails) async throws -> ChaosInfrastructure {
        let filter: Filter = .eq("infra_id", id) && .project(project)
        let none: String? = nil
        let update = try Update().set("is_rotating", true).set("updated_at", center.now())
            .set("updated_by", encoding: user)
        for _ in 0..<10 {
            if let infrastructure = try await center.store.infrastructures.update(
                filter && .eq("next_access_key", none), update.set("next_access_key", AccessKey.make()))
            {
                return infrastructure
            }
            if let infrastructure = try await center.store.infrastructures.update(
                filter && .ne("next_access_key", none), update)
            {
                return infrastructure
            }
            // Neither fits when the key was used just now, or when there is no such infrastructure.
            _ = try await get(id, in: project)
        }
        throw CenterError.unavailable("the keys of the infrastructure are being changed; try again")
    }

    /// For agents that are installed by other means.
    /// - Parameter known: told of the infrastructure once the key is known to be right.
    /// - Returns: the manifest with the key that was presented.
    func manifest(
        of id: String, in project: String, accessKey: String, at address: ServerAddress,
        known: (ChaosInfrastructure) async throws -> Void
    ) async throws -> String {
        let found = try await center.store.infrastructures.first(.eq("infra_id", id) && .project(project))
        guard let infrastructure = found else { throw CenterError.unknownInfrastructure }
        guard infrastructure.kind(ofKey: accessKey) != nil else {
            throw CenterError.agentRefused("ACCESS_KEY is invalid")
        }
        try await known(infrastructure)
        return try infrastructure.manifest(center.settings, address, accessKey: accessKey)
    }
}
