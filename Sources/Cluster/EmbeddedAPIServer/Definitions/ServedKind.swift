import KubernetesAPI
import ResourceSchema

/// A served resource with what the API server derives from it once.
final class ServedKind: Sendable {
    let resource: ServedResource
    let collection: CollectionID
    /// The version that objects are stored in; other versions have the same shape.
    let storageAPIVersion: String
    /// events.k8s.io/v1 shows the stored events of core/v1 under other field names.
    let isEventForm: Bool
    let hasStatus: Bool
    /// Whether `metadata.generation` counts changes of the desired state.
    let countsGenerations: Bool

    init(_ resource: ServedResource, storageVersion: String? = nil) {
        self.resource = resource
        isEventForm = resource.type.group == "events.k8s.io" && resource.type.kind == "Event"
        collection = isEventForm ? .events : CollectionID(resource.type.gvr)
        var storage = resource.type.gvr
        storage.version = storageVersion ?? storage.version
        storageAPIVersion = isEventForm ? Event.type.apiVersion : storage.apiVersion
        hasStatus = resource.subresources.contains("status")
        let core = resource.type.group.isEmpty
        countsGenerations =
            resource.isCustom
            || (resource.schema.properties["spec"] != nil && (!core || resource.type.kind == "Pod")
                && resource.type.kind != "Lease")
    }

    var type: ResourceType { resource.type }
    var gvr: GroupVersionResource { resource.type.gvr }
    var isStored: Bool { resource.verbs.contains("get") }

    func has(subresource: String) -> Bool { resource.subresources.contains(subresource) }

    /// A stored object in the version that was asked for.
    func present(_ entry: StoredEntry) -> StoredObject { present(entry.object, storedAs: entry.apiVersion) }

    func present(_ object: StoredObject, storedAs apiVersion: String) -> StoredObject {
        guard apiVersion != type.apiVersion else { return object }
        return StoredObject(json: present(object.json))
    }

    func present(_ event: StoredEvent) -> StoredEvent {
        guard event.kind != .bookmark else { return event }
        let stored = event.object.json["apiVersion"].string ?? ""
        return StoredEvent(kind: event.kind, object: present(event.object, storedAs: stored))
    }

    func present(_ json: JSON) -> JSON {
        guard json["apiVersion"].string != type.apiVersion else { return json }
        guard !isEventForm else { return EventVersions.events(fromCore: json) }
        var json = json
        json["apiVersion"] = .string(type.apiVersion)
        return json
    }

    /// An object of this kind in the form that is stored.
    func storable(_ json: JSON) -> JSON {
        guard isEventForm, json.object != nil else { return json }
        return EventVersions.core(fromEvents: json)
    }

    /// A selector on fields of this kind as one on fields of the stored form.
    func storable(_ selector: FieldSelector) -> FieldSelector {
        guard isEventForm else { return selector }
        var selector = selector
        for index in selector.requirements.indices {
            selector.requirements[index].field = EventVersions.coreField(selector.requirements[index].field)
        }
        return selector
    }
}

extension CollectionID {
    static let events = CollectionID(group: "", resource: "events")
    static let namespaces = CollectionID(group: "", resource: "namespaces")
    static let pods = CollectionID(group: "", resource: "pods")
    static let services = CollectionID(group: "", resource: "services")
    static let serviceAccounts = CollectionID(group: "", resource: "serviceaccounts")
    static let definitions = CollectionID(group: "apiextensions.k8s.io", resource: "customresourcedefinitions")
    static let disruptionBudgets = CollectionID(group: "policy", resource: "poddisruptionbudgets")
    static let roles = CollectionID(group: "rbac.authorization.k8s.io", resource: "roles")
    static let clusterRoles = CollectionID(group: "rbac.authorization.k8s.io", resource: "clusterroles")
    static let roleBindings = CollectionID(group: "rbac.authorization.k8s.io", resource: "rolebindings")
    static let clusterRoleBindings = CollectionID(group: "rbac.authorization.k8s.io", resource: "clusterrolebindings")
}
