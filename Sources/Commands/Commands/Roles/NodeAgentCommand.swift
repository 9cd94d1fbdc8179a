import ArgumentParser
import Host
import Injection
import KubernetesAPI
import Logging
import NodeAgent

/// The role of a node agent's pod: injects on its node and undoes what is left there.
struct NodeAgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node-agent",
        abstract: "Inject faults on this node for all engines (the role of a node agent's pod).", shouldDisplay: false)

    @Option(help: "The node's name in the cluster (environment: NODE_NAME).")
    var node: String?

    @Option(help: "The journal's directory.")
    var journal: String = Journal.defaultDirectory

    @Option(help: "A kubeconfig; by default the pod's own service account.")
    var kubeconfig: String?

    func run() async throws {
        ControlGroupNamespace.joinNode()
        let (node, journal) = (node, Journal(directory: journal))
        let code = await RoleProcess.run(kubeconfig: kubeconfig) { environment, client in
            guard let name = node ?? environment["NODE_NAME"], !name.isEmpty else {
                TextOutput.standardError.write(
                    "litmus: which node is this? Set NODE_NAME from the field spec.nodeName, or give --node\n")
                return 2
            }
            let watched = environment["WATCH_NAMESPACE"] ?? ""
            do {
                try await InjectionAgent(
                    node: name, namespace: watched.isEmpty ? nil : watched, client: client, journal: journal,
                    logger: .standardError(label: "litmus.node-agent", .info)
                ).run()
                return 0
            } catch is CancellationError {
                return 0
            } catch {
                TextOutput.standardError.write("litmus: \(error)\n")
                return 1
            }
        }
        throw ExitCode(code)
    }
}
