import KubernetesAPI
import ResourceSchema
import Synchronization

/// Everything that is served now: the built-in kinds, and those of the established CustomResourceDefinitions.
final class ResourceRegistry: Sendable {
    private struct State {
        var kinds: [GroupVersionResource: ServedKind] = [:]
        var builtin: [ServedKind]
        /// By the definition's name.
        var custom: [String: [ServedKind]] = [:]
        var version = 0
    }

    private let state: Mutex<State>

    init(builtin: [ServedResource]) {
        let kinds = builtin.map { ServedKind($0) }
        var state = State(builtin: kinds)
        for kind in kinds { state.kinds[kind.gvr] = kind }
        self.state = Mutex(state)
    }

    func kind(_ type: GroupVersionResource) -> ServedKind? { state.withLock { $0.kinds[type] } }

    /// Any served version of a resource, in the form that is stored.
    func kind(of id: CollectionID) -> ServedKind? {
        state.withLock { state in
            state.kinds.values.filter { $0.collection == id && !$0.isEventForm }.max {
                !$0.resource.isPreferred && $1.resource.isPreferred
            }
        }
    }

    var all: [ServedResource] {
        state.withLock { state in
            let custom = state.custom.sorted { $0.key < $1.key }.flatMap(\.value)
            return (state.builtin + custom).map(\.resource)
        }
    }

    /// Changes whenever a definition does.
    var version: Int { state.withLock { $0.version } }

    /// Serves what a definition says, if it is established.
    func install(_ definition: JSON) {
        let name = definition["metadata", "name"].string ?? ""
        let isEstablished = DefinitionStatus.isTrue("Established", of: definition)
        let storage = CustomResourceParser.storageVersion(of: definition)
        let resources = isEstablished ? (try? CustomResourceParser.parse(crd: definition)) ?? [] : []
        replace(name, with: resources.map { ServedKind($0, storageVersion: storage) })
    }

    func remove(_ definition: JSON) { replace(definition["metadata", "name"].string ?? "", with: []) }

    private func replace(_ name: String, with kinds: [ServedKind]) {
        state.withLock { state in
            for kind in state.custom[name] ?? [] { state.kinds[kind.gvr] = nil }
            for kind in kinds { state.kinds[kind.gvr] = kind }
            state.custom[name] = kinds.isEmpty ? nil : kinds
            state.version += 1
        }
    }
}
