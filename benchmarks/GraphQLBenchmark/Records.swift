import GraphQL

/// What the case's data consists of, as the resolvers of a server have it.
struct Case: Decodable, Sendable {
    var runs: [Run]
    var variables: GraphQLValue
}

struct User: Decodable, GraphQLOutput {
    var userID: String
    var username: String
    var email: String
}

struct Probe: Decodable, GraphQLOutput {
    var name: String
    var type: String
    var isPassed: Bool
}

struct Fault: Decodable, GraphQLOutput {
    var name: String
    var verdict: String
    var weight: Int
    var probes: [Probe]
}

protocol Audited: Sendable {
    var createdAt: String { get }
    var updatedAt: String { get }
    var createdBy: User? { get }
    var updatedBy: User? { get }
}

struct Infra: Decodable, GraphQLOutput, Audited {
    var infraID: String
    var name: String
    var isActive: Bool
    var tags: [String]?
    var createdAt: String
    var updatedAt: String
    var createdBy: User?
    var updatedBy: User?
}

struct Run: Decodable, GraphQLOutput, Audited {
    var runID: String
    var experimentID: String
    var experimentName: String
    var phase: String
    var resiliencyScore: Double?
    var faultsPassed: Int?
    var faultsFailed: Int?
    var totalFaults: Int?
    var runSequence: Int
    var infra: Infra
    var faults: [Fault]
    var createdAt: String
    var updatedAt: String
    var createdBy: User?
    var updatedBy: User?
}

struct RunPage: GraphQLOutput {
    var total: Int
    var runs: [Run]
}
