import ChaosAPI
import KubernetesAPI

/// The properties of a suite. Experiments have theirs there too, under their names: this dialect knows none of cases.
enum JUnitProperties {
    static func of(_ report: RunReport) -> [Setting] {
        given([
            ("litmus.version", report.litmusVersion), ("kubernetes.version", report.kubernetesVersion),
            ("files", report.files.joined(separator: ", ")),
        ])
    }

    static func of(_ engine: EngineReport, in report: RunReport) -> [Setting] {
        let own = given([
            ("engine.status", engine.status), ("engine.reason", engine.reason), ("engine.message", engine.message),
            ("engine.application", engine.application.joined(separator: "; ")),
        ])
        return of(report) + own + engine.experiments.flatMap { of($0, in: report) }
    }

    private static func of(_ experiment: ExperimentReport, in report: RunReport) -> [Setting] {
        let own = given([
            ("verdict", experiment.verdict?.rawValue ?? ""), ("phase", experiment.phase),
            ("probeSuccessPercentage", experiment.probeSuccessPercentage),
            ("seed", experiment.seed.map { String($0) } ?? ""),
            ("repeat", experiment.seed.map { report.command(seed: $0) } ?? ""),
        ])
        let tunables = experiment.tunables.map { Setting(name: "tunable.\($0.name)", value: $0.value) }
        let effects = experiment.effects.enumerated().flatMap { index, effect in
            of(effect).map { Setting(name: "effect.\(index + 1).\($0.name)", value: $0.value) }
        }
        return (own + tunables + effects).map { Setting(name: "\(experiment.title).\($0.name)", value: $0.value) }
    }

    private static func of(_ effect: EffectReport) -> [Setting] {
        given([
            ("target", effect.target.title), ("node", effect.target.node), ("action", effect.action),
            ("outcome", effect.effect?.rawValue ?? ""), ("asked", effect.asked.map { Figure.text($0) } ?? ""),
            ("measured", effect.measured.map { Figure.text($0) } ?? ""), ("unit", effect.unit),
            ("sample", effect.sample), ("injectedAt", effect.injectedAt?.milliTime ?? ""),
            ("revertedAt", effect.revertedAt?.milliTime ?? ""), ("remark", effect.remark),
        ])
    }

    private static func given(_ pairs: [(String, String)]) -> [Setting] {
        pairs.filter { !$0.1.isEmpty }.map { Setting(name: $0.0, value: $0.1) }
    }
}
