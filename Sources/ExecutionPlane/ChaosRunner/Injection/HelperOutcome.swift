import ChaosAPI
import Faults
import Injection

/// What came of all helpers of a round, none of which is at work any more unless a failure says so.
struct HelperOutcome: Sendable {
    /// The latest that each helper said.
    var effects: [InjectionEffect] = []
    var failures: [FaultError] = []
    /// Ended from outside before its time.
    var isAborted = false
    /// A helper was gone before it was done, by whomever.
    var hasLostHelper = false

    /// All failures as one; nil without any.
    var failure: FaultError? {
        guard let first = failures.first else { return nil }
        guard failures.count > 1 else { return first }
        return FaultError(
            Set(failures.map(\.code)).count == 1 ? first.code : .generic,
            "[" + failures.map(\.description).joined(separator: ", ") + "]")
    }

    /// Whether everything that was done to this target is known to be undone.
    func isUndone(_ target: Target) -> Bool {
        let own = effects.filter { $0.target.podUID == target.uid && $0.target.container == target.container }
        return !own.isEmpty && own.allSatisfy { $0.revertedAt != nil }
    }
}
