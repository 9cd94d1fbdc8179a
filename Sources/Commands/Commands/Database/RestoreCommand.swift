import ArgumentParser
import DocumentStore

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup into an empty database.",
        discussion: """
            Stop the Chaos Center first; while one uses the SQLite file, it is refused. The backup is checked as a whole before anything is written. A restore that \
            was interrupted leaves a mark, and the Chaos Center refuses the database until the restore was repeated.
            """)

    @Option(help: "sqlite:///path/to/file or mongodb://host:port/name.")
    var database: String

    @Flag(help: "Replace everything in the database.")
    var overwrite = false

    @Argument(help: "The backup's file.")
    var file: String

    func run() async throws {
        try await CommandError.reporting {
            // Held until the end: no Chaos Center starts meanwhile.
            let lock = try DatabaseLock(try DatabaseURL(database))
            let summary = try await DatabaseAccess.with(database, mustExist: false) {
                try await $0.restore(from: file, overwriting: overwrite)
            }
            withExtendedLifetime(lock) {}
            TextOutput.standardOutput.write("restored \(summary.words)\n")
            return 0
        }
    }
}
