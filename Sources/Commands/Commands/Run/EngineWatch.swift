import ChaosAPI
import KubernetesAPI

/// Follows one engine to its end and tells the progress from its events.
struct EngineWatch: Sendable {
    let client: any APIClient
    let progress: any ProgressReporter
    let engine: ChaosEngine
    /// How long each experiment's chaos is expected to last.
    let durations: [String: Duration]
    /// Several engines are told apart by name.
    let showsName: Bool

    /// How long the operator may take to notice the engine.
    static let operatorPatience = Duration.seconds(15)

    /// - Throws: `CommandError` when no operator takes the engine up.
    func outcome() async throws -> EngineOutcome {
        let ended = try await withThrowingTaskGroup(of: ChaosEngine?.self) { group in
            group.addTask { try await followEngine() }
            group.addTask {
                try await tellEvents()
                return nil
            }
            group.addTask {
                try await expectOperator()
                return nil
            }
            defer { group.cancelAll() }
            while let engine = try await group.next() {
                if let engine { return engine }
            }
            throw CancellationError()
        }
        for experiment in ended.experiments { await progress.chaosEnded(engine: title(experiment.name)) }
        let results = try await client.list(
            ChaosResult.self, namespace: ended.namespace,
            labels: LabelSelector(matching: [ChaosLabel.engineUID: ended.uid]))
        let order = ended.experiments.map(\.name)
        return EngineOutcome(
            engine: ended,
            results: results.sorted {
                (order.firstIndex(of: $0.experiment) ?? 0, $0.name) < (
                    order.firstIndex(of: $1.experiment) ?? 0, $1.name
                )
            })
    }

    private func followEngine() async throws -> ChaosEngine {
        let uid = engine.uid
        return try await client.follow(ChaosEngine.self, engine.key) { current in
            guard let current, current.uid == uid else {
                throw CommandError("ChaosEngine \(engine.key) was deleted while it ran")
            }
            return current.engineStatus == .completed || current.engineStatus == .stopped ? current : nil
        }
    }

    private func expectOperator() async throws {
        try await Task.sleep(for: Self.operatorPatience)
        let current = try await client.get(ChaosEngine.self, namespace: engine.namespace, name: engine.name)
        guard current.engineStatus == nil else { return }
        throw CommandError(
            "ChaosEngine \(engine.key): no chaos operator has taken it up within \(Self.operatorPatience.inWords); "
                + "is one running in this cluster?")
    }

    private func tellEvents() async throws {
        let selector = try FieldSelector(parsing: "involvedObject.uid=\(engine.uid)")
        var seen: [String: Int] = [:]
        while true {
            let events = try await client.watch(
                Event.type.gvr, namespace: engine.namespace, options: ListOptions(fieldSelector: selector))
            for try await change in events {
                switch change {
                case .added(let json), .modified(let json):
                    let event = Event(json: json)
                    let count = json["count"].int ?? 1
                    guard seen[event.name] != count else { continue }
                    seen[event.name] = count
                    await tell(event)
                case .deleted, .bookmark: continue
                }
            }
            try Task.checkCancellation()
        }
    }

    private func tell(_ event: Event) async {
        let text = (showsName ? "\(engine.name): " : "") + "\(event.reason): \(event.message)"
        if event.severity == "Warning" { await progress.warn(text) } else { await progress.say(text) }
        let experiment = engine.experiments.first { event.message.contains($0.name) }?.name ?? ""
        switch event.reason {
        case "ChaosInject":
            await progress.chaosBegan(engine: title(experiment), lasting: durations[experiment] ?? .zero)
        case "PostChaosCheck", "Summary": await progress.chaosEnded(engine: title(experiment))
        default: break
        }
    }

    private func title(_ experiment: String) -> String { "\(engine.name)/\(experiment)" }
}
