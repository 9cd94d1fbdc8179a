import Foundation

/// Packet filter rules through `nft`. Every part of the program uses tables of its own.
public enum Nftables {
    /// Applies a script as one transaction, `nft(8)`. In `namespace`, a path, when given.
    public static func run(_ script: String, namespace: String? = nil) async throws {
        try await Tool.run(.nft, ["-f", "-"], input: script, namespaces: namespace.map { [$0] } ?? [])
    }

    /// Deletes a table (`inet litmus`) with all in it; one that is not there is no error.
    public static func deleteTable(_ table: String, namespace: String? = nil) async throws {
        // Adding first makes the deletion succeed either way, in one transaction.
        try await run("add table \(table)\ndelete table \(table)\n", namespace: namespace)
    }

    /// The rules of `nft -j list …`; nil when the object does not exist.
    public static func list(_ object: [String], namespace: String? = nil) async -> String? {
        try? await Tool.run(.nft, ["-j", "list"] + object, namespaces: namespace.map { [$0] } ?? [])
    }

    /// As `list`, but tells what does not exist (nil) from what could not be asked.
    /// - Throws: `HostError` when `nft` is missing, may not, or failed otherwise.
    public static func find(_ object: [String], namespace: String? = nil) async throws -> String? {
        do {
            return try await Tool.run(.nft, ["-j", "list"] + object, namespaces: namespace.map { [$0] } ?? [])
        } catch let error as HostError where error.code == 0 && error.reason.contains("No such file or directory") {
            return nil
        }
    }

    /// All tables of this network namespace; empty when `nft` is not installed.
    public static func tables() async -> [(family: String, name: String)] {
        struct Listing: Decodable {
            struct Entry: Decodable {
                struct Table: Decodable {
                    var family: String
                    var name: String
                }
                var table: Table?
            }
            var nftables: [Entry]
        }
        guard let text = await list(["tables"]),
            let listing = try? JSONDecoder().decode(Listing.self, from: Data(text.utf8))
        else { return [] }
        return listing.nftables.compactMap(\.table).map { ($0.family, $0.name) }
    }
}
