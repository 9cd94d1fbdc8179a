import KubernetesAPI

/// What garbage collection does with one object. Pure.
struct GarbageStep: Equatable {
    /// What is known of an owner.
    enum OwnerState: Equatable {
        case present
        /// Being deleted, and waits until its dependents are gone.
        case waitsForDependents
        case absent
    }

    enum Action: Equatable {
        case none
        case delete(DeleteOptions.PropagationPolicy)
        /// Some owners are left: forget those that are gone.
        case removeOwners(uids: [String])
        /// All dependents are gone or orphaned: let the object go.
        case removeFinalizer(String)
        /// Forget the object in each of these dependents, then let it go.
        case orphan([DependentID])
        /// Look at each of these dependents: they are to be deleted first.
        case deleteDependents([DependentID])
    }

    var action: Action

    /// For an object that is not being deleted.
    init(_ object: OwnedObject, owners: [String: OwnerState], hasDependents: Bool) {
        let references = object.metadata.ownerReferences
        let solid = references.filter { owners[$0.uid] == .present }
        let rest = references.filter { owners[$0.uid] != .present }
        if references.isEmpty || rest.isEmpty {
            action = .none
        } else if !solid.isEmpty {
            action = .removeOwners(uids: rest.map(\.uid))
        } else if hasDependents, rest.contains(where: { owners[$0.uid] == .waitsForDependents }) {
            action = .delete(.foreground)
        } else {
            action = .delete(.background)
        }
    }

    /// For an object that is being deleted.
    init(deleting object: OwnedObject, dependents: [Dependent]) {
        if object.orphansDependents {
            action = .orphan(dependents.map(\.id))
        } else if object.waitsForDependents {
            let isBlocked = dependents.contains { $0.blocks }
            action =
                isBlocked
                ? .deleteDependents(dependents.filter { !$0.isBeingDeleted }.map(\.id))
                : .removeFinalizer(OwnedObject.foregroundFinalizer)
        } else {
            action = .none
        }
    }
}

/// Where an object is found.
struct DependentID: Hashable, Sendable {
    var type: ResourceType
    var key: ObjectKey
}

/// An object that names another one as its owner.
struct Dependent: Equatable, Sendable {
    var id: DependentID
    /// Its reference says `blockOwnerDeletion`.
    var blocks: Bool
    var isBeingDeleted: Bool
}
