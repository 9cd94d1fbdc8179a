import KubernetesAPI

/// One version of an object as it lies in memory: its value and its bytes, both with `resourceVersion` set.
final class StoredEntry: Sendable {
    let key: ObjectKey
    /// The store's revision that wrote this version.
    let revision: UInt64
    let json: JSON
    let bytes: [UInt8]
    let labels: [String: String]
    /// The version that the object was stored in.
    let apiVersion: String

    /// An entry read back from the disk.
    init(key: ObjectKey, revision: UInt64, json: JSON, bytes: [UInt8]) {
        self.key = key
        self.revision = revision
        self.json = json
        self.bytes = bytes
        labels = json["metadata", "labels"].stringMap
        apiVersion = json["apiVersion"].string ?? ""
    }

    /// A new version of an object, stamped with `revision`.
    convenience init(key: ObjectKey, revision: UInt64, stamping object: JSON) {
        var json = object
        json["metadata", "resourceVersion"] = .string(String(revision))
        self.init(key: key, revision: revision, json: json, bytes: json.encoded())
    }

    var object: StoredObject { StoredObject(json: json, bytes: bytes) }
    var metadata: ObjectMeta { ObjectMeta(json: json["metadata"]) }
    var uid: String { json["metadata", "uid"].string ?? "" }
    var isBeingDeleted: Bool { !json["metadata", "deletionTimestamp"].isNull }
}
