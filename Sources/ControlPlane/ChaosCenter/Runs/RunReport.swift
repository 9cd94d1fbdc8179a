import AgentProtocol
import KubernetesAPI

/// What an agent said of a run: the JSON of an `ExecutionData`.
///
/// It is kept as JSON and read member by member: agents of other releases leave members out or add some, which are to be
/// shown as they came. Written, its keys are sorted, since the web portal takes the first node for the root.
struct RunReport: Sendable, Hashable {
    private(set) var json: JSON

    init(_ json: JSON) { self.json = json }

    /// What is no JSON object is as nothing.
    init(stored text: String) {
        let json = (try? JSON(parsing: text)) ?? .null
        self.json = json.object == nil ? .object([:]) : json
    }

    /// Of a run that no agent has said anything of.
    init(queued experiment: StoredExperiment, revisionID: String, notifyID: String) {
        json = [
            "experimentType": experiment.type == "chaosengine" ? "chaosengine" : "events",
            "revisionID": .string(revisionID), "notifyID": .string(notifyID), "experimentID": .string(experiment.id),
            "eventType": "ADD", "uid": "", "namespace": "", "name": .string(experiment.name),
            "creationTimestamp": "", "phase": .string(RunPhase.queued.rawValue), "message": "", "startedAt": "",
            "finishedAt": "", "nodes": .object([:]),
        ]
    }

    var text: String { json.description }

    var phase: String {
        get { json["phase"].string ?? "" }
        set { json["phase"] = .string(newValue) }
    }

    var message: String {
        get { json["message"].string ?? "" }
        set { json["message"] = .string(newValue) }
    }

    /// Of a ChaosEngine without a Workflow, which is the only fault.
    var isOfEngine: Bool { json["experimentType"].string == "chaosengine" }

    /// What the cluster calls the Workflow or ChaosEngine.
    var objectName: String { json["name"].string ?? "" }

    /// Nil from agents that do not number their events.
    var sequence: Int? { json["sequence"].int.flatMap { $0 > 0 ? $0 : nil } }

    var nodes: [Node] { (json["nodes"].object ?? [:]).map { Node(id: $0.key, json: $0.value) } }

    /// A step of a run.
    struct Node: Sendable {
        let id: String
        let json: JSON

        /// As it is shown, such as `pod-delete-x2k` or, for an attempt of several, `pod-delete-x2k(1)`.
        var name: String { json["name"].string ?? "" }
        /// Seconds since 1970; 0 where there is no time.
        var startedAt: Int64 { Self.seconds(json["startedAt"]) }
        var finishedAt: Int64 { Self.seconds(json["finishedAt"]) }
        /// Nil in steps that are no faults, and in faults of which nothing is known.
        var fault: Fault? { json["chaosData"].object == nil ? nil : Fault(json: json["chaosData"]) }

        static func seconds(_ json: JSON) -> Int64 { json.string.flatMap { Int64($0) } ?? 0 }
    }

    /// What a node says of its ChaosEngine.
    struct Fault: Sendable {
        let json: JSON

        var engineName: String { json["engineName"].string ?? "" }
        var verdict: String { json["experimentVerdict"].string ?? "" }
        var updatedAt: Int64 { Node.seconds(json["lastUpdatedAt"]) }

        /// 0 to 100.
        var probeSuccess: Int {
            let number = json["probeSuccessPercentage"]
            guard let value = number.double ?? number.string.flatMap(Double.init), value.isFinite else { return 0 }
            return Int(min(max(value, 0), 100))
        }
    }
}

/// How far a run had come when a report of it was made.
///
/// Steps of a run are added and finish, and never the other way, and times only pass. So a report that has fewer of
/// either than another, or as many and a latest time that is earlier, was made before it.
struct RunProgress: Sendable, Hashable {
    var finished: Int
    var nodes: Int
    /// Seconds since 1970.
    var latest: Int64

    init(_ report: RunReport) {
        let all = report.nodes
        nodes = all.count
        finished = all.count { $0.finishedAt > 0 }
        latest = all.map { max($0.startedAt, $0.finishedAt, $0.fault?.updatedAt ?? 0) }.max() ?? 0
    }

    func isBefore(_ other: RunProgress) -> Bool {
        if finished < other.finished || nodes < other.nodes { return true }
        return finished == other.finished && nodes == other.nodes && latest < other.latest
    }
}
