/// What came of the faults of a run that has ended.
struct RunOutcome: Sendable, Hashable {
    /// 0 to 100, cut to two decimals.
    private(set) var score: Double = 0
    private(set) var passed = 0
    private(set) var failed = 0
    private(set) var awaited = 0
    private(set) var stopped = 0
    private(set) var notAvailable = 0
    let total: Int

    /// Each fault counts once, however often it was tried: by its latest attempt. A fault of which nothing is known
    /// adds nothing to the score, and its weight counts.
    init(of report: RunReport, _ weightages: [FaultWeightage]) {
        total = weightages.count
        let latest = Self.latestAttempts(report, Set(weightages.map(\.faultName)))
        var sum = 0
        var weights = 0
        for weightage in weightages {
            // More than anyone can mean, and few enough that nothing overflows.
            let weight = min(max(weightage.weightage, 0), 1_000_000)
            weights += weight
            sum += weight * (latest[weightage.faultName]?.fault.probeSuccess ?? 0)
        }
        if weights > 0 { score = Double(min(sum * 100 / weights, 10_000)) / 100 }
        for attempt in latest.values { count(attempt.fault.verdict) }
    }

    private mutating func count(_ verdict: String) {
        switch verdict {
        case "Pass": passed += 1
        case "Fail": failed += 1
        case "Awaited": awaited += 1
        case "Stopped": stopped += 1
        default: notAvailable += 1
        }
    }

    private typealias Attempt = (node: RunReport.Node, fault: RunReport.Fault)

    private static func latestAttempts(_ report: RunReport, _ names: Set<String>) -> [String: Attempt] {
        var latest: [String: Attempt] = [:]
        // The cluster's name of such a fault ends with the time of the run.
        let only = report.isOfEngine && names.count == 1 ? names.first : nil
        for node in report.nodes {
            guard let fault = node.fault else { continue }
            let name = only ?? FaultName.of(node, fault, among: names)
            if let other = latest[name], order(other) > order((node, fault)) { continue }
            latest[name] = (node, fault)
        }
        return latest
    }

    private static func order(_ attempt: Attempt) -> (Int64, Int64, String) {
        (attempt.node.startedAt, attempt.fault.updatedAt, attempt.node.id)
    }
}

/// Which fault of an experiment a step of a run is.
enum FaultName {
    /// A fault gives its name to its step, and its ChaosEngine that name and five characters, by `generateName`. Where
    /// several fit, the longest is meant; where none does, the step's own name.
    static func of(_ node: RunReport.Node, _ fault: RunReport.Fault, among names: Set<String>) -> String {
        let step = withoutAttempt(node.name)
        if names.contains(step) { return step }
        let engine = fault.engineName
        let fitting = [engine, withoutSuffix(engine)].compactMap { $0 }.filter(names.contains)
        return fitting.max { $0.utf8.count < $1.utf8.count } ?? (step.isEmpty ? engine : step)
    }

    /// Argo calls the attempts of a step `step(0)`, `step(1)`.
    private static func withoutAttempt(_ name: String) -> String {
        guard name.hasSuffix(")"), let bracket = name.lastIndex(of: "(") else { return name }
        let number = name[name.index(after: bracket)...].dropLast()
        return number.isEmpty || !number.allSatisfy(\.isNumber) ? name : String(name[..<bracket])
    }

    private static func withoutSuffix(_ name: String) -> String? {
        let suffix = name.utf8.suffix(5)
        let isGenerated = suffix.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
        return name.utf8.count > 5 && isGenerated ? String(name.dropLast(5)) : nil
    }
}
