import KubernetesAPI
import ResourceSchema

extension APIServer {
    /// What a write makes of the present object.
    struct Proposal: Sendable {
        var object: JSON
        /// Addresses taken for it, to be given back when it is not stored.
        var reserved: ServiceAllocator.Holding?
    }

    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions, as identity: Identity
    ) async throws -> JSON {
        let access = try access(
            "update", type, namespace: namespace, name: name, subresource: subresource, as: identity)
        try requireNamespace(access)
        guard subresource != "scale" else { return try await updateScale(access, name, object, options) }
        try checkUpdatable(subresource)
        let target = stored(access)
        let taken = try ObjectIntake(kind: target.kind, fieldValidation: options.fieldValidation)
            .take(access.kind.storable(object))
        let result = try await change(target, name, options) { entry in
            try self.propose(
                taken, replacing: entry, target, subresource, options, requiresVersion: true)
        }
        return access.kind.present(result)
    }

    func checkUpdatable(_ subresource: String?) throws {
        guard let subresource, !["status", "finalize"].contains(subresource) else { return }
        throw Status.methodNotAllowed("the server does not allow this method on the requested resource")
    }

    /// Reads the object, changes it and stores it, again after each change by others.
    /// - Returns: the object as it now stands, or as it was when the change let it go.
    func change(
        _ access: Access, _ name: String, _ options: WriteOptions,
        _ propose: (StoredEntry) throws -> Proposal
    ) async throws -> JSON {
        let collection = access.kind.collection
        let rules = DeletionRules(kind: access.kind, now: configuration.now())
        while true {
            let entry = try entry(access, name)
            let proposal = try propose(entry)
            let isGone = entry.isBeingDeleted && rules.isFinished(proposal.object)
            if options.dryRun || (proposal.object == entry.json && !isGone) {
                if let reserved = proposal.reserved { services.release(reserved) }
                return proposal.object
            }
            let action: Mutation.Action =
                isGone
                ? .remove(proposal.object, expecting: entry.revision)
                : .replace(proposal.object, expecting: entry.revision)
            do {
                let change = try await store.write(Mutation(collection, entry.key, action))
                try await settle(change, access.kind)
                return change.after.json
            } catch {
                if let reserved = proposal.reserved { services.release(reserved) }
                guard error is StoreConflict else { throw error }
            }
        }
    }

    /// The object that `new`, as taken in, makes of the stored one.
    func propose(
        _ new: JSON, replacing entry: StoredEntry, _ access: Access, _ subresource: String?, _ options: WriteOptions,
        requiresVersion: Bool = false, isApplied: Bool = false
    ) throws -> Proposal {
        let kind = access.kind
        let rules = UpdateRules(kind: kind, subresource: subresource)
        try rules.check(new, old: entry.json, name: entry.key.name, requiresVersion: requiresVersion)
        var object = try rules.merge(new, into: entry.json)
        var reserved: ServiceAllocator.Holding?
        do {
            if subresource == nil {
                if kind.collection == .services { reserved = try services.complete(&object, old: entry.json) }
                if kind.collection == .definitions, object["spec"] != entry.json["spec"] {
                    object = completeDefinition(object)
                }
            }
            if object != entry.json {
                try ObjectIntake(kind: kind).validate(object, old: entry.json)
                try checkEscalation(object, old: entry.json, access)
                if !isApplied {
                    object = track(
                        old: entry.json, new: object, kind, options, configuration.now(), subresource: subresource)
                }
            }
        } catch {
            if let reserved { services.release(reserved) }
            throw error
        }
        return Proposal(object: object, reserved: reserved)
    }
}
