import Logging
import Synchronization

/// What a server under test writes into its log: its warnings and errors.
final class RecordedLog: Sendable {
    private let lines = Mutex<[String]>([])

    /// A message and its metadata each.
    var all: [String] { lines.withLock(\.self) }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            log.lines.withLock { $0.append((["\(event.message)"] + details).joined(separator: " ")) }
        }
    }
}
