import KubernetesAPI

/// An object of any type, reduced to what garbage collection needs: its metadata.
struct OwnedObject: JSONView {
    var json: JSON

    init(json: JSON) {
        self.json = ["apiVersion": json["apiVersion"], "kind": json["kind"]]
        var metadata = json["metadata"]
        metadata["managedFields"] = .null
        metadata["annotations"] = .null
        self.json["metadata"] = metadata
    }

    var metadata: ObjectMeta { ObjectMeta(json: json["metadata"]) }

    static let foregroundFinalizer = "foregroundDeletion"
    static let orphanFinalizer = "orphan"

    var waitsForDependents: Bool {
        metadata.isBeingDeleted && metadata.finalizers.contains(Self.foregroundFinalizer)
    }
    var orphansDependents: Bool { metadata.isBeingDeleted && metadata.finalizers.contains(Self.orphanFinalizer) }
}
