/// Kills of one container, anew each time it is back.
actor KillApplication: Application {
    private let kill: ContainerKill
    private let target: TargetReference
    private let source: any TargetSource
    private let resolver: TargetResolver
    private let recovery: Duration

    private var kills = 0
    private var restarts = 0
    /// The container that was killed and has not been seen replaced.
    private var awaited: TargetReference?
    private var injectedAt: Int64?

    /// - Parameter recovery: how long a container may take to end, and then to be back.
    init(
        _ kill: ContainerKill, on target: TargetReference, source: any TargetSource, resolver: TargetResolver,
        recovery: Duration
    ) {
        self.kill = kill
        self.target = target
        self.source = source
        self.resolver = resolver
        self.recovery = recovery
    }

    func apply() async throws {
        let current = try await source.current(target)
        let resolved = try resolver.resolve(current)
        try await ContainerKiller(processes: resolver.processes).kill(resolved, kill, limit: recovery)
        kills += 1
        awaited = current
        injectedAt = injectedAt ?? BootClock.wallMilliseconds()
    }

    func look() {}

    func settle() async throws {
        guard let awaited else { return }
        do {
            _ = try await source.restarted(awaited, within: recovery)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw InjectionError(
                code: .helper, reason: "target container is not restarted after kill: \(error)", target: awaited)
        }
        self.awaited = nil
        restarts += 1
    }

    func revert() {}

    func effect() -> InjectionEffect {
        let judgement = KillJudgement(kills: kills, restarts: restarts)
        let step = MachineStep.killContainer(kill)
        return InjectionEffect(
            target: target, action: step.summary, mechanism: step.mechanism, outcome: judgement.outcome,
            asked: Double(kills), measured: Double(restarts), unit: "restarts", sample: judgement.sample,
            injectedAt: injectedAt, remark: judgement.remark)
    }
}
