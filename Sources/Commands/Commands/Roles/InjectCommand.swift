import ArgumentParser
import ChaosHelper
import Host
import KubernetesAPI

/// The role of a helper pod: one order on its node.
struct InjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inject", abstract: "Inject faults on this node (the role of a helper pod).",
        shouldDisplay: false)

    /// Helpers of upstream are told which of their programs to be; an order says it all.
    @Option(help: .hidden)
    var name: String?

    @Option(help: "A kubeconfig; by default the pod's own service account.")
    var kubeconfig: String?

    func run() async throws {
        ControlGroupNamespace.joinNode()
        let code = await RoleProcess.run(kubeconfig: kubeconfig) { environment, client in
            await ChaosHelper.run(environment: environment, client: client)
        }
        throw ExitCode(code)
    }
}
