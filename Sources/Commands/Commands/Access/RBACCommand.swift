import ArgumentParser
import ChaosAPI
import InstallManifests
import KubernetesAPI

struct RBACCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rbac",
        abstract: "Print the service accounts that the engines in files need, with their roles.",
        discussion: """
            What an account may do comes from the ChaosExperiments that its engines name: those in the same files, those \
            of the cluster when one is named by --kubeconfig or --context, or those of the fault catalogue. \
            litmus rbac engine.yaml | kubectl apply -f - makes them.
            """)

    @Argument(
        help:
            "Manifests with ChaosEngines, and ChaosExperiments where they are not the catalogue's; - is standard input."
    )
    var files: [String]

    @Option(help: "Look up ChaosExperiments that no file gives on the cluster of this kubeconfig.")
    var kubeconfig: String?

    @Option(help: "The same by a context of the kubeconfig.")
    var context: String?

    @Option(help: "The namespace of engines that name none.")
    var namespace = "default"

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp(
            "Write a file for each account and a kustomization.yaml to this directory.", valueName: "dir"))
    var outputDir: String?

    func run() async throws {
        try await CommandError.reporting {
            let manifests = try ManifestSet(files: files)
            let accounts: [AccountAccess]
            if kubeconfig != nil || context != nil {
                var cluster = ClusterConnectionOptions()
                cluster.kubeconfig = kubeconfig
                cluster.context = context
                accounts = try await cluster.onCluster { client, _ in
                    try await EngineAccounts(manifests: manifests, namespace: namespace, client: client).accounts()
                }
            } else {
                accounts = try await EngineAccounts(manifests: manifests, namespace: namespace, client: nil).accounts()
            }
            guard let outputDir else {
                TextOutput.standardOutput.write(try YAMLStream.text(accounts.flatMap(\.objects)))
                return 0
            }
            try OutputDirectory(path: outputDir).write(
                try YAMLStream.kustomizeBase(
                    accounts.map { (name: "\($0.namespace)-\($0.name)", objects: $0.objects) }))
            return 0
        }
    }
}
