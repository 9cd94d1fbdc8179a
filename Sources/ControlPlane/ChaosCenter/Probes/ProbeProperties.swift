extension StoredProbe {
    struct HTTPProperties: Codable, Sendable, Hashable {}
    struct CommandProperties: Codable, Sendable, Hashable {}
    struct PrometheusProperties: Codable, Sendable, Hashable {}
    struct ObjectProperties: Codable, Sendable, Hashable {}
}
