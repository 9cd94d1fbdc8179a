import GraphQL

/// A hub, with what is known of its contents when that is asked for.
struct HubStatus: Sendable, GraphQLOutput {
    var hub: StoredHub
}

extension StoredHub: GraphQLOutput {}
extension GitAuthentication: GraphQLOutput {}
extension HubType: GraphQLOutput {}
extension HubTree.FaultTexts: GraphQLOutput {}
extension HubTree.Experiment: GraphQLOutput {}

/// The types of hubs and what is in them. Secrets are never answered.
enum HubTypes {
    static func bind(_ binding: inout CenterBinding) {
        bindHub(&binding)
        bindStatus(&binding)
        bindContents(&binding)
        for type in ["ExperimentDetails"] { binding.unused(type) }
    }

    private static func bindHub(_ binding: inout CenterBinding) {
        binding.audit("ChaosHub", of: StoredHub.self)
        binding.fields(
            "ChaosHub", of: StoredHub.self,
            [
                ("id", { $0.id }), ("repoURL", { $0.repoURL }), ("repoBranch", { $0.repoBranch }),
                ("remoteHub", { $0.remoteHub }), ("projectID", { $0.projectID }),
                ("isDefault", { $0.isDefault ?? false }), ("name", { $0.name }), ("tags", { $0.tags }),
                ("description", { $0.description }), ("hubType", { $0.type }), ("isPrivate", { $0.isPrivate }),
                ("authType", { $0.authType }), ("token", { _ in ResolvedValue.null }), ("userName", { $0.username }),
                ("password", { _ in ResolvedValue.null }), ("sshPrivateKey", { _ in ResolvedValue.null }),
                ("isRemoved", { $0.isRemoved }), ("lastSyncedAt", { "\($0.lastSyncedAt)" }),
            ])
    }

    private static func bindStatus(_ binding: inout CenterBinding) {
        binding.fields(
            "ChaosHubStatus", of: HubStatus.self,
            [
                ("id", { $0.hub.id }), ("repoURL", { $0.hub.repoURL }), ("repoBranch", { $0.hub.repoBranch }),
                ("remoteHub", { $0.hub.remoteHub }), ("name", { $0.hub.name }), ("hubType", { $0.hub.type }),
                ("isPrivate", { $0.hub.isPrivate }), ("authType", { $0.hub.authType }),
                ("token", { _ in ResolvedValue.null }), ("userName", { $0.hub.username }),
                ("password", { _ in ResolvedValue.null }), ("isRemoved", { $0.hub.isRemoved }),
                ("sshPrivateKey", { _ in ResolvedValue.null }), ("sshPublicKey", { $0.hub.sshPublicKey }),
                ("lastSyncedAt", { "\($0.hub.lastSyncedAt)" }), ("tags", { $0.hub.tags }),
                ("createdBy", { $0.hub.createdBy }), ("updatedBy", { $0.hub.updatedBy }),
                ("createdAt", { "\($0.hub.createdAt)" }), ("updatedAt", { "\($0.hub.updatedAt)" }),
                ("description", { $0.hub.description }), ("isDefault", { $0.hub.isDefault ?? false }),
            ])
        binding.field("ChaosHubStatus", "isAvailable", of: HubStatus.self) { status, call in
            call.context.center.hubLibrary.isFetched(status.hub)
        }
        binding.field("ChaosHubStatus", "totalFaults", of: HubStatus.self) { status, call in
            "\(try await tree(status, call)?.totalFaults ?? 0)"
        }
        binding.field("ChaosHubStatus", "totalExperiments", of: HubStatus.self) { status, call in
            "\(try await tree(status, call)?.experimentNames.count ?? 0)"
        }
    }

    private static func tree(_ status: HubStatus, _ call: FieldCall<CenterContext>) async throws -> HubTree? {
        try await call.context.center.hubLibrary.tree(of: status.hub)
    }

    private static func bindContents(_ binding: inout CenterBinding) {
        binding.data("Chart", keys: Chart.CodingKeys.self)
        binding.data("Metadata", keys: Chart.Metadata.CodingKeys.self)
        binding.data("Annotation", keys: Chart.Annotations.CodingKeys.self)
        binding.data("Spec", keys: Chart.Spec.CodingKeys.self)
        binding.data("Maintainer", keys: Chart.Maintainer.CodingKeys.self)
        binding.data("Link", keys: Chart.Link.CodingKeys.self)
        binding.data("FaultList", keys: Chart.Fault.CodingKeys.self)
        binding.data("Provider", keys: Chart.Provider.CodingKeys.self)
        binding.data("PackageInformation", keys: Chart.Package.CodingKeys.self)
        binding.data("Experiments", keys: Chart.PackagedFault.CodingKeys.self)
        binding.fields(
            "FaultDetails", of: HubTree.FaultTexts.self,
            [("fault", { $0.fault }), ("engine", { $0.engine }), ("csv", { $0.csv })])
        binding.fields(
            "PredefinedExperimentList", of: HubTree.Experiment.self,
            [
                ("experimentName", { $0.name }), ("experimentCSV", { $0.csv }),
                ("experimentManifest", { $0.manifest }),
            ])
    }
}
