import ChaosAPI
import Faults
import Injection

/// Plans of faults on machines, as tests want them.
enum MachinePlans {
    static let selection = TargetSelection(
        apps: [AppTarget(kind: "deployment", namespace: "web", filter: .labels("app=web"))], podNamespace: "web")

    /// The plan of a fault on the pods of a deployment.
    static func plan(_ fault: some Fault, _ environment: [String: String] = [:], seed: UInt64 = 1) throws
        -> InjectionPlan
    {
        try fault.plan(
            environment: ["TARGETS": "deployment:web:[app=web]"].merging(environment) { $1 }, namespace: "litmus",
            seed: seed)
    }

    /// A plan of one round of one step.
    static func plan(
        _ fault: String, lasting seconds: Int, ramp: Int = 0, selection: TargetSelection = selection,
        repetition: Round.Repetition = .once, sequence: StepSequence = .parallel, pause: Int = 0, _ step: MachineStep
    ) -> InjectionPlan {
        InjectionPlan(
            fault: fault, lasting: .seconds(seconds), ramp: .seconds(ramp),
            rounds: [
                Round(
                    repetition: repetition, selection: selection, choosesAnew: false, sequence: sequence,
                    steps: [.machine(step)], pause: .seconds(pause))
            ])
    }

    static func every(_ low: Int, _ high: Int) -> Round.Repetition {
        .every(Interval(.seconds(low)...(.seconds(high))))
    }

    /// What the manifest of the catalogue sets.
    static func manifest(_ tunables: [(name: String, value: String?)]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: tunables.compactMap { tunable in tunable.value.map { (tunable.name, $0) } })
    }
}
