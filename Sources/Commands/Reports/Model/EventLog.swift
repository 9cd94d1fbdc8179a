import ChaosAPI
import KubernetesAPI

/// The Events of one engine and its results, each ascribed to the experiment that it tells of.
struct EventLog: Sendable {
    /// Those on the engine that tell of no single experiment, by time.
    let ofEngine: [Event]
    private let ofExperiments: [String: [Event]]
    private let ofResults: [String: [Event]]

    init(_ events: [Event], engine: ChaosEngine, results: [ChaosResult]) {
        // Every run has an engine of its own, so what is older tells of an earlier one.
        let created = engine.metadata.creationTimestamp
        let sorted = Self.byTime(
            events.filter { event in
                guard let created, let time = event.time else { return true }
                return time >= created
            })
        let names = Set(engine.experiments.map(\.name) + results.map(\.experiment)).filter { !$0.isEmpty }
        var wide: [Event] = []
        var experiments: [String: [Event]] = [:]
        for event in sorted where event.isAbout(engine.reference) {
            if let name = Self.experiment(of: event, engine: engine, among: names) {
                experiments[name, default: []].append(event)
            } else {
                wide.append(event)
            }
        }
        ofEngine = wide
        ofExperiments = experiments
        ofResults = Dictionary(
            results.map { result in
                let run = result.metadata.annotations[ChaosLabel.run] ?? ""
                // A result outlives its runs, and so do the events of earlier ones; their names end in the id of a run.
                return (
                    result.name,
                    sorted.filter { $0.isAbout(result.reference) && (run.isEmpty || $0.name.hasSuffix(run)) }
                )
            }, uniquingKeysWith: { $1 })
    }

    /// By time.
    func of(experiment: String, result: ChaosResult?) -> [Event] {
        let ofResult = result.flatMap { ofResults[$0.name] } ?? []
        let ofExperiment = ofExperiments[experiment] ?? []
        return Self.byTime(ofExperiment + ofResult)
    }

    /// Those without a time come last.
    private static func byTime(_ events: [Event]) -> [Event] {
        events.enumerated().sorted {
            ($0.element.time?.microseconds ?? .max, $0.offset) < ($1.element.time?.microseconds ?? .max, $1.offset)
        }.map(\.element)
    }

    private static let experimentReasons: Set<EventReason> = [
        .dependencyCheck, .jobCreate, .jobCleanUp, .experimentNotFound, .envParseError, .sideCarPatchError,
        .watchNotPermitted, .preChaosCheck, .chaosInject, .postChaosCheck, .summary,
    ]

    private static func experiment(of event: Event, engine: ChaosEngine, among names: Set<String>) -> String? {
        guard let reason = EventReason(rawValue: event.reason), experimentReasons.contains(reason) else { return nil }
        if let exact = names.first(where: { event.name == event.reason + $0 + engine.uid }) { return exact }
        // The longest first: one fault's name may begin another's.
        let mentioned = names.sorted { ($0.count, $0) > ($1.count, $1) }.first { event.message.contains($0) }
        return mentioned ?? (names.count == 1 ? names.first : nil)
    }
}

extension Event {
    /// When it first happened, in whole seconds mostly; nil where it does not say.
    var time: Timestamp? {
        for path in [["eventTime"], ["firstTimestamp"], ["lastTimestamp"], ["metadata", "creationTimestamp"]] {
            if let time = json[path: path].string.flatMap(Timestamp.init) { return time }
        }
        return nil
    }

    /// How often it happened.
    var count: Int { max(1, json["count"].int ?? 1) }

    /// By UID, or by name where one of the two has none.
    func isAbout(_ object: ObjectReference) -> Bool {
        let involved = json["involvedObject"]
        if let uid = involved["uid"].string, !uid.isEmpty, !object.uid.isEmpty { return uid == object.uid }
        return involved["kind"].string == object.kind && involved["name"].string == object.name
            && (involved["namespace"].string ?? "") == object.namespace
    }
}
