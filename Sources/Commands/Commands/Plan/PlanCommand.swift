import ArgumentParser
import ChaosAPI
import ChaosRunner
import KubernetesAPI
import KubernetesClient

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Says what a run would do, without doing it.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what ChaosEngines would do: targets, steps, how each is undone, permissions, collisions.",
        discussion: """
            Makes every read and no write. Without a cluster it shows what can be said without one.

            Exit codes: 0 nothing is known that would keep it from running, 2 something is, or the input is wrong.
            """)

    @Argument(help: "Manifests with ChaosEngines, and ChaosExperiments that would be applied with them.")
    var files: [String]

    @Option(help: "Plan on the cluster of this kubeconfig; by default that of KUBECONFIG, or of a running 'litmus up'.")
    var kubeconfig: String?

    @Option(help: "Make the choices of an earlier run, or of a run to come with the same --seed.")
    var seed: UInt64?

    @Option(help: "How the plan is printed: text or json.")
    var output: RunCommand.Output = .text

    func run() async throws {
        try await CommandError.reporting {
            let manifests = try ManifestSet(files: files)
            guard !manifests.engines.isEmpty else {
                throw CommandError("no ChaosEngine in \(files.joined(separator: ", ")): there is nothing to plan")
            }
            let previews = try await self.previews(manifests)
            switch output {
            case .text: TextOutput.standardOutput.write(PlanText.render(previews))
            case .json:
                let encoded = try JSON(parsing: Array(JSONEncoder().encode(previews)))
                TextOutput.standardOutput.write(encoded.prettyPrinted() + "\n")
            }
            return previews.allSatisfy(\.isRunnable) ? 0 : 2
        }
    }

    private func previews(_ manifests: ManifestSet) async throws -> [EnginePreview] {
        let environment = ProcessInfo.processInfo.environment
        let choice = ClusterChoice(
            option: kubeconfig, environment: environment, exists: FileManager.default.fileExists(atPath:))
        guard choice.isThere(environment, exists: FileManager.default.fileExists(atPath:)) else {
            TextOutput.standardError.write("no cluster: give --kubeconfig, or start one with 'litmus up'\n")
            return try await previews(manifests, on: nil)
        }
        let connection = try choice.connection(environment: environment)
        return try await HTTPKubernetesClient.with(connection) { try await previews(manifests, on: $0) }
    }

    private func previews(_ manifests: ManifestSet, on client: (any APIClient)?) async throws -> [EnginePreview] {
        let experiments = manifests.objects.filter { $0.object.kind == ChaosExperiment.type.kind }.map {
            ChaosExperiment(json: $0.object.json.inDefaultNamespace)
        }
        let dryRun = DryRun(client: client, experiments: experiments, seed: seed)
        var previews: [EnginePreview] = []
        for manifest in manifests.engines {
            previews.append(try await dryRun.preview(ChaosEngine(json: manifest.object.json.inDefaultNamespace)))
        }
        return previews
    }
}

extension JSON {
    /// An object that names no namespace is meant for `default`.
    fileprivate var inDefaultNamespace: JSON {
        guard self["metadata", "namespace"].string?.isEmpty ?? true else { return self }
        var json = self
        json["metadata", "namespace"] = "default"
        return json
    }
}
