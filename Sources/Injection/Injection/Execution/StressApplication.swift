import Host

/// Load on the processors of one target.
actor StressApplication: Application {
    private let stress: CPUStress
    private let target: ResolvedTarget
    private let draft: EntryDraft
    private let injector: StressInjector

    private var applied: (entry: JournalEntry, place: StressPlace, group: StressGroup)?
    private var limits: (quota: Double?, processors: Int)?
    private var usedBefore = 0.0
    private var used: Double?
    private var idleBefore: Double?
    private var idle: Double?
    /// The container ended before the stress's time was over; what was measured until then stands.
    private var hasVanished = false
    /// How somebody else ended the stress; nil when nobody did.
    private var tampering: String?
    private var isUndone = false
    /// Milliseconds since boot.
    private var startedAt: Int64 = 0
    private var measuredAt: Int64 = 0
    private var injectedAt: Int64?
    private var revertedAt: Int64?

    init(_ stress: CPUStress, on target: ResolvedTarget, draft: EntryDraft, injector: StressInjector) {
        self.stress = stress
        self.target = target
        self.draft = draft
        self.injector = injector
    }

    func apply() async throws {
        let id = JournalEntry.newID()
        let place = try injector.place(id, on: target)
        let entry = draft.entry(id: id, .stressCPU(stress), on: target.reference, at: .stress(place))
        let limit = Duration.milliseconds(max(0, draft.deadline - BootClock.milliseconds()))
        try await injector.apply(entry, stress, at: place, on: target, limit: limit)
        let group = try injector.group(id, at: place)
        applied = (entry, place, group)
        limits = (group.quota(), group.processors())
        usedBefore = group.processorSeconds() ?? 0
        idleBefore = IdleTime.seconds(injector.processes)
        startedAt = BootClock.milliseconds()
        injectedAt = BootClock.wallMilliseconds()
    }

    func look() {
        guard let applied, revertedAt == nil else { return }
        let now = applied.group.processorSeconds()
        let isIdle = applied.group.tree.members().isEmpty
        let isAlive = injector.processes.isAlive(target.pid, startTime: target.startTime)
        // Who reverts an entry marks it in the journal first; from then on the time stands still.
        guard injector.journal.entry(applied.entry.id)?.state == .active else {
            isUndone = isUndone || injector.journal.isUndoneEarly(applied.entry)
            if isUndone { tampering = tampering ?? "it was undone before its end, by 'litmus revert' or a watchdog" }
            return
        }
        hasVanished = hasVanished || !isAlive
        guard let now, !hasVanished else { return }
        if isIdle { tampering = tampering ?? "the stress was ended meanwhile, and not by its injector" }
        used = now - usedBefore
        idle = idleBefore.flatMap { before in IdleTime.seconds(injector.processes).map { $0 - before } }
        measuredAt = BootClock.milliseconds()
    }

    func revert() async throws {
        look()
        guard let applied else { return }
        do {
            try await injector.revert(applied.entry, at: applied.place)
        } catch {
            throw InjectionError.cannotUndo(.stressCPU(stress), on: target.reference, error)
        }
        revertedAt = revertedAt ?? BootClock.wallMilliseconds()
    }

    func wasUndone() -> Bool { isUndone }

    func effect() -> InjectionEffect {
        let judgement = StressJudgement(
            stress: stress, processors: limits?.processors ?? 1, quota: limits?.quota, used: used,
            elapsed: Double(max(0, measuredAt - startedAt)) / 1000, idle: idle,
            tampering: applied == nil ? "it was never applied" : tampering)
        let result = judgement.result
        let vanished = hasVanished ? "the container ended meanwhile, and the stress with it" : ""
        let step = MachineStep.stressCPU(stress)
        return InjectionEffect(
            target: target.reference, action: step.summary, mechanism: step.mechanism, outcome: result.outcome,
            asked: result.asked, measured: result.measured, unit: "cores", sample: result.sample,
            injectedAt: injectedAt, revertedAt: revertedAt,
            remark: [result.remark, vanished].filter { !$0.isEmpty }.joined(separator: "; "))
    }
}
