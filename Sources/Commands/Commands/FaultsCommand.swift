import ArgumentParser
import FaultCatalog
import KubernetesAPI

struct FaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "List the faults, or one with every tunable, its default and meaning.")

    @Argument(help: "A fault's name.")
    var name: String?

    enum Output: String, CaseIterable, ExpressibleByArgument {
        case text, json, manifest
    }

    @Option(help: "How the catalogue is printed; manifest: as ChaosExperiments to apply.")
    var output: Output = .text

    func run() throws {
        do {
            let text =
                switch output {
                case .text: try FaultCatalog.describe(name)
                case .json: try FaultCatalog.json(name).prettyPrinted() + "\n"
                case .manifest: try FaultCatalog.manifests(name)
                }
            TextOutput.standardOutput.write(text)
        } catch {
            TextOutput.standardError.write("litmus: \(error)\n")
            throw ExitCode(2)
        }
    }
}
