import ArgumentParser
import FaultCatalog
import KubernetesAPI

struct FaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "List the faults, or one with every tunable, its default and meaning.")

    @Argument(help: "A fault's name.")
    var name: String?

    @Option(help: "How the catalogue is printed: text or json.")
    var output: RunCommand.Output = .text

    func run() throws {
        do throws(UnknownFault) {
            let text =
                switch output {
                case .text: try FaultCatalog.describe(name)
                case .json: try FaultCatalog.json(name).prettyPrinted() + "\n"
                }
            TextOutput.standardOutput.write(text)
        } catch {
            TextOutput.standardError.write("litmus: \(error.description)\n")
            throw ExitCode(2)
        }
    }
}
