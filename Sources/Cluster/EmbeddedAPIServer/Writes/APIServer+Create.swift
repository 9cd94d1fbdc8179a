import KubernetesAPI
import ResourceSchema

extension APIServer {
    private static let nameAttempts = 8

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions, as identity: Identity
    ) async throws -> JSON {
        // The name of a new object is not known to authorization: a rule for names does not allow to create.
        let access = try access(
            "create", type, namespace: namespace, name: name ?? "", subresource: subresource, as: identity)
        if let subresource {
            return try await createSubresource(subresource, access, name ?? "", object, options)
        }
        guard access.kind.isStored else { return try await createUnstored(access, object, options) }
        let created = try await createObject(stored(access), access.kind.storable(object), options)
        return access.kind.present(created)
    }

    private func createUnstored(_ access: Access, _ object: JSON, _ options: WriteOptions) async throws -> JSON {
        if access.kind.type.kind == "Binding" {
            try requireNamespace(access)
            let name = object["metadata", "name"].string ?? ""
            return try await bind(access, name, object, options)
        }
        let intake = ObjectIntake(kind: access.kind, fieldValidation: options.fieldValidation)
        let review = try intake.take(object)
        return try await answerReview(access.kind, namespace: access.scope, review, as: access.identity)
    }

    /// - Parameter isApplied: the object is the first of a server-side apply, which keeps its own account of fields.
    func createObject(
        _ access: Access, _ object: JSON, _ options: WriteOptions, isApplied: Bool = false
    ) async throws -> JSON {
        let kind = access.kind
        if kind.type.isNamespaced, access.namespace == nil {
            throw Status.badRequest("an empty namespace may not be set during creation")
        }
        let now = configuration.now()
        let rules = CreationRules(kind: kind, namespace: access.scope, now: now)
        let intake = ObjectIntake(kind: kind, fieldValidation: options.fieldValidation)
        try rules.checkRequest(object)
        let taken = try intake.take(object)
        if kind.collection == .pods { try await waitForDefaultAccount(access, pod: taken) }
        let generates = ObjectMeta(json: taken["metadata"]).name.isEmpty
        for attempt in 1... {
            var new = rules.stamp(taken)
            if isApplied { new["metadata", "managedFields"] = taken["metadata", "managedFields"] }
            if !kind.resource.isCustom { BuiltinDefaulting.apply(kind.type.kind, &new) }
            var reserved: ServiceAllocator.Holding?
            do {
                new = try admit(new, access, reserved: &reserved)
                try intake.validate(new)
                try checkEscalation(new, old: nil, access)
                if !isApplied { new = track(old: nil, new: new, kind, options, now) }
                return try await store(new, access, dryRun: options.dryRun)
            } catch is StoreConflict {
                if let reserved { services.release(reserved) }
                if generates, attempt < Self.nameAttempts { continue }
                throw Status.alreadyExists(kind.gvr, name: ObjectMeta(json: new["metadata"]).name)
            } catch {
                if let reserved { services.release(reserved) }
                throw error
            }
        }
        throw Status.internalError("no free name was found")
    }

    private func store(_ object: JSON, _ access: Access, dryRun: Bool) async throws -> JSON {
        let kind = access.kind
        let key = ObjectMeta(json: object["metadata"]).key
        let precondition = creationPrecondition(access, name: key.name)
        let mutation = Mutation(kind.collection, key, .create(object), precondition: precondition)
        guard dryRun else {
            let change = try await store.write(mutation)
            try await settle(change, kind)
            return change.after.json
        }
        try precondition?(StoreReader(entry: store.entry))
        if let current = store.entry(kind.collection, key) { throw StoreConflict(current: current) }
        if kind.collection == .services { services.release(ServiceAllocator.Holding(object)) }
        return object
    }

    /// What must be there for an object to be created: its namespace, and its kind's definition.
    private func creationPrecondition(_ access: Access, name: String) -> (@Sendable (StoreReader) throws -> Void)? {
        let type = access.kind.gvr
        let namespace = access.kind.type.isNamespaced ? access.scope : nil
        let definition = access.kind.resource.isCustom ? "\(type.resource).\(type.group)" : nil
        guard namespace != nil || definition != nil else { return nil }
        return { reader in
            if let namespace {
                try Self.checkNamespace(
                    namespace, reader[.namespaces, ObjectKey(namespace: "", name: namespace)], type, name)
            }
            guard let definition else { return }
            guard let entry = reader[.definitions, ObjectKey(namespace: "", name: definition)] else {
                throw Status.noSuchResource
            }
            if entry.isBeingDeleted {
                throw Status.methodNotAllowed(
                    "create not allowed while custom resource definition is terminating")
            }
        }
    }

    private static func checkNamespace(
        _ namespace: String, _ entry: StoredEntry?, _ type: GroupVersionResource, _ name: String
    ) throws {
        guard let entry else { throw Status.notFound(Namespace.type.gvr, name: namespace) }
        guard entry.isBeingDeleted else { return }
        var status = Status.forbidden(
            type, name: name,
            "unable to create new content in namespace \(namespace) because it is being terminated")
        status.details["causes"] = [
            [
                "reason": "NamespaceTerminating", "message": .string("namespace \(namespace) is being terminated"),
                "field": "metadata.namespace",
            ]
        ]
        throw status
    }

    /// What the server adds to new objects of some kinds.
    private func admit(
        _ object: JSON, _ access: Access, reserved: inout ServiceAllocator.Holding?
    ) throws -> JSON {
        var object = object
        switch access.kind.collection {
        case .pods:
            let store = store
            let namespace = access.scope
            let precondition = creationPrecondition(access, name: object["metadata", "name"].string ?? "")
            // A missing namespace is said before the account which it cannot have.
            try precondition?(StoreReader(entry: store.entry))
            object = try PodAdmission { name in
                store.entry(.serviceAccounts, ObjectKey(namespace: namespace, name: name))?.json
            }.admit(object)
        case .services: reserved = try services.complete(&object, old: nil)
        case .definitions: object = completeDefinition(object)
        default: break
        }
        return object
    }

    func completeDefinition(_ definition: JSON) -> JSON {
        var definition = definition
        let finalizers = definition["metadata", "finalizers"].strings
        if definition["metadata", "deletionTimestamp"].isNull, !finalizers.contains(Self.definitionFinalizer) {
            definition["metadata", "finalizers"] = JSON(finalizers + [Self.definitionFinalizer])
        }
        let others = store.snapshot(.definitions).entries.all.map(\.json)
        return DefinitionStatus.complete(definition, others: others, now: configuration.now())
    }

    /// Writes down which manager owns what the write changed.
    func track(
        old: JSON?, new: JSON, _ kind: ServedKind, _ options: WriteOptions, _ now: Timestamp, subresource: String? = nil
    ) -> JSON {
        ManagedFields.track(
            old: old, new: new, manager: options.fieldManager.isEmpty ? "unknown" : options.fieldManager,
            schema: kind.resource.schema, subresource: subresource ?? "", now: now)
    }
}
