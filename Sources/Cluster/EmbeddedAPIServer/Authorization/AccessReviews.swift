import KubernetesAPI
import ResourceSchema
import Synchronization

/// Kinds that are asked and never stored: who am I, may I, whose token is this.
extension APIServer {
    /// Answers a create of a kind that has no storage.
    func answerReview(_ kind: ServedKind, namespace: String, _ object: JSON, as identity: Identity) async throws -> JSON
    {
        var result = object
        switch kind.type.kind {
        case "SelfSubjectAccessReview": result["status"] = accessStatus(object["spec"], of: identity)
        case "SubjectAccessReview", "LocalSubjectAccessReview":
            if kind.type.isNamespaced, object["spec", "resourceAttributes", "namespace"].string != namespace {
                throw Status.badRequest(
                    "spec.resourceAttributes.namespace must be the namespace of the request, \(namespace)")
            }
            let subject = Identity(
                username: object["spec", "user"].string ?? "", uid: object["spec", "uid"].string ?? "",
                groups: object["spec", "groups"].strings)
            result["status"] = accessStatus(object["spec"], of: subject)
        case "SelfSubjectRulesReview":
            let rules = await rules(for: identity, namespace: object["spec", "namespace"].string ?? "")
            result["status"] = [
                "incomplete": false, "resourceRules": .array(rules.resource),
                "nonResourceRules": .array(rules.nonResource),
            ]
        case "SelfSubjectReview": result["status"] = ["userInfo": identity.userInfo]
        case "TokenReview": result["status"] = await tokenStatus(object["spec", "token"].string ?? "")
        default: throw Status.methodNotAllowed("\(kind.type.kind) cannot be created")
        }
        if result["metadata"].isNull { result["metadata"] = .object([:]) }
        return result
    }

    private func accessStatus(_ spec: JSON, of identity: Identity) -> JSON {
        var request = RequestAttributes(verb: "")
        let path = spec["nonResourceAttributes"]
        let attributes = spec["resourceAttributes"]
        if !path.isNull {
            request.verb = path["verb"].string ?? ""
            request.nonResourcePath = path["path"].string ?? ""
        } else {
            request.verb = attributes["verb"].string ?? ""
            request.group = attributes["group"].string ?? ""
            request.version = attributes["version"].string ?? ""
            request.resource = attributes["resource"].string ?? ""
            request.subresource = attributes["subresource"].string ?? ""
            request.namespace = attributes["namespace"].string ?? ""
            request.name = attributes["name"].string ?? ""
        }
        return ["allowed": .bool(authorizer.allows(request, for: identity))]
    }

    private func tokenStatus(_ token: String) async -> JSON {
        guard let identity = await parts.withLock({ $0.tokenReviewer })?.identity(token: token) else {
            return ["authenticated": false, "error": "the token is none of this cluster's, or has expired"]
        }
        return ["authenticated": true, "user": identity.userInfo, "audiences": ["https://kubernetes.default.svc"]]
    }
}

extension Identity {
    /// authentication/v1 `UserInfo`.
    var userInfo: JSON {
        var json: JSON = ["username": .string(username), "groups": JSON(groups)]
        if !uid.isEmpty { json["uid"] = .string(uid) }
        if !extra.isEmpty { json["extra"] = .object(extra.mapValues { JSON($0) }) }
        return json
    }
}
