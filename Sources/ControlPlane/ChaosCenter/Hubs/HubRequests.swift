/// `CreateChaosHubRequest`.
struct CreateHubRequest: GitCredentialsRequest, Codable, Sendable {
    var name: String
    var tags: [String]?
    var description: String?
    var repoURL: String
    var repoBranch: String
    var remoteHub: String
    var isPrivate: Bool
    var authType: GitAuthentication
    var token: String?
    var userName: String?
    var password: String?
    var sshPrivateKey: String?
    var sshPublicKey: String?
}

/// `CreateRemoteChaosHub`.
struct CreateRemoteHubRequest: Codable, Sendable {
    var name: String
    var tags: [String]?
    var description: String?
    var repoURL: String
    var remoteHub: String
}

/// `UpdateChaosHubRequest`.
struct UpdateHubRequest: GitCredentialsRequest, Codable, Sendable {
    var id: String
    var name: String
    var description: String?
    var tags: [String]?
    var repoURL: String
    var repoBranch: String
    var remoteHub: String
    var isPrivate: Bool
    var authType: GitAuthentication
    var token: String?
    var userName: String?
    var password: String?
    var sshPrivateKey: String?
    var sshPublicKey: String?
}

/// `ListChaosHubRequest`.
struct ListHubsRequest: Codable, Sendable {
    struct Filter: Codable, Sendable {
        var chaosHubName: String?
        var tags: [String]?
        var description: String?
    }

    var chaosHubIDs: [String]?
    var filter: Filter?

    /// An empty list of ids stands for all hubs, as with upstream's server.
    func fits(_ hub: StoredHub) -> Bool {
        if let chaosHubIDs, !chaosHubIDs.isEmpty, !chaosHubIDs.contains(hub.id) { return false }
        func contains(_ text: String?, _ part: String?) -> Bool {
            guard let part = part.given else { return true }
            return (text ?? "").lowercased().contains(part.lowercased())
        }
        return contains(hub.name, filter?.chaosHubName) && contains(hub.description, filter?.description)
            && Set(filter?.tags ?? []).isSubset(of: hub.tags ?? [])
    }
}

/// Limits of what clients may store of a hub.
enum HubLimits {
    /// - Throws: `CenterError.invalid` that names the field.
    static func check(
        name: String, description: String?, tags: [String]?, remoteHub: String, sshPublicKey: String? = nil
    ) throws(CenterError) {
        guard !name.trimmingBlanks().isEmpty, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw .invalid("name: it is empty, or has characters that cannot be in it") }
        for (field, text, limit) in [
            ("name", name, 200), ("description", description ?? "", 4000), ("remoteHub", remoteHub, 200),
            ("sshPublicKey", sshPublicKey ?? "", 8192),
        ] {
            guard text.utf8.count <= limit else { throw .invalid("\(field): longer than \(limit) bytes") }
        }
        guard (tags ?? []).count <= 100, (tags ?? []).allSatisfy({ $0.utf8.count <= 200 }) else {
            throw .invalid("tags: more than 100, or one longer than 200 bytes")
        }
    }
}
