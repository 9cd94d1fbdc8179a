import GraphQL

/// The logs that an agent sends: `{"mainLogs": TEXT, "chaosLogs": {POD: TEXT}}`.
///
/// Upstream's agents send all that a pod has ever written. People want its end, so of longer ones the beginning is left
/// out, in a way that the JSON stays what the web portal reads.
enum PodLogs {
    /// Bytes of all texts together.
    static let longest = 2 << 20

    private static let main = "mainLogs"
    private static let chaos = "chaosLogs"

    static func shortened(_ log: String, to limit: Int = longest) -> String {
        guard log.utf8.count > limit else { return log }
        guard var logs = (try? GraphQLValue(json: log))?.objectValue else { return end(of: log, limit) }
        var pods = logs[chaos]?.objectValue ?? [:]
        let share = limit / (1 + pods.count)
        if let text = logs[main]?.stringValue { logs[main] = .string(end(of: text, share)) }
        for name in Array(pods.keys) {
            if let text = pods[name]?.stringValue { pods[name] = .string(end(of: text, share)) }
        }
        if logs[chaos] != nil { logs[chaos] = .object(pods) }
        return GraphQLValue.object(logs).jsonString
    }

    private static func end(of text: String, _ limit: Int) -> String {
        let count = text.utf8.count
        guard count > limit else { return text }
        // Not from the middle of a character.
        let bytes = text.utf8.suffix(limit).drop { $0 & 0xC0 == 0x80 }
        return "[the first \(count - bytes.count) bytes are left out]\n" + String(decoding: bytes, as: UTF8.self)
    }
}
