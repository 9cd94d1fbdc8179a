import FaultCatalog

/// The hub that every project has: the faults that this server knows, made from their descriptions. Nothing is fetched.
struct BuiltInHub: HubFiles {
    /// Upstream's.
    static let id = "6f39cea9-6264-4951-83a8-29976b614289"
    static let name = "Litmus ChaosHub"

    private let texts: [String: String]

    init() throws { texts = try FaultCatalog.hubFiles() }

    func folders(in path: [String]) -> [String] {
        let prefix = path.map { $0 + "/" }.joined()
        let names = texts.keys.lazy.filter { $0.hasPrefix(prefix) }.compactMap { key -> String? in
            let rest = key.dropFirst(prefix.count)
            return rest.firstIndex(of: "/").map { String(rest[..<$0]) }
        }
        return Set(names).sorted()
    }

    func bytes(at path: [String]) throws -> [UInt8]? { texts[path.joined(separator: "/")].map { Array($0.utf8) } }

    /// As clients see it.
    /// - Parameter time: milliseconds since 1970: since when it is there.
    static func record(projectID: String, at time: Int64) -> StoredHub {
        StoredHub(
            id: id, projectID: projectID, name: name,
            description: "Built in: the faults of this server. Nothing is fetched from elsewhere.", tags: [],
            // What the faults are compatible with; clients show it as a link.
            repoURL: "https://github.com/litmuschaos/chaos-charts", repoBranch: "master", remoteHub: "GitHub",
            isPrivate: false, authType: .none, hubType: .git, lastSyncedAt: time, isDefault: true, createdAt: time,
            updatedAt: time, isRemoved: false)
    }
}
