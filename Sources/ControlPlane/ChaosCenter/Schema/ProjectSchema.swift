extension CenterSchema {
    /// Membership in projects.
    static let project = """
        enum Invitation {
            Accepted
            Pending
        }

        enum MemberRole {
            Owner
            Executor
            Viewer
        }
        """
}
