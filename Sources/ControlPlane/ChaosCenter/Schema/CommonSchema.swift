extension CenterSchema {
    /// What types of several parts share.
    static let common = """
        interface ResourceDetails {
            name: String!
            description: String
            tags: [String!]
        }

        interface Audit {
            updatedAt: String
            createdAt: String
            updatedBy: UserDetails
            createdBy: UserDetails
        }

        type UserDetails {
            userID: String!
            username: String!
            email: String!
        }
        """
}
