import ArgumentParser
import Foundation
import InstallManifests

struct ManifestsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifests",
        abstract: "Print what 'litmus install' would make, as YAML or as a base for kustomize.",
        discussion: """
            The output depends on nothing but the options, so it can be kept under version control. \
            'kubectl apply -f -' and, with --output-dir, 'kubectl apply -k DIR' take it.
            """)

    @OptionGroup var options: InstallOptions

    @Flag(help: "Leave the Namespace out (the same as --no-create-namespace).")
    var noNamespace = false

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("Write a base for kustomize to this directory instead.", valueName: "dir"))
    var outputDir: String?

    func run() throws {
        do {
            var installation = try options.installation(environment: ProcessInfo.processInfo.environment)
            if noNamespace { installation.makesNamespace = false }
            guard let outputDir else {
                TextOutput.standardOutput.write(try installation.manifests())
                return
            }
            try OutputDirectory(path: outputDir).write(try installation.kustomizeBase())
        } catch {
            TextOutput.standardError.write("litmus: \(error)\n")
            throw ExitCode(2)
        }
    }
}

/// A directory that manifests are written to.
struct OutputDirectory: Sendable {
    var path: String

    /// Makes the directory where there is none; files of the same names are replaced, others stay.
    /// - Throws: `CommandError` that names what cannot be written.
    func write(_ files: [(name: String, text: String)]) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandError("\(path): the directory cannot be made: \(error.localizedDescription)")
        }
        for file in files {
            do {
                try Data(file.text.utf8).write(to: URL(filePath: "\(path)/\(file.name)"), options: .atomic)
            } catch {
                throw CommandError("\(path)/\(file.name): cannot be written: \(error.localizedDescription)")
            }
        }
    }
}
