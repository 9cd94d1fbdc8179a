/// `CreateEnvironmentRequest`.
struct CreateEnvironmentRequest: Codable, Sendable {
    var environmentID: String
    var name: String
    var type: String
    var description: String?
    var tags: [String]?
}

/// `UpdateEnvironmentRequest`: what is absent stays as it is.
struct UpdateEnvironmentRequest: Codable, Sendable {
    var environmentID: String
    var name: String?
    var description: String?
    var tags: [String?]?
    var type: String?
}

/// `ListEnvironmentRequest`.
struct ListEnvironmentRequest: Codable, Sendable {
    struct Filter: Codable, Sendable {
        var name: String?
        var description: String?
        var type: String?
        /// Environments that have one of them.
        var tags: [String]?
    }

    struct Sort: Codable, Sendable {
        enum Field: String, Codable, Sendable {
            case name = "NAME"
            case time = "TIME"
        }

        var field: Field
        var ascending: Bool?
    }

    var environmentIDs: [String]?
    var pagination: Pagination?
    var filter: Filter?
    var sort: Sort?
}
