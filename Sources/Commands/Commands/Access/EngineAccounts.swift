import ChaosAPI
import FaultCatalog
import InstallManifests
import KubernetesAPI

/// The accounts that the engines of some files need.
struct EngineAccounts: Sendable {
    let manifests: ManifestSet
    /// Of engines that name none.
    var namespace = "default"
    /// Asked for ChaosExperiments that no file gives; nil asks nobody.
    let client: (any APIClient)?

    /// One for each account, in the order of the files.
    /// - Throws: `CommandError` for an engine that names no account or a fault that nobody knows.
    func accounts() async throws -> [AccountAccess] {
        guard !manifests.engines.isEmpty else {
            throw CommandError("there is no ChaosEngine in the files, and so no service account to make")
        }
        var accounts: [AccountAccess] = []
        for manifest in manifests.engines {
            var engine = ChaosEngine(json: manifest.object.json)
            if engine.namespace.isEmpty { engine.metadata.namespace = namespace }
            guard let account = AccountAccess(for: engine, experiments: try await experiments(of: engine, manifest))
            else {
                throw CommandError(
                    "\(manifest.source): \(manifest.title): spec.chaosServiceAccount is missing: it names the service "
                        + "account that runs the experiments, such as \(engine.experiments.first?.name ?? "chaos")-sa")
            }
            accounts.append(account)
        }
        return AccountAccess.merged(accounts)
    }

    private func experiments(
        of engine: ChaosEngine, _ manifest: ManifestSet.Manifest
    ) async throws -> [ChaosExperiment] {
        guard !engine.experiments.isEmpty else {
            throw CommandError("\(manifest.source): \(manifest.title): spec.experiments is empty")
        }
        var found: [ChaosExperiment] = []
        for name in engine.experiments.map(\.name) {
            guard let experiment = try await experiment(name, for: engine) else {
                let known = FaultCatalog.faults.map(\.name).joined(separator: ", ")
                throw CommandError(
                    "\(manifest.source): \(manifest.title): unknown fault '\(name)'; give its ChaosExperiment in a file, "
                        + "or name a cluster that has it by --kubeconfig. The catalogue has: \(known)")
            }
            found.append(experiment)
        }
        return found
    }

    private func experiment(_ name: String, for engine: ChaosEngine) async throws -> ChaosExperiment? {
        let given = manifests.objects.map(\.object).filter {
            $0.kind == ChaosExperiment.type.kind && $0.metadata.name == name
        }
        let here = given.first { $0.metadata.namespace == engine.namespace }
        if let object = here ?? given.first(where: { $0.metadata.namespace.isEmpty }) ?? given.first {
            return ChaosExperiment(json: object.json)
        }
        if let client,
            let found = try await client.find(ChaosExperiment.self, namespace: engine.namespace, name: name)
        {
            return found
        }
        return FaultCatalog.fault(named: name).map { ChaosExperiment(json: $0.manifest()) }
    }
}
