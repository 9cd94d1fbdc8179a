import ChaosAPI
import KubernetesAPI

extension RunReport {
    /// Tells what the objects of a run say.
    public init(_ record: RunRecord) {
        self.init(
            litmusVersion: record.litmusVersion, kubernetesVersion: record.kubernetesVersion, started: record.started,
            ended: record.ended, files: record.files, options: record.options, failure: record.failure,
            engines: record.engines.map { EngineReport($0, of: record) })
    }
}

extension EngineReport {
    init(_ engine: ChaosEngine, of record: RunRecord) {
        let results = record.results.filter { $0.belongs(to: engine) }
        let entries = engine.experiments
        let log = EventLog(record.events, engine: engine, results: results)
        let order = entries.map(\.name)
        let told = results.sorted {
            (order.firstIndex(of: $0.experiment) ?? order.count, $0.name)
                < (order.firstIndex(of: $1.experiment) ?? order.count, $1.name)
        }.map { result in
            ExperimentReport(result, entry: entries.first { $0.name == result.experiment }, log: log)
        }
        let covered = Set(results.map(\.experiment))
        let untold = entries.filter { !covered.contains($0.name) }.map {
            ExperimentReport(without: $0, engine: engine, log: log)
        }
        self.init(
            namespace: engine.namespace, name: engine.name, status: engine.engineStatus?.rawValue ?? "",
            reason: engine.statusReason, message: engine.statusMessage,
            application: (try? engine.appTargets())?.map(\.inWords) ?? [],
            experiments: (told + untold).enumerated().sorted {
                let (left, right) = ($0.element.name, $1.element.name)
                return (order.firstIndex(of: left) ?? order.count, $0.offset)
                    < (order.firstIndex(of: right) ?? order.count, $1.offset)
            }.map(\.element),
            timeline: log.ofEngine.map { TimelineEntry($0, kind: .engine) })
    }
}

extension AppTarget {
    /// `deployment with app=web in shop`.
    fileprivate var inWords: String {
        let kind = isAnyKind ? "pods" : kind
        return switch filter {
        case .all: "every \(isAnyKind ? "pod" : kind) in \(namespace)"
        case .names(let names): "\(kind) \(names.joined(separator: ", ")) in \(namespace)"
        case .labels(let selector): "\(kind) with \(selector) in \(namespace)"
        }
    }
}

extension ChaosResult {
    /// By the engine's UID, or by its name where the result has no such label.
    fileprivate func belongs(to engine: ChaosEngine) -> Bool {
        guard namespace == engine.namespace else { return false }
        if let uid = metadata.labels[ChaosLabel.engineUID], !engine.uid.isEmpty { return uid == engine.uid }
        return self.engine == engine.name
    }
}

extension ExperimentReport {
    /// An experiment that has a ChaosResult.
    init(_ result: ChaosResult, entry: EngineExperiment?, log: EventLog) {
        let tunables = entry?.settings ?? []
        let effects = result.injections.map(EffectReport.init)
        let events = log.of(experiment: result.experiment, result: result)
        let phases = ExperimentPhases(events: events, effects: effects, tunables: tunables)
        let probes = result.probeStatuses.map { ProbeReport($0, during: phases) }
        self.init(
            name: result.experiment.isEmpty ? result.name : result.experiment, instance: result.instance,
            verdict: result.verdict, phase: result.json["status", "experimentStatus", "phase"].string ?? "",
            probeSuccessPercentage: result.probeSuccessPercentage,
            error: ExperimentFailure(of: result), seed: result.seed, tunables: tunables, probes: probes,
            effects: effects,
            targets: result.history.targets.map {
                TargetReport(kind: $0.kind, name: $0.name, status: $0.chaosStatus)
            },
            phases: phases.reports,
            timeline: TimelineEntry.sorted(
                TimelineEntry.of(events: events) + effects.compactMap(TimelineEntry.init)
                    + probes.compactMap(TimelineEntry.init)))
    }

    /// An experiment that never came to a ChaosResult.
    init(without entry: EngineExperiment, engine: ChaosEngine, log: EventLog) {
        let status = engine.experimentStatuses.first { $0.name == entry.name }
        let reasons = [status?.reason, engine.statusMessage, status?.status?.rawValue].compactMap { $0 }
        let events = log.of(experiment: entry.name, result: nil)
        let tunables = entry.settings
        let phases = ExperimentPhases(events: events, effects: [], tunables: tunables)
        let verdict = status.flatMap { Verdict(rawValue: $0.verdict) }
        let failure = ExperimentFailure(
            code: engine.statusReason, reason: reasons.first { !$0.isEmpty } ?? "the experiment was not run")
        self.init(
            name: entry.name, instance: "", verdict: verdict, phase: "", probeSuccessPercentage: "",
            error: verdict == .pass ? nil : failure, seed: nil, tunables: tunables, probes: [], effects: [],
            targets: [], phases: phases.reports, timeline: TimelineEntry.sorted(TimelineEntry.of(events: events)))
    }
}

extension EngineExperiment {
    /// The tunables that the engine sets. The seed is left out, since it is told with the verdict.
    fileprivate var settings: [Setting] {
        components.env.compactMap { variable in
            guard let name = variable["name"].string, name != "LITMUS_SEED" else { return nil }
            return Setting(name: name, value: variable["value"].string ?? Self.origin(variable["valueFrom"]))
        }
    }

    /// Where a value comes from that does not stand in the engine, such as `from secretKeyRef token, key value`.
    private static func origin(_ source: JSON) -> String {
        guard let (kind, reference) = source.object?.sorted(by: { $0.key < $1.key }).first else { return "" }
        let path = reference["name"].string ?? reference["fieldPath"].string ?? reference["resource"].string ?? ""
        return "from \(kind) \(path)" + (reference["key"].string.map { ", key \($0)" } ?? "")
    }
}

extension ExperimentFailure {
    /// nil for a result that has a verdict on the application.
    init?(of result: ChaosResult) {
        guard let output = result.errorOutput else {
            switch result.verdict {
            case .pass, .fail, .stopped: return nil
            case .error: self.init(code: "", reason: "")
            case .awaited, nil: self.init(code: "", reason: "the experiment came to no verdict")
            }
            return
        }
        // The reason is itself JSON where the experiment could say more.
        guard let details = try? JSON(parsing: Array(output.reason.utf8)), let cause = details["reason"].string else {
            self.init(code: output.code, reason: output.reason)
            return
        }
        self.init(
            code: output.code, reason: cause, phase: details["phase"].string ?? "",
            target: details["target"].string ?? "")
    }
}

extension EffectReport {
    init(_ injection: ResultInjection) {
        let target = injection.target
        self.init(
            target: TargetReport(
                kind: target.kind, namespace: target.namespace, name: target.name, container: target.container,
                node: target.node),
            action: injection.action, mechanism: injection.mechanism, effect: injection.effect,
            asked: injection.asked, measured: injection.measured, unit: injection.unit, sample: injection.sample,
            injectedAt: injection.injectedAt, revertedAt: injection.revertedAt, remark: injection.remark)
    }
}

extension ProbeReport {
    init(_ status: JSON, during phases: ExperimentPhases) {
        let mode = status["mode"].string ?? ""
        let verdict = status["status", "verdict"].string ?? ""
        let outcome = Outcome(rawValue: verdict)
        self.init(
            name: status["name"].string ?? "", type: status["type"].string ?? "", mode: mode, verdict: verdict,
            description: status["status", "description"].string ?? "",
            window: outcome == .passed || outcome == .failed ? phases.window(ofMode: mode) : nil)
    }
}
