extension CenterSchema {
    /// Registries that the images of experiments come from.
    static let imageRegistry = """
        input ImageRegistryInput {
            isDefault: Boolean!
            imageRegistryName: String!
            imageRepoName: String!
            imageRegistryType: String!
            secretName: String
            secretNamespace: String
            enableRegistry: Boolean
        }

        type ImageRegistry {
            isDefault: Boolean
            imageRegistryName: String!
            imageRepoName: String!
            imageRegistryType: String!
            secretName: String
            secretNamespace: String
            enableRegistry: Boolean
        }

        type ImageRegistryResponse implements Audit {
            isDefault: Boolean!
            imageRegistryInfo: ImageRegistry
            imageRegistryID: String!
            projectID: String!
            updatedAt: String
            createdAt: String
            createdBy: UserDetails
            updatedBy: UserDetails
            isRemoved: Boolean
        }
        """
}
