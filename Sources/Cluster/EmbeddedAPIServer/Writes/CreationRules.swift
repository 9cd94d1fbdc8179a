import Foundation
import KubernetesAPI
import ResourceSchema

/// What the server makes of an object that is created: names, identity, initial status. Pure but for the random uid.
struct CreationRules {
    let kind: ServedKind
    let namespace: String
    let now: Timestamp

    /// - Throws: `Status` 400 where the object contradicts the request.
    func checkRequest(_ object: JSON) throws {
        let meta = ObjectMeta(json: object["metadata"])
        if !meta.resourceVersion.isEmpty {
            throw Status.badRequest("resourceVersion should not be set on objects to be created")
        }
        if kind.type.isNamespaced, !meta.namespace.isEmpty, meta.namespace != namespace {
            throw Status.badRequest(
                "the namespace of the provided object does not match the namespace sent on the request")
        }
    }

    /// - Parameter object: as taken in, before defaults that depend on its name.
    func stamp(_ object: JSON) -> JSON {
        var result = object
        var meta = ObjectMeta(json: object["metadata"])
        if meta.json.object == nil { meta.json = .object([:]) }
        if meta.name.isEmpty, !meta.generateName.isEmpty { meta.name = GeneratedName.name(from: meta.generateName) }
        if kind.type.isNamespaced { meta.namespace = namespace }
        meta.uid = UUID().uuidString.lowercased()
        meta.creationTimestamp = now
        for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"] {
            meta.json[field] = .null
        }
        meta.json["generation"] = kind.countsGenerations ? 1 : .null
        result["metadata"] = meta.json
        result["apiVersion"] = .string(kind.storageAPIVersion)
        setInitialStatus(&result)
        return result
    }

    private func setInitialStatus(_ object: inout JSON) {
        if kind.resource.isCustom {
            if kind.hasStatus { object["status"] = .null }
        } else if let status = BuiltinDefaulting.initialStatus(of: kind.type.kind, object) {
            object["status"] = status
        }
    }
}
