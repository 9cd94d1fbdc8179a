/// The targets that are hit at the same time, each with all steps of the order.
struct TargetGroup: Sendable {
    /// For each target its steps, in order.
    var applications: [[any Application]]

    /// Applies everything, the targets at once. What fails is the caller's to undo, all of it.
    /// - Returns: the first failure.
    func apply() async -> (any Error)? {
        await onEachTarget { application in try await application.apply() }
    }

    /// - Returns: the first failure.
    func settle() async -> (any Error)? {
        await onEachTarget { application in try await application.settle() }
    }

    func look() async {
        _ = await onEachTarget { application in await application.look() }
    }

    /// Whether somebody else has undone all of it before its end.
    func wasUndone() async -> Bool {
        for application in applications.joined() where await !application.wasUndone() { return false }
        return true
    }

    /// Undoes everything, in reverse order, whatever fails.
    /// - Returns: every failure.
    func revert() async -> [any Error] {
        await withTaskGroup(of: [any Error].self) { group in
            for steps in applications {
                group.addTask {
                    var problems: [any Error] = []
                    for application in steps.reversed() {
                        do { try await application.revert() } catch { problems.append(error) }
                    }
                    return problems
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    func effects() async -> [InjectionEffect] {
        var effects: [InjectionEffect] = []
        for application in applications.joined() { effects.append(await application.effect()) }
        return effects
    }

    private func onEachTarget(
        _ act: @escaping @Sendable (any Application) async throws -> Void
    ) async -> (any Error)? {
        await withTaskGroup(of: (any Error)?.self) { group in
            for steps in applications {
                group.addTask {
                    do {
                        for application in steps { try await act(application) }
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
    }
}
