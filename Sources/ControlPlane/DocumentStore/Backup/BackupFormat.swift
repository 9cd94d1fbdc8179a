import Crypto

/// A backup: lines of JSON, the same whatever the engine.
///
///     {"litmus_backup":1,"created_at":{"$date":"…"},"collections":["project","users"]}
///     {"collection":"project","document":{…extended JSON…}}
///     {"documents":{"project":12,"users":3},"is_of_one_moment":true,"sha256":"…of all lines before, with their ends"}
enum BackupFormat {
    static let version: Int64 = 1

    static func header(createdAt: Int64, collections: [String]) -> Document {
        [
            "litmus_backup": .int(version), "created_at": .date(createdAt),
            "collections": .array(collections.map(DocumentValue.string)),
        ]
    }

    static func trailer(_ summary: BackupSummary, sha256: String) -> Document {
        let counts = summary.collections.sorted { $0.key < $1.key }.map { ($0.key, DocumentValue.int(Int64($0.value))) }
        return [
            "documents": .document(Document(counts)), "is_of_one_moment": .bool(summary.isOfOneMoment),
            "sha256": .string(sha256),
        ]
    }

    static func line(_ document: Document) -> [UInt8] {
        ExtendedJSON.encode(.document(document)) + [UInt8(ascii: "\n")]
    }

    static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// What a backup holds.
public struct BackupSummary: Sendable, Hashable {
    /// Documents by collection.
    public var collections: [String: Int]
    /// Whether all documents are of one moment. A standalone MongoDB cannot say so while it is written to.
    public var isOfOneMoment: Bool

    public var documents: Int { collections.values.reduce(0, +) }
}
