import ControllerRuntime
import KubernetesAPI

/// Which objects belong to a controller: what it controls and its selector matches stays, what no longer matches is
/// released, what matches and has no controller is adopted. Pure.
struct Claim<Object: Resource>: Equatable {
    var owned: [Object] = []
    var adopt: [Object] = []
    var release: [Object] = []

    init(selector: LabelSelector, ownerIsBeingDeleted: Bool, controlled: [Object], orphans: [Object]) {
        for object in controlled {
            if selector.matches(object.metadata.labels) {
                owned.append(object)
            } else if !ownerIsBeingDeleted, !object.metadata.isBeingDeleted {
                release.append(object)
            }
        }
        guard !ownerIsBeingDeleted, !selector.isEmpty else { return }
        adopt = orphans.filter { !$0.metadata.isBeingDeleted && selector.matches($0.metadata.labels) }
    }
}

extension Informer where Object: Resource {
    static var controllerIndex: String { "controller-uid" }
    static var orphanIndex: String { "orphans-of-namespace" }

    /// Adds the indices that `claim` needs.
    func addOwnershipIndices() {
        addIndex(Self.controllerIndex) { $0.metadata.controller.map { [$0.uid] } ?? [] }
        addIndex(Self.orphanIndex) { $0.metadata.controller == nil ? [$0.namespace] : [] }
    }

    func controlled(by owner: some Resource) -> [Object] { list(index: Self.controllerIndex, owner.uid) }

    /// What belongs to `owner` now, after adopting and releasing.
    ///
    /// Before anything is adopted, the owner is read from the server. Nil when it is gone or being deleted and the cache
    /// does not know yet: what it owned may just have been orphaned, and must not be replaced.
    func claim<Owner: Resource>(_ owner: Owner, selector: LabelSelector) async throws -> [Object]? {
        let claim = Claim(
            selector: selector, ownerIsBeingDeleted: owner.metadata.isBeingDeleted, controlled: controlled(by: owner),
            orphans: list(index: Self.orphanIndex, owner.namespace))
        var owned = claim.owned
        for object in claim.release { try await release(object, from: owner) }
        if !claim.adopt.isEmpty {
            let live = try await client.find(Owner.self, namespace: owner.namespace, name: owner.name)
            guard let live, live.uid == owner.uid, !live.metadata.isBeingDeleted else { return nil }
            for object in claim.adopt {
                if let adopted = try await adopt(object, by: owner) { owned.append(adopted) }
            }
        }
        return owned
    }

    /// - Returns: nil when somebody else changed the object meanwhile; the next look will tell.
    private func adopt(_ object: Object, by owner: some Resource) async throws -> Object? {
        var adopted = object
        adopted.metadata.ownerReferences.append(OwnerReference(to: owner))
        return try await writeOwners(adopted)
    }

    private func release(_ object: Object, from owner: some Resource) async throws {
        var released = object
        released.metadata.ownerReferences.removeAll { $0.uid == owner.uid }
        _ = try await writeOwners(released)
    }

    private func writeOwners(_ object: Object) async throws -> Object? {
        do {
            return try await update(object)
        } catch let status as Status where status.isNotFound || status.isConflict {
            return nil
        }
    }
}
