import ArgumentParser
import DocumentStore

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write the Chaos Center's database into one file.",
        discussion: """
            The Chaos Center may run meanwhile. The file holds secrets and is readable by its owner only. It restores \
            into either engine. From SQLite and from a MongoDB replica set all documents are of one moment; from a \
            standalone MongoDB each document is whole, but they are of several moments.
            """)

    @Option(help: "sqlite:///path/to/file or mongodb://host:port/name.")
    var database: String

    @Argument(help: "The backup's file; one that is there is replaced.")
    var file: String

    func run() async throws {
        try await CommandError.reporting {
            let summary = try await DatabaseAccess.with(database, mustExist: true) { try await $0.backup(to: file) }
            TextOutput.standardOutput.write("\(file): \(summary.words)\n")
            if !summary.isOfOneMoment {
                TextOutput.standardError.write(
                    "litmus: this MongoDB has no snapshots: what was written meanwhile may be in the backup in part\n")
            }
            return 0
        }
    }
}
