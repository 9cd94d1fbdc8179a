/// Infrastructures.
enum InfrastructureBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .getInfra, .listInfras, .getInfraDetails, .getInfraStats, .getInfraManifest, .getVersionDetails,
            .registerInfra, .confirmInfraRegistration, .deleteInfra, .getManifestWithInfraID,
            .rotateInfraAccessKey,
        ] { binding.pending(operation) }
        for type in [
            "Infra", "ConfirmInfraRegistrationResponse", "RegisterInfraResponse", "ListInfraResponse",
            "GetInfraStatsResponse", "InfraVersionDetails",
        ] { binding.unused(type) }
    }
}
