import ChaosAPI
import ControllerRuntime
import KubernetesAPI

extension KillSwitch {
    /// How long operators may take to heed the order before engines are stopped one by one.
    static let operatorPatience = Duration.seconds(5)

    /// Waits until no engine of the cluster runs any more; call it after `halt`.
    ///
    /// Engines that no operator has begun to stop after a while are set to `engineState: stop`, which operators that know
    /// of no halt, or may not read it, heed as well.
    /// - Parameters:
    ///   - halt: the order, as `halt` returned it; tells what it has already ended from what others did.
    ///   - scope: the one namespace whose engines count, of an operator that watches no other; nil for all.
    ///   - told: gets each engine as it ends.
    /// - Returns: the engines that ran or were refused, each with its outcome; empty where there were none.
    /// - Throws: `Status` when engines may not be listed; the client's error when the server cannot be reached.
    public func waitUntilNothingRuns(
        after halt: Halt, in scope: String? = nil, within limit: Duration,
        _ told: @escaping @Sendable (HaltedEngine) -> Void
    ) async throws -> [HaltedEngine] {
        var progress = HaltProgress(halt)
        do {
            // The informer would only try again where this says what is wrong.
            for engine in try await client.list(ChaosEngine.self, namespace: scope) {
                if let ended = progress.see(engine) { told(ended) }
            }
        } catch let status as Status where status.isNotFound {
            // A cluster without the definition has no engines.
            return []
        }
        guard !progress.running.isEmpty else { return progress.summary() }
        let account = HaltAccount(progress)
        let engines = Informer(ChaosEngine.self, client: client, namespace: scope, time: time, logger: logger)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await engines.run()
                return false
            }
            group.addTask {
                guard (try? await time.sleep(Self.operatorPatience)) != nil else { return false }
                await stop(await account.unheeded)
                return false
            }
            group.addTask {
                try? await time.sleep(limit)
                return true
            }
            group.addTask {
                await account.follow(engines, told)
                return true
            }
            for await isOver in group where isOver { break }
            group.cancelAll()
        }
        return await account.summary
    }

    /// What fails here shows in the summary: the engine goes on running.
    private func stop(_ engines: [ObjectKey]) async {
        for key in engines {
            _ = try? await client.patch(
                ChaosEngine.self, namespace: key.namespace, name: key.name,
                .merge(["spec": ["engineState": .string(EngineState.stop.rawValue)]]))
        }
    }
}

/// Shared by the tasks of one wait.
private actor HaltAccount {
    private var progress: HaltProgress

    init(_ progress: HaltProgress) { self.progress = progress }

    var summary: [HaltedEngine] { progress.summary() }

    /// Engines that run as if there were no halt.
    var unheeded: [ObjectKey] {
        progress.running.values.filter { $0.desiredState == .active && !$0.metadata.isBeingDeleted }.map(\.key)
    }

    /// Returns when nothing runs, or when cancelled.
    func follow(_ engines: Informer<ChaosEngine>, _ told: @Sendable (HaltedEngine) -> Void) async {
        guard (try? await engines.waitForSync()) != nil else { return }
        let changes = engines.events()
        // Gone between the first list and the informer's: no change will tell of them.
        for key in progress.running.keys where engines.get(key) == nil {
            if let ended = progress.lose(key) { told(ended) }
        }
        if progress.running.isEmpty { return }
        for await change in changes {
            let ended: HaltedEngine? =
                if case .deleted(let engine) = change { progress.lose(engine.key) } else { progress.see(change.object) }
            if let ended { told(ended) }
            if progress.running.isEmpty { return }
        }
    }
}
