import KubernetesAPI
import ResourceSchema
import Synchronization

extension APIServer {
    /// Subresources that are created: requests to do something with an object.
    func createSubresource(
        _ subresource: String, _ access: Access, _ name: String, _ object: JSON, _ options: WriteOptions
    ) async throws -> JSON {
        switch (access.kind.collection, subresource) {
        case (.pods, "binding"): return try await bind(access, name, object, options)
        case (.pods, "eviction"): return try await evict(access, name, object, options)
        case (.serviceAccounts, "token"): return try await requestToken(access, name, object)
        default:
            throw Status.methodNotAllowed("the server does not allow this method on the requested resource")
        }
    }

    /// Assigns a pod to a node.
    func bind(_ access: Access, _ name: String, _ binding: JSON, _ options: WriteOptions) async throws -> JSON {
        let node = binding["target", "name"].string ?? ""
        guard !node.isEmpty else { throw Status.badRequest("target.name of a Binding must name a node") }
        guard let pods = registry.kind(of: .pods) else {
            throw Status.notFound(Pod.type.gvr, name: name)
        }
        let access = Access(kind: pods, namespace: access.namespace, identity: access.identity)
        let now = configuration.now()
        _ = try await change(access, name, options) { entry in
            let pod = Pod(json: entry.json)
            let wanted = binding["metadata", "uid"].string ?? ""
            guard wanted.isEmpty || wanted == pod.uid else {
                throw Status.conflict(
                    Pod.type.gvr, name: name,
                    "Precondition failed: UID in precondition: \(wanted), UID in object meta: \(pod.uid)")
            }
            guard !entry.isBeingDeleted else {
                throw Status.conflict(
                    Pod.type.gvr, name: name, "pod \(name) is being deleted, cannot be assigned to a host")
            }
            guard pod.nodeName.isEmpty else {
                throw Status.conflict(
                    Pod.type.gvr, name: name, "pod \(name) is already assigned to node \"\(pod.nodeName)\"")
            }
            var object = entry.json
            object["spec", "nodeName"] = .string(node)
            Self.setScheduled(&object, now: now)
            return Proposal(
                object: self.track(old: entry.json, new: object, pods, options, now, subresource: "binding"))
        }
        return [
            "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success", "code": 201,
        ]
    }

    private static func setScheduled(_ pod: inout JSON, now: Timestamp) {
        let others = (pod["status", "conditions"].array ?? []).filter { $0["type"].string != "PodScheduled" }
        let condition: JSON = [
            "type": "PodScheduled", "status": "True", "lastTransitionTime": .string(now.description),
        ]
        pod["status", "conditions"] = .array(others + [condition])
    }

    private func requestToken(_ access: Access, _ name: String, _ request: JSON) async throws -> JSON {
        let entry = try entry(access, name)
        guard let issuer = parts.withLock({ $0.tokenIssuer }) else {
            throw Status(
                code: 503, reason: "ServiceUnavailable", message: "this API server issues no service account tokens")
        }
        let spec = request["spec"]
        let lifetime = spec["expirationSeconds"].int ?? 3600
        guard lifetime >= 600 else {
            throw Status.invalid(
                kind: "TokenRequest", group: "authentication.k8s.io", name: name,
                [
                    .invalid(
                        "spec.expirationSeconds", .int(Int64(lifetime)),
                        "may not specify a duration less than 10 minutes")
                ])
        }
        let pod = try boundPod(spec["boundObjectRef"], access)
        let (token, expiration) = try await issuer.issue(
            namespace: access.scope, name: name, uid: entry.uid, audiences: spec["audiences"].strings,
            expirationSeconds: lifetime, boundPod: pod)
        var result = request
        result["apiVersion"] = "authentication.k8s.io/v1"
        result["kind"] = "TokenRequest"
        result["metadata", "name"] = .string(name)
        result["metadata", "namespace"] = .string(access.scope)
        result["metadata", "creationTimestamp"] = .string(configuration.now().description)
        result["spec", "expirationSeconds"] = .int(Int64(lifetime))
        result["status"] = ["token": .string(token), "expirationTimestamp": .string(expiration.description)]
        return result
    }

    private func boundPod(_ reference: JSON, _ access: Access) throws -> (name: String, uid: String)? {
        guard !reference.isNull else { return nil }
        let name = reference["name"].string ?? ""
        guard reference["kind"].string == "Pod" else {
            throw Status.badRequest("boundObjectRef may name a Pod only, not a \(reference["kind"].string ?? "")")
        }
        guard let pod = store.entry(.pods, ObjectKey(namespace: access.scope, name: name)) else {
            throw Status.notFound(Pod.type.gvr, name: name)
        }
        let uid = reference["uid"].string ?? ""
        guard uid.isEmpty || uid == pod.uid else {
            throw Status.conflict(Pod.type.gvr, name: name, "the UID in the bound object reference does not match")
        }
        return (name, pod.uid)
    }

    func podLog(
        namespace: String, name: String, options: LogOptions, as identity: Identity
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        let access = try access(
            "get", Pod.type.gvr, namespace: namespace, name: name, subresource: "log", as: identity)
        let pod = Pod(json: try entry(access, name).json)
        guard let source = parts.withLock({ $0.logSource }) else {
            throw Status(code: 503, reason: "ServiceUnavailable", message: "no node of this cluster keeps logs")
        }
        return try await source.log(of: pod, options: options)
    }
}
