import GraphQL

/// Types that belong to no part, and the questions about the server itself.
enum CommonBindings {
    private struct ServerVersion: GraphQLOutput { var value: String }

    static func bind(_ binding: inout CenterBinding) {
        binding.open(.getServerVersion, NoArguments.self) { call, _ in
            ServerVersion(value: call.center.settings.version)
        }
        binding.fields(
            "ServerVersionResponse", of: ServerVersion.self, [("key", { _ in "version" }), ("value", { $0.value })])
        binding.fields(
            "UserDetails", of: UserDetails.self,
            [("userID", { $0.userID }), ("username", { $0.username }), ("email", { $0.email ?? "" })])
    }
}
