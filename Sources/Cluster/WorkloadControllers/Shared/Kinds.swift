import KubernetesAPI

// Kinds that only the controllers handle.

struct Endpoints: Resource {
    static let type = ResourceType(group: "", version: "v1", kind: "Endpoints", plural: "endpoints")
    var json: JSON
    init(json: JSON) { self.json = json }
}

struct PersistentVolumeClaim: Resource {
    static let type = ResourceType(
        group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims")
    var json: JSON
    init(json: JSON) { self.json = json }
}

struct ControllerRevision: Resource {
    static let type = ResourceType(
        group: "apps", version: "v1", kind: "ControllerRevision", plural: "controllerrevisions")
    var json: JSON
    init(json: JSON) { self.json = json }
}

struct CronJob: Resource {
    static let type = ResourceType(group: "batch", version: "v1", kind: "CronJob", plural: "cronjobs")
    var json: JSON
    init(json: JSON) { self.json = json }
}
