import ArgumentParser
import ChaosAPI
import ChaosOperator
import Foundation
import KubernetesAPI

struct HaltCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt",
        abstract: "Stop all chaos on a cluster and refuse new chaos, until 'litmus resume'.",
        discussion: """
            Every running ChaosEngine is aborted and reverted; engines that are made or set active meanwhile are refused, \
            with the reason in their status and as an Event. The order is the ConfigMap 'litmus-halt' in the operator's \
            namespace, so it holds over restarts. Waits until everything has ended.

            Exit codes: 0 nothing runs any more, 2 the cluster could not be reached or something did not end.
            """)

    @Option(help: "Why: shown in the status and the Events of the engines.")
    var reason: String = ""

    @Option(help: "How long to wait for what runs to end, such as 60s or 5m.", transform: RunCommand.duration)
    var timeout: Duration = .seconds(60)

    @OptionGroup var options: KillSwitchOptions

    func run() async throws {
        try await options.onCluster { killSwitch, cluster in
            let author = KillSwitchOptions.author(
                ProcessInfo.processInfo.environment, host: ProcessInfo.processInfo.hostName)
            let halt = try await killSwitch.halt(reason: reason, by: author)
            let progress = options.progress
            progress.write("chaos is \(halt), on \(cluster)\n")
            let engines = try await wait(killSwitch, after: halt) { progress.write("\($0.line)\n") }
            let report = HaltReport(halt: halt, namespace: options.namespace, engines: engines)
            switch options.output {
            case .text: TextOutput.standardOutput.write(report.conclusion)
            case .json: TextOutput.standardOutput.write(report.json.prettyPrinted() + "\n")
            }
            if let complaint = report.complaint(after: timeout) {
                TextOutput.standardError.write("litmus: \(complaint)\n")
            }
            return report.exitCode
        }
    }

    private func wait(
        _ killSwitch: KillSwitch, after halt: Halt, _ told: @escaping @Sendable (HaltedEngine) -> Void
    ) async throws -> [HaltedEngine] {
        do {
            return try await killSwitch.waitUntilNothingRuns(after: halt, within: timeout, told)
        } catch {
            throw CommandError("chaos is halted, but whether everything has ended cannot be seen: \(error)")
        }
    }
}
