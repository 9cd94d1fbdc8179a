import DocumentStore

/// `ImageRegistryInput`.
struct ImageRegistryInput: Codable, Sendable {
    var isDefault: Bool
    var imageRegistryName: String
    var imageRepoName: String
    var imageRegistryType: String
    var secretName: String?
    var secretNamespace: String?
    var enableRegistry: Bool?

    /// - Throws: `CenterError.invalid` that names the field.
    func check() throws {
        let texts = [
            ("imageRegistryName", imageRegistryName), ("imageRepoName", imageRepoName),
            ("secretName", secretName ?? ""), ("secretNamespace", secretNamespace ?? ""),
        ]
        for (field, text) in texts {
            try ClientText.length(text, "imageRegistryInfo.\(field)", ClientText.longestName)
            guard !text.contains(where: \.isWhitespace) else {
                throw CenterError.invalid("imageRegistryInfo.\(field) must not contain white space")
            }
        }
        guard !imageRegistryName.isEmpty, !imageRepoName.isEmpty else {
            throw CenterError.invalid("imageRegistryInfo: imageRegistryName and imageRepoName must not be empty")
        }
        switch imageRegistryType.lowercased() {
        case "public": break
        case "private":
            guard let secretName, !secretName.isEmpty else {
                throw CenterError.invalid("imageRegistryInfo.secretName: a private registry needs the name of a secret")
            }
        default:
            throw CenterError.invalid(
                "imageRegistryInfo.imageRegistryType: '\(imageRegistryType)' is neither public nor private")
        }
    }
}

/// The image registries of projects. Each project has one: until it chooses, the standard one, which is not stored.
struct ImageRegistryService: Sendable {
    let store: CenterStore
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64

    /// What a project has that has chosen nothing.
    static func standard(of projectID: String) -> ImageRegistry {
        ImageRegistry(
            id: "default-\(projectID)", projectID: projectID, name: "docker.io", repository: "litmuschaos",
            type: "public", isDefault: true, createdAt: 0, updatedAt: 0, isRemoved: false)
    }

    func registry(of projectID: String) async throws -> ImageRegistry {
        try await store.imageRegistries.first(.project(projectID)) ?? Self.standard(of: projectID)
    }

    /// - Throws: `CenterError.conflict` when the project has chosen one already.
    func create(_ input: ImageRegistryInput, in projectID: String, by user: UserDetails) async throws -> ImageRegistry {
        try input.check()
        if let stored = try await store.imageRegistries.first(.project(projectID) && .eq("is_default", false)) {
            throw CenterError.conflict(
                "the project has an image registry, '\(stored.name)' with the id \(stored.id): update that one")
        }
        let made = try Update().set("created_at", now()).set("created_by", encoding: user)
        return try await put(input, ObjectID().description, in: projectID, made, by: user)
    }

    func update(
        _ id: String, _ input: ImageRegistryInput, in projectID: String, by user: UserDetails
    ) async throws -> ImageRegistry {
        try input.check()
        let current = try await registry(of: projectID)
        guard current.id == id else { throw Self.noSuch(id) }
        let made = Update().setOnInsert("created_at", now())
            .setOnInsert("created_by", try DocumentEncoder().encodeValue(user))
        return try await put(input, id, in: projectID, made, by: user)
    }

    func delete(_ id: String, in projectID: String, by user: UserDetails) async throws {
        let update = try Update().set("is_removed", true).set("updated_at", now()).set("updated_by", encoding: user)
        let filter = Filter.project(projectID) && .eq("image_registry_id", id)
        guard try await store.imageRegistries.update(filter, update) != nil else { throw Self.noSuch(id) }
    }

    /// Into the one document of the project, which may be a removed one.
    private func put(
        _ input: ImageRegistryInput, _ id: String, in projectID: String, _ made: Update, by user: UserDetails
    ) async throws -> ImageRegistry {
        var update = made.set("image_registry_id", id).set("image_registry_name", input.imageRegistryName)
            .set("image_repo_name", input.imageRepoName).set("image_registry_type", input.imageRegistryType)
            .set("is_default", input.isDefault).set("is_removed", false).set("updated_at", now())
        update = try update.set("updated_by", encoding: user)
        update = input.secretName.map { update.set("secret_name", $0) } ?? update.unset("secret_name")
        update =
            input.secretNamespace.map { update.set("secret_namespace", $0) } ?? update.unset("secret_namespace")
        update = input.enableRegistry.map { update.set("enable_registry", $0) } ?? update.unset("enable_registry")
        guard let stored = try await updated(.eq("project_id", projectID), update) else {
            throw CenterError.conflict("the image registry was changed by someone else: try again")
        }
        return stored
    }

    private func updated(_ filter: Filter, _ update: Update) async throws -> ImageRegistry? {
        do {
            return try await store.imageRegistries.update(filter, update, upsert: true)
        } catch let error {
            // MongoDB: someone else inserted the project's first at the same time.
            guard case .duplicate = error else { throw error }
            return try await store.imageRegistries.update(filter, update)
        }
    }

    private static func noSuch(_ id: String) -> CenterError {
        .notFound("mongo: no documents in result: there is no image registry '\(id)' in this project")
    }
}

extension ChaosCenter {
    var imageRegistries: ImageRegistryService { ImageRegistryService(store: store, now: now) }
}
