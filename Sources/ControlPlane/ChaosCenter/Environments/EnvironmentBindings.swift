/// Environments.
enum EnvironmentBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .getEnvironment, .listEnvironments, .createEnvironment, .updateEnvironment, .deleteEnvironment,
        ] { binding.pending(operation) }
        for type in [
            "Environment", "ListEnvironmentResponse",
        ] { binding.unused(type) }
    }
}
