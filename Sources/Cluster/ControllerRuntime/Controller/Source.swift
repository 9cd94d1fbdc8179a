import KubernetesAPI

/// Something whose changes wake a controller: an informer, a predicate that drops noise, and a mapping to keys.
public struct Source: Sendable {
    /// Begins to deliver; returns what ends it.
    let start: @Sendable (_ enqueue: @escaping @Sendable (ObjectKey) -> Void) -> @Sendable () -> Void
    let waitForSync: @Sendable () async throws -> Void

    /// Each object of the informer itself.
    public static func kind<Object>(
        _ informer: Informer<Object>, where predicate: @escaping @Sendable (Change<Object>) -> Bool = { _ in true }
    ) -> Source {
        mapped(informer, where: predicate) { [$0.objectMeta.key] }
    }

    /// The owners of the informer's objects that are of the type `owner` and control them.
    public static func owned<Object>(
        _ informer: Informer<Object>, by owner: ResourceType,
        where predicate: @escaping @Sendable (Change<Object>) -> Bool = { _ in true }
    ) -> Source {
        mapped(informer, where: predicate) { object in
            let meta = object.objectMeta
            guard let reference = meta.controller, reference.refers(to: owner) else { return [] }
            return [ObjectKey(namespace: owner.isNamespaced ? meta.namespace : "", name: reference.name)]
        }
    }

    /// The keys that `keys` names for an object; on an update for its old and its new state.
    public static func mapped<Object>(
        _ informer: Informer<Object>, where predicate: @escaping @Sendable (Change<Object>) -> Bool = { _ in true },
        to keys: @escaping @Sendable (Object) -> [ObjectKey]
    ) -> Source {
        Source { enqueue in
            let id = informer.addHandler { change in
                guard predicate(change) else { return }
                for key in Set(change.objects.flatMap(keys)) { enqueue(key) }
            }
            return { informer.removeHandler(id) }
        } waitForSync: {
            try await informer.waitForSync()
        }
    }

    /// Wakes for nothing, but the controller starts only once the informer has its objects.
    public static func cache<Object>(_ informer: Informer<Object>) -> Source {
        Source { _ in
            {}
        } waitForSync: {
            try await informer.waitForSync()
        }
    }
}

extension OwnerReference {
    /// Whether the owner is of this kind and API group, in whatever version.
    public func refers(to type: ResourceType) -> Bool {
        kind == type.kind && (apiVersion.contains("/") ? apiVersion.prefix { $0 != "/" } : "") == type.group
    }
}
