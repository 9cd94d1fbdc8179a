/// Something that the server remembers of itself, as it is stored in `serverConfig`.
struct ServerSetting: Codable, Sendable, Hashable {
    var key: String
    var value: String
}
