import GraphQL

/// The schema of the API in its definition language: upstream's, a file for each of its parts, and what is added here.
enum CenterSchema {
    static let sdl = [
        root, common, project, environment, infrastructure, experiment, probe, hub, imageRegistry, gitOps, additions,
    ].joined(separator: "\n\n")

    /// Upstream's Int has 64 bits: `ExecutedByExperiment.updatedAt` carries milliseconds in it.
    static func make() throws -> Schema { try Schema(sdl: sdl, scalars: ["Int": .wideInt]) }
}
