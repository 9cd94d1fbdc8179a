/// Whether kills were felt, decided by counting.
struct KillJudgement: Sendable, Hashable {
    /// Signals that were sent.
    var kills: Int
    /// New containers seen afterwards.
    var restarts: Int

    var outcome: InjectionEffect.Outcome {
        if kills == 0 { return .notInjected }
        return restarts >= kills ? .confirmed : .inconclusive
    }

    var remark: String {
        if kills == 0 { return "no kill was sent" }
        return restarts >= kills ? "" : "\(kills - restarts) of \(kills) kills were followed by no new container"
    }

    var sample: String { "\(restarts) restarts after \(kills) kills" }
}
