// Typed windows on the core kinds that controllers use. Only what is read or written often has an accessor; everything
// else is reached through `json`.

public struct Namespace: Resource {
    public static let type = ResourceType(
        group: "", version: "v1", kind: "Namespace", plural: "namespaces", isNamespaced: false)
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct Node: Resource {
    public static let type = ResourceType(group: "", version: "v1", kind: "Node", plural: "nodes", isNamespaced: false)
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct ConfigMap: Resource {
    public static let type = ResourceType(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var data: [String: String] {
        get { json["data"].stringMap }
        set { json["data"] = JSON(newValue) }
    }
}

public struct Secret: Resource {
    public static let type = ResourceType(group: "", version: "v1", kind: "Secret", plural: "secrets")
    public var json: JSON
    public init(json: JSON) { self.json = json }

    /// Base64 text by key.
    public var data: [String: String] {
        get { json["data"].stringMap }
        set { json["data"] = JSON(newValue) }
    }
}

public struct ServiceAccount: Resource {
    public static let type = ResourceType(group: "", version: "v1", kind: "ServiceAccount", plural: "serviceaccounts")
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct Event: Resource {
    public static let type = ResourceType(group: "", version: "v1", kind: "Event", plural: "events")
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var reason: String { json["reason"].string ?? "" }
    public var message: String { json["message"].string ?? "" }
    /// `Normal` or `Warning`.
    public var severity: String { json["type"].string ?? "" }
}

public struct Service: Resource {
    public static let type = ResourceType(group: "", version: "v1", kind: "Service", plural: "services")
    public var json: JSON
    public init(json: JSON) { self.json = json }

    public var selector: [String: String] { json["spec", "selector"].stringMap }
    /// Empty or `None` where there is no cluster address.
    public var clusterIP: String { json["spec", "clusterIP"].string ?? "" }
    public var ports: [JSON] { json["spec", "ports"].array ?? [] }
}

public struct EndpointSlice: Resource {
    public static let type = ResourceType(
        group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice", plural: "endpointslices")
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct Lease: Resource {
    public static let type = ResourceType(
        group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases")
    public var json: JSON
    public init(json: JSON) { self.json = json }
}

public struct CustomResourceDefinition: Resource {
    public static let type = ResourceType(
        group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition",
        plural: "customresourcedefinitions", isNamespaced: false)
    public var json: JSON
    public init(json: JSON) { self.json = json }
}
