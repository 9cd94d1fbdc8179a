import EmbeddedAPIServer
import HTTPTypes
import Hummingbird
import KubernetesAPI

/// The `Impersonate-*` headers: an identity acts as another one (`kubectl --as`), where it may.
struct Impersonation {
    let backend: any APIBackend

    func apply(_ headers: HTTPFields, to identity: Identity) async throws -> Identity {
        guard let user = headers[Self.user] else {
            guard headers[Self.group] == nil, headers[Self.uid] == nil else {
                throw Status.badRequest("Impersonate-Group and Impersonate-Uid need Impersonate-User")
            }
            return identity
        }
        let groups = headers[values: Self.group]
        try await check("users", user, identity)
        for group in groups { try await check("groups", group, identity) }
        var other = Identity(username: user, uid: headers[Self.uid] ?? "", groups: groups)
        if groups.isEmpty { other.groups = Self.defaultGroups(of: user) }
        if !other.groups.contains("system:authenticated") { other.groups.append("system:authenticated") }
        return other
    }

    private func check(_ resource: String, _ name: String, _ identity: Identity) async throws {
        let attributes = RequestAttributes(verb: "impersonate", version: "v1", resource: resource, name: name)
        if case .denied(let reason) = await backend.authorize(attributes, for: identity) {
            let type = GroupVersionResource(group: "", version: "v1", resource: resource)
            throw Status.forbidden(
                type, name: name,
                "User \"\(identity.username)\" cannot impersonate resource \"\(resource)\" in API group \"\" "
                    + "at the cluster scope\(reason.isEmpty ? "" : ": \(reason)")")
        }
    }

    private static func defaultGroups(of user: String) -> [String] {
        let parts = user.split(separator: ":")
        guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" else { return [] }
        return ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])"]
    }

    private static let user = HTTPField.Name("Impersonate-User") ?? .from
    private static let group = HTTPField.Name("Impersonate-Group") ?? .from
    private static let uid = HTTPField.Name("Impersonate-Uid") ?? .from
}
