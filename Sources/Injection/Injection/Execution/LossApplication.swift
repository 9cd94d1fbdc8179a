/// A loss of traffic on one target.
actor LossApplication: Application {
    private let loss: TrafficLoss
    private let target: ResolvedTarget
    private let draft: EntryDraft
    private let injector: NetworkInjector

    private var applied: (entry: JournalEntry, site: NetworkInjector.Site)?
    private var count: LossCount?
    private var tampering: String?
    private var isUndone = false
    private var trafficBefore: DeviceTraffic?
    private var traffic: UInt64?
    private var injectedAt: Int64?
    private var revertedAt: Int64?

    init(_ loss: TrafficLoss, on target: ResolvedTarget, draft: EntryDraft, injector: NetworkInjector) {
        self.loss = loss
        self.target = target
        self.draft = draft
        self.injector = injector
    }

    func apply() async throws {
        let site = try await injector.site(loss, on: target)
        let entry = draft.entry(
            id: JournalEntry.newID(), .loseTraffic(loss), on: target.reference, at: .network(site.place))
        try await injector.apply(entry, at: site)
        applied = (entry, site)
        injectedAt = BootClock.wallMilliseconds()
        await look()
        guard let tampering else { return }
        throw InjectionError(
            code: .inject, reason: "asked to \(loss.summary), but \(tampering) right afterwards",
            target: target.reference)
    }

    func look() async {
        guard let applied, revertedAt == nil else { return }
        // Not being able to look says nothing about the rules.
        guard let sight = try? await injector.look(at: loss, in: applied.site.namespace) else { return }
        // Who reverts an entry, in time or after its deadline, marks it in the journal first. And where the device is
        // gone with its pod, so are the rules on it.
        guard injector.journal.entry(applied.entry.id)?.state == .active else {
            isUndone = isUndone || injector.journal.isUndoneEarly(applied.entry)
            if isUndone { tampering = tampering ?? "it was undone before its end, by 'litmus revert' or a watchdog" }
            return
        }
        guard let now = sight.traffic else { return }
        note(sight.table, of: LossRules.Loss(id: applied.entry.id, loss: loss))
        note(now)
    }

    func revert() async throws {
        await look()
        guard let applied else { return }
        do {
            try await injector.revert(applied.entry, at: applied.site.place, in: applied.site.namespace)
        } catch {
            throw InjectionError.cannotUndo(.loseTraffic(loss), on: target.reference, error)
        }
        revertedAt = revertedAt ?? BootClock.wallMilliseconds()
    }

    func wasUndone() -> Bool { isUndone }

    func effect() -> InjectionEffect {
        let judgement = LossJudgement(
            asked: loss.percentage, count: count, interfacePackets: traffic,
            isUnfiltered: loss.filter == TrafficFilter(),
            tampering: applied == nil ? "it was never applied" : tampering)
        let result = judgement.result
        let step = MachineStep.loseTraffic(loss)
        return InjectionEffect(
            target: target.reference, action: step.summary, mechanism: step.mechanism, outcome: result.outcome,
            asked: loss.percentage, measured: result.measured, unit: "%", sample: result.sample,
            injectedAt: injectedAt, revertedAt: revertedAt, remark: result.remark)
    }

    private func note(_ table: NamespaceTable?, of rules: LossRules.Loss) {
        guard let table, table.shows(rules), let now = table.count(rules) else {
            tampering = tampering ?? "the rules were removed from the pod's network namespace"
            return
        }
        if let count, now.seen < count.seen {
            tampering = tampering ?? "the rules were removed and made anew meanwhile"
        }
        count = now
    }

    private func note(_ now: DeviceTraffic) {
        let before = trafficBefore ?? now
        trafficBefore = before
        let sent = loss.direction == .ingress ? 0 : now.sent &- before.sent
        let received = loss.direction == .egress ? 0 : now.received &- before.received
        traffic = sent &+ received
    }
}
