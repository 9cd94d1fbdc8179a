import ArgumentParser
import ChaosOperator
import KubernetesAPI

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Allow chaos again after 'litmus halt'.",
        discussion: """
            Engines that the halt aborted or refused stay stopped: set their spec.engineState to active to run them.

            Exit codes: 0 chaos is allowed, whether or not it was halted, 2 the cluster could not be reached.
            """)

    @OptionGroup var options: KillSwitchOptions

    func run() async throws {
        try await options.onCluster { killSwitch, _ in
            let report = ResumeReport(halt: try await killSwitch.resume(), namespace: options.namespace)
            switch options.output {
            case .text: TextOutput.standardOutput.write(report.text)
            case .json: TextOutput.standardOutput.write(report.json.prettyPrinted() + "\n")
            }
            return 0
        }
    }
}
