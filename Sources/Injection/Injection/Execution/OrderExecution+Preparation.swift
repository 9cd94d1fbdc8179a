extension OrderExecution {
    /// Checks everything that can be known before anything is touched.
    /// - Returns: the targets with the ids of the containers that run now.
    func prepare() async throws -> [TargetReference] {
        try OrderCheck.check(order)
        let missing = await Requirements.check(order.steps).filter { !$0.isPresent }
        guard missing.isEmpty else {
            throw InjectionError(
                code: .helper,
                reason: "this node lacks what the fault needs: " + missing.map(\.summary).joined(separator: "; "))
        }
        var references: [TargetReference] = []
        for target in order.targets {
            let reference = try await targets.current(target)
            let resolved = try TargetResolver(processes: processes).resolve(reference)
            for step in order.steps { try await check(step, on: resolved) }
            references.append(reference)
        }
        return references
    }

    /// The steps of the order on each of some targets, none applied yet.
    /// - Parameter deadline: milliseconds of `CLOCK_BOOTTIME`.
    func group(_ references: [TargetReference], deadline: Int64) async throws -> TargetGroup {
        let draft = EntryDraft(
            order: order.id, fault: order.fault, owner: .current(), deadline: deadline)
        return TargetGroup(
            applications: try references.map { reference in
                let resolved = try TargetResolver(processes: processes).resolve(reference)
                return order.steps.map { application($0, on: resolved, draft) }
            })
    }

    private func application(
        _ step: MachineStep, on target: ResolvedTarget, _ draft: EntryDraft
    ) -> any Application {
        switch step {
        case .loseTraffic(let loss):
            LossApplication(
                loss, on: target, draft: draft, injector: NetworkInjector(journal: journal, processes: processes))
        case .stressCPU(let stress):
            StressApplication(
                stress, on: target, draft: draft, injector: StressInjector(journal: journal, processes: processes))
        case .killContainer(let kill):
            KillApplication(
                kill, on: target.reference, source: targets, resolver: TargetResolver(processes: processes),
                recovery: .milliseconds(order.recoveryMilliseconds))
        }
    }

    private func check(_ step: MachineStep, on target: ResolvedTarget) async throws {
        switch step {
        case .loseTraffic(let loss):
            _ = try await NetworkInjector(journal: journal, processes: processes).site(loss, on: target)
        case .stressCPU:
            _ = try StressInjector(journal: journal, processes: processes).place("check", on: target)
        case .killContainer:
            break
        }
    }
}
