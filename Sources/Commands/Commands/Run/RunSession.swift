import ChaosAPI
import FaultCatalog
import InstallManifests
import KubernetesAPI

/// One run of `litmus run` on a cluster: makes the objects of the files, starts the engines, follows them to their end,
/// and takes away what it made.
actor RunSession {
    let client: any APIClient
    private let progress: any ProgressReporter
    private let manifests: ManifestSet
    /// The cluster lives for this run only: namespaces and accounts that the files take for granted are made.
    private let isEphemeral: Bool
    private let seed: UInt64?

    /// What this run made, in order, for the clean-up.
    var made: [(type: ResourceType, key: ObjectKey)] = []
    var engines: [ChaosEngine] = []
    /// UIDs of the results that earlier runs left: this run's are the others.
    var earlierResults: Set<String> = []

    init(
        client: any APIClient, progress: any ProgressReporter, manifests: ManifestSet, isEphemeral: Bool, seed: UInt64?
    ) {
        self.client = client
        self.progress = progress
        self.manifests = manifests
        self.isEphemeral = isEphemeral
        self.seed = seed
    }

    func run() async throws -> RunOutcome {
        let start = ContinuousClock.now
        for sentence in manifests.skipped { await progress.say(sentence) }
        let resources = try await ClusterResources(client: client)
        guard resources.serves(kind: ChaosEngine.type.kind) else {
            throw CommandError(
                "the cluster does not know ChaosEngines: start one with 'litmus up', or install Litmus' definitions")
        }
        let faults = try missingExperiments()
        try await makeObjects(resources)
        try await makeExperiments(faults)
        try await makeAccounts()
        try await startEngines()
        let outcomes = try await followEngines()
        return RunOutcome(engines: outcomes, duration: start.duration(to: .now))
    }
}

// MARK: - Set-up

extension RunSession {
    private func namespace(of object: DynamicObject, type: ResourceType) -> String {
        guard type.isNamespaced else { return "" }
        return object.metadata.namespace.isEmpty ? "default" : object.metadata.namespace
    }

    private func makeObjects(_ resources: ClusterResources) async throws {
        if isEphemeral { try await makeNamespaces() }
        var applied: [(ManifestSet.Manifest, String)] = []
        var resources = resources
        for manifest in manifests.objects {
            let type: ResourceType
            do {
                type = try resources.type(of: manifest)
            } catch {
                // The kind may be one that an earlier file has just defined.
                resources = try await ClusterResources(client: client)
                type = try resources.type(of: manifest)
            }
            let namespace = namespace(of: manifest.object, type: type)
            try await apply(manifest, type: type, namespace: namespace)
            applied.append((manifest, namespace))
        }
        if !applied.isEmpty { await progress.say("applied \(applied.count) objects") }
        let readiness = WorkloadReadiness(client: client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (manifest, namespace) in applied {
                group.addTask { try await readiness.wait(for: manifest, namespace: namespace) }
            }
            try await group.waitForAll()
        }
        for (manifest, _) in applied where ["Deployment", "StatefulSet", "DaemonSet"].contains(manifest.object.kind) {
            await progress.say("\(manifest.title) is ready")
        }
    }

    private func makeNamespaces() async throws {
        for name in manifests.namespaces.sorted()
        where try await client.find(Namespace.self, name: name) == nil {
            _ = try await client.create(Namespace(name: name))
        }
    }

    private func apply(_ manifest: ManifestSet.Manifest, type: ResourceType, namespace: String) async throws {
        let name = manifest.object.metadata.name
        let scope = namespace.isEmpty ? nil : namespace
        do {
            var isNew = false
            do {
                _ = try await client.get(type.gvr, namespace: scope, name: name, subresource: nil)
            } catch let status as Status where status.isNotFound {
                isNew = true
            }
            // Noted first: a request that is interrupted may have been carried out.
            if isNew { made.append((type, ObjectKey(namespace: namespace, name: name))) }
            _ = try await client.patch(
                type.gvr, namespace: scope, name: name, subresource: nil, patch: .apply(manifest.object.json),
                options: WriteOptions(fieldManager: "litmus-run", fieldValidation: "Strict", force: true))
        } catch let status as Status {
            throw CommandError("\(manifest.source): \(manifest.title): \(status.message)")
        }
    }

    /// Faults of the catalogue that engines name but no file defines.
    /// - Throws: `CommandError` for a name that neither a file nor the catalogue has.
    private func missingExperiments() throws -> [(fault: String, namespace: String)] {
        let given = Set(
            manifests.objects.filter { $0.object.kind == ChaosExperiment.type.kind }.map(\.object.metadata.name))
        var missing: [(fault: String, namespace: String)] = []
        for manifest in manifests.engines {
            let engine = ChaosEngine(json: manifest.object.json)
            for experiment in engine.experiments where !given.contains(experiment.name) {
                guard FaultCatalog.fault(named: experiment.name) != nil else {
                    let known = FaultCatalog.faults.map(\.name).joined(separator: ", ")
                    throw CommandError(
                        "\(manifest.source): \(manifest.title): unknown fault '\(experiment.name)'; give its "
                            + "ChaosExperiment in a file, or use one of: \(known)")
                }
                missing.append((experiment.name, engine.namespace.isEmpty ? "default" : engine.namespace))
            }
        }
        return missing
    }

    private func makeExperiments(_ missing: [(fault: String, namespace: String)]) async throws {
        for (name, namespace) in missing {
            guard let fault = FaultCatalog.fault(named: name),
                try await client.find(ChaosExperiment.self, namespace: namespace, name: name) == nil
            else { continue }
            let experiment = ChaosExperiment(json: fault.manifest(namespace: namespace))
            made.append((ChaosExperiment.type, experiment.key))
            _ = try await client.create(experiment)
            await progress.say("ChaosExperiment \(name) comes from the fault catalogue")
        }
    }

    /// The service accounts that the engines name: the hub's engines take them for granted.
    private func makeAccounts() async throws {
        for manifest in manifests.engines {
            let engine = engine(of: manifest)
            let account = engine.serviceAccount
            guard !account.isEmpty,
                try await client.find(ServiceAccount.self, namespace: engine.namespace, name: account) == nil
            else { continue }
            guard isEphemeral else {
                throw CommandError(
                    "\(manifest.source): \(manifest.title): there is no ServiceAccount \(account) in the namespace "
                        + "\(engine.namespace); 'litmus rbac FILE | kubectl apply -f -' makes it")
            }
            var experiments: [ChaosExperiment] = []
            for experiment in engine.experiments {
                if let found = try await client.find(
                    ChaosExperiment.self, namespace: engine.namespace, name: experiment.name)
                {
                    experiments.append(found)
                }
            }
            for object in BuiltinRBAC.objects(for: engine, experiments: experiments) {
                // A target's namespace that no file has: the run says what is missing there.
                if let place = object["metadata", "namespace"].string,
                    try await client.find(Namespace.self, name: place) == nil
                {
                    _ = try await client.create(Namespace(name: place))
                }
                try await create(object)
            }
            await progress.say("ServiceAccount \(account) made, with what its faults are documented to need")
        }
    }

    private func create(_ object: JSON) async throws {
        let resources = try await ClusterResources(client: client)
        let manifest = ManifestSet.Manifest(source: "generated", object: DynamicObject(json: object))
        let type = try resources.type(of: manifest)
        try await apply(manifest, type: type, namespace: namespace(of: manifest.object, type: type))
    }
}

// MARK: - Engines

extension RunSession {
    private func engine(of manifest: ManifestSet.Manifest) -> ChaosEngine {
        var engine = ChaosEngine(json: manifest.object.json)
        if engine.namespace.isEmpty { engine.metadata.namespace = "default" }
        return engine
    }

    private func noteEarlierResults() async throws {
        for namespace in Set(manifests.engines.map { engine(of: $0).namespace }) {
            earlierResults.formUnion(try await client.list(ChaosResult.self, namespace: namespace).map(\.uid))
        }
    }

    private func startEngines() async throws {
        try await noteEarlierResults()
        for manifest in manifests.engines {
            var wanted = engine(of: manifest)
            wanted.json["spec", "engineState"] = .string(EngineState.active.rawValue)
            if let seed { wanted.setSeed(seed) }
            let started = ManifestSet.Manifest(source: manifest.source, object: DynamicObject(json: wanted.json))
            if let old = try await client.find(ChaosEngine.self, namespace: wanted.namespace, name: wanted.name) {
                guard old.engineStatus != .initialized else {
                    throw CommandError(
                        "\(manifest.source): \(manifest.title) already runs in the namespace \(wanted.namespace); "
                            + "stop it first: kubectl patch chaosengine \(wanted.name) -n \(wanted.namespace) "
                            + "--type merge -p '{\"spec\":{\"engineState\":\"stop\"}}'")
                }
                try await client.delete(ChaosEngine.self, namespace: wanted.namespace, name: wanted.name)
                try await client.follow(ChaosEngine.self, wanted.key) { (engine: ChaosEngine?) -> Void? in
                    engine == nil ? () : nil
                }
            }
            engines.append(wanted)
            try await apply(started, type: ChaosEngine.type, namespace: wanted.namespace)
            engines[engines.count - 1] = try await client.get(
                ChaosEngine.self, namespace: wanted.namespace, name: wanted.name)
            await progress.say("ChaosEngine \(wanted.name) started")
        }
    }

    private func followEngines() async throws -> [EngineOutcome] {
        var watches: [EngineWatch] = []
        for engine in engines {
            watches.append(
                EngineWatch(
                    client: client, progress: progress, engine: engine, durations: try await durations(of: engine),
                    showsName: engines.count > 1))
        }
        return try await withThrowingTaskGroup(of: (Int, EngineOutcome).self) { group in
            for (index, watch) in watches.enumerated() {
                group.addTask { (index, try await watch.outcome()) }
            }
            var outcomes: [(Int, EngineOutcome)] = []
            for try await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func durations(of engine: ChaosEngine) async throws -> [String: Duration] {
        var durations: [String: Duration] = [:]
        for entry in engine.experiments {
            let experiment = try await client.find(
                ChaosExperiment.self, namespace: engine.namespace, name: entry.name)
            let variables = (experiment?.json["spec", "definition", "env"].array ?? []) + entry.components.env
            let value = variables.last { $0["name"].string == "TOTAL_CHAOS_DURATION" && $0["value"].string != "" }
            durations[entry.name] = value?["value"].string.flatMap(Int.init).map { Duration.seconds($0) }
        }
        return durations
    }
}

extension ChaosEngine {
    /// Makes every experiment choose its targets from this seed.
    fileprivate mutating func setSeed(_ seed: UInt64) {
        let variable: JSON = ["name": "LITMUS_SEED", "value": .string(String(seed))]
        json["spec", "experiments"] = .array(
            (spec["experiments"].array ?? []).map { entry in
                var entry = entry
                let others = (entry["spec", "components", "env"].array ?? []).filter {
                    $0["name"].string != "LITMUS_SEED"
                }
                entry["spec", "components", "env"] = .array(others + [variable])
                return entry
            })
    }
}
