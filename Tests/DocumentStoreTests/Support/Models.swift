import DocumentStore
import Foundation

/// A document as the Chaos Center has them.
struct Run: Codable, Sendable, Hashable {
    var id: String
    var projectID: String
    var name: String
    var phase: String
    var score: Double?
    var sequence: Int
    var createdAt: Int64
    var isRemoved = false
    var finishedAt: Date?
    var tags: [String] = []
    var members: [Member] = []
    var owner: Owner?

    struct Member: Codable, Sendable, Hashable {
        var userID: String
        var role: String

        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case role
        }
    }

    struct Owner: Codable, Sendable, Hashable {
        var name: String
        var age: Int
    }

    enum CodingKeys: String, CodingKey {
        case id = "_id"
        case projectID = "project_id"
        case name, phase, tags, members, owner
        case score = "resiliency_score"
        case sequence = "run_sequence"
        case createdAt = "created_at"
        case isRemoved = "is_removed"
        case finishedAt = "finished_at"
    }

    init(_ id: String, project: String = "p", sequence: Int = 0, phase: String = "Running") {
        self.id = id
        projectID = project
        name = "run \(id)"
        self.phase = phase
        self.sequence = sequence
        createdAt = 1_700_000_000_000 + Int64(sequence)
    }

    static let schema = CollectionSchema(
        "chaosExperimentRuns",
        indexes: [
            .fields("project_id", "is_removed", "created_at"), .elements(of: "members", "user_id"),
            .elements(of: "tags"),
        ])
}
