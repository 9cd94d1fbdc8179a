import Foundation
import Host

/// What must be known of a cluster to remove it when its process is gone. Everything else follows from the id.
struct ClusterRecord: Codable, Sendable, Equatable {
    var id: String
    /// Holds `sandboxes`, which is ours.
    var stateDirectory: String?
    var subnet: String?
    /// The host's own filter drops forwarded packets, so that rules were added to it.
    var hasForwardRules = false

    static func read(_ path: String) -> ClusterRecord? {
        guard let bytes = try? FileTree.read(path) else { return nil }
        return try? JSONDecoder().decode(ClusterRecord.self, from: Data(bytes))
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try FileTree.write(String(decoding: try encoder.encode(self), as: UTF8.self), to: path)
    }
}
