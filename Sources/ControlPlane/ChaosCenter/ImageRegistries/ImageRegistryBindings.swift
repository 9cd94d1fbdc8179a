import GraphQL

/// Registries of images.
enum ImageRegistryBindings {
    private struct Creation: Codable, Sendable { var imageRegistryInfo: ImageRegistryInput }
    private struct One: Codable, Sendable { var imageRegistryID: String }
    private struct Change: Codable, Sendable {
        var imageRegistryID: String
        var imageRegistryInfo: ImageRegistryInput
    }

    /// `ImageRegistry` of the schema: a part of the answer.
    private struct Info: GraphQLOutput { var registry: ImageRegistry }

    static func bind(_ binding: inout CenterBinding) {
        binding.user(.getImageRegistry, NoArguments.self) { call in
            try await call.center.imageRegistries.registry(of: call.projectID)
        }
        binding.user(.listImageRegistry, NoArguments.self) { call in
            [try await call.center.imageRegistries.registry(of: call.projectID)]
        }
        binding.user(.createImageRegistry, Creation.self) { call in
            try await call.center.imageRegistries.create(
                call.arguments.imageRegistryInfo, in: call.projectID, by: call.user)
        }
        binding.user(.updateImageRegistry, Change.self) { call in
            try await call.center.imageRegistries.update(
                call.arguments.imageRegistryID, call.arguments.imageRegistryInfo, in: call.projectID, by: call.user)
        }
        binding.user(.deleteImageRegistry, One.self) { call in
            try await call.center.imageRegistries.delete(
                call.arguments.imageRegistryID, in: call.projectID, by: call.user)
            return "successfully deleted image registry"
        }
        bindTypes(&binding)
    }

    private static func bindTypes(_ binding: inout CenterBinding) {
        binding.fields(
            "ImageRegistryResponse", of: ImageRegistry.self,
            [
                ("isDefault", { $0.isDefault }), ("imageRegistryInfo", { Info(registry: $0) }),
                ("imageRegistryID", { $0.id }), ("projectID", { $0.projectID }), ("isRemoved", { $0.isRemoved }),
                // The standard one is not stored: nobody made it at any time.
                ("createdAt", { $0.createdAt == 0 ? nil : "\($0.createdAt)" }),
                ("updatedAt", { $0.updatedAt == 0 ? nil : "\($0.updatedAt)" }),
                ("createdBy", { $0.createdBy }), ("updatedBy", { $0.updatedBy }),
            ])
        binding.fields(
            "ImageRegistry", of: Info.self,
            [
                ("isDefault", { $0.registry.isDefault }), ("imageRegistryName", { $0.registry.name }),
                ("imageRepoName", { $0.registry.repository }), ("imageRegistryType", { $0.registry.type }),
                ("secretName", { $0.registry.secretName }), ("secretNamespace", { $0.registry.secretNamespace }),
                ("enableRegistry", { $0.registry.isEnabled }),
            ])
    }
}

extension ImageRegistry: GraphQLOutput {}
