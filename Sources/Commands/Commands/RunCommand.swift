import ArgumentParser
import KubernetesAPI
import KubernetesClient

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run chaos experiments from files and report their verdicts.",
        discussion: """
            Starts an embedded cluster for this run (or uses --kubeconfig), applies the files, runs every ChaosEngine \
            in them, shows the progress, prints the ChaosResults and takes away what it made. Ctrl-C aborts the chaos.

            Exit codes: 0 every verdict is Pass, 1 a verdict is Fail, 2 an error in the input or the set-up, \
            130 aborted.
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json }

    @Argument(help: "Manifests: the application, ChaosExperiments and ChaosEngines, in any order.")
    var files: [String]

    @Option(help: "Run on the cluster of this kubeconfig instead of an embedded one.")
    var kubeconfig: String?

    @Option(help: Setting.timeout.help("How long the whole run may take, such as 90s or 5m."), transform: Self.duration)
    var timeout: Duration?

    @Option(help: Setting.output.help("How the report is printed."))
    var output: Output?

    @Option(
        help: "Write a report to this file: JUnit XML when its name ends in .xml, a page to read when in .html.")
    var report: String?

    @Option(help: "Repeat the choices of an earlier run: the seed in its report.")
    var seed: UInt64?

    @Flag(help: "Leave the cluster up after the verdict, until Ctrl-C. Ignored when standard input is no terminal.")
    var keep = false

    @OptionGroup var cluster: ClusterOptions

    static func duration(_ text: String) throws -> Duration {
        guard let duration = CommandSettings.timeout(text) else {
            throw ValidationError("expected \(Setting.timeout.expected)")
        }
        return duration
    }

    func settings(environment: [String: String]) throws -> CommandSettings {
        try cluster.settings(environment: environment) { settings in
            if let timeout { settings.timeout = timeout }
            if let output { settings.output = output }
        }
    }

    func run() async throws {
        try await CommandError.reporting {
            try await Interruption.heeding { interruption in
                let report = try report.map(ReportFile.init)
                let settings = try settings(environment: ClusterOptions.processEnvironment)
                let manifests = try ManifestSet(files: files)
                guard !manifests.engines.isEmpty else {
                    throw CommandError("no ChaosEngine in \(files.joined(separator: ", ")): there is nothing to run")
                }
                return try await ExperimentRun(
                    command: self, settings: settings, manifests: manifests, report: report
                ).run(interruption)
            }
        }
    }
}
