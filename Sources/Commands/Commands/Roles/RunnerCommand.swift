import ArgumentParser
import ChaosRunner
import KubernetesAPI

/// The role of the runner pod: the experiments of one engine.
struct RunnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner", abstract: "Run the experiments of one ChaosEngine (the role of its runner pod).",
        shouldDisplay: false)

    @Option(help: "A kubeconfig; by default the pod's own service account.")
    var kubeconfig: String?

    func run() async throws {
        let code = await RoleProcess.run(kubeconfig: kubeconfig) { environment, client in
            await ChaosRunner.run(environment: environment, client: client)
        }
        throw ExitCode(code)
    }
}

/// The role of an experiment's Job: one experiment.
struct ExperimentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiment", abstract: "Run one experiment (the role of its Job's pod).", shouldDisplay: false)

    @Option(help: "The fault.")
    var name: String = "pod-delete"

    @Option(help: "A kubeconfig; by default the pod's own service account.")
    var kubeconfig: String?

    func run() async throws {
        let name = name
        let code = await RoleProcess.run(kubeconfig: kubeconfig) { environment, client in
            await ChaosExperimentProcess.run(name: name, environment: environment, client: client)
        }
        throw ExitCode(code)
    }
}
