import ChaosAPI
import KubernetesAPI

/// The end of a run: chaos is aborted, and what was made is taken away.
extension RunSession {
    /// How long an engine may take to stop or to vanish.
    static let patience = Duration.seconds(30)

    /// Stops every engine that runs and waits until its chaos is undone.
    /// - Returns: half a sentence on what became of the chaos.
    func abort() async -> String {
        guard !engines.isEmpty else { return "no chaos had begun" }
        let client = client
        let late = await withTaskGroup(of: ObjectKey?.self) { group in
            for engine in engines {
                group.addTask {
                    let hasStopped = await Self.within(Self.patience) { try await Self.stop(engine, client: client) }
                    return hasStopped ? nil : engine.key
                }
            }
            var late: [ObjectKey] = []
            for await key in group { if let key { late.append(key) } }
            return late
        }
        guard !late.isEmpty else { return "the chaos is undone" }
        return "the chaos of \(late.map(\.description).joined(separator: ", ")) did not stop in time"
    }

    private static func stop(_ engine: ChaosEngine, client: any APIClient) async throws {
        do {
            _ = try await client.patch(
                ChaosEngine.self, namespace: engine.namespace, name: engine.name,
                .merge(["spec": ["engineState": .string(EngineState.stop.rawValue)]]))
        } catch let status as Status where status.isNotFound {
            return
        }
        try await client.follow(ChaosEngine.self, engine.key) { current -> Void? in
            // One that the operator has not taken up yet finds the stop there when it does.
            current?.engineStatus == .initialized ? nil : ()
        }
    }

    /// Deletes what this run made, last first, and waits until its engines and their pods are gone.
    func cleanUp() async {
        for (type, key) in made.reversed() {
            _ = try? await client.delete(
                type.gvr, namespace: key.namespace.isEmpty ? nil : key.namespace, name: key.name,
                options: DeleteOptions(propagationPolicy: .background))
        }
        let engineKeys = made.filter { $0.type == ChaosEngine.type }.map(\.key)
        made = []
        let client = client
        await withTaskGroup(of: Void.self) { group in
            for key in engineKeys {
                group.addTask {
                    _ = await Self.within(Self.patience) {
                        try await client.follow(ChaosEngine.self, key) { $0 == nil ? () : nil }
                    }
                }
            }
        }
        await deleteResults()
    }

    /// Results outlive their engines, so they go by the engine's UID; one of an earlier run keeps its history.
    private func deleteResults() async {
        for engine in engines where !engine.uid.isEmpty {
            let labels = LabelSelector(matching: [ChaosLabel.engineUID: engine.uid])
            let results = try? await client.list(ChaosResult.self, namespace: engine.namespace, labels: labels)
            for result in results ?? [] where !earlierResults.contains(result.uid) {
                try? await client.delete(ChaosResult.self, namespace: result.namespace, name: result.name)
            }
        }
    }

    /// - Returns: whether `body` came to its end in time.
    private static func within(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Void) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await body()) != nil }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}
