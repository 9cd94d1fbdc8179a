import Host

/// Why an order ended before its end, with what it did until then.
struct OrderProblem: Error {
    /// On the group that was being hit.
    var effects: [InjectionEffect]
    var cause: any Error
    /// What could not be undone; the journal still has it.
    var leftBehind: [any Error]

    func report(after earlier: [InjectionEffect]) -> InjectionReport {
        let effects = earlier + self.effects
        if cause is CancellationError, leftBehind.isEmpty {
            return InjectionReport(state: .reverted, effects: effects, isInterrupted: true)
        }
        var failure = Self.failure(cause, otherwise: .inject)
        for problem in leftBehind where "\(problem)" != failure.reason {
            failure.reason += "; not undone yet, the watchdog goes on: \(problem)"
        }
        return InjectionReport(state: .failed, effects: effects, failure: failure)
    }

    static func failure(_ error: any Error, otherwise code: InjectionError.Code) -> InjectionReport.Failure {
        if let error = error as? InjectionError { return error.failure }
        return InjectionReport.Failure(code: code.rawValue, reason: "\(error)")
    }
}
