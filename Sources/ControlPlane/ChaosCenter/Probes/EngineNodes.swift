import KubernetesAPI

/// The nodes of ChaosEngines in the execution data of a run. Read leniently: what an agent once sent is what there is.
struct EngineNodes: Sendable {
    struct Node: Sendable {
        /// Of the step.
        var name: String
        var engineName: String
        /// Seconds since 1970.
        var startedAt: Int64
        var statuses: [Status]
    }

    /// A row of `status.probeStatuses` of a ChaosResult.
    struct Status: Sendable {
        var name: String
        var mode: String?
        var verdict: ProbeOutcome.Verdict
        var description: String?
    }

    let nodes: [Node]

    init(executionData: String) {
        let json = (try? JSON(parsing: executionData)) ?? .null
        nodes = (json["nodes"].object ?? [:]).values.compactMap { node in
            let data = node["chaosData"]
            guard node["type"].string == "ChaosEngine" || data.object != nil else { return nil }
            let rows = data["chaosResult", "status", "probeStatuses"].array ?? []
            return Node(
                name: node["name"].string ?? "", engineName: data["engineName"].string ?? "",
                startedAt: Int64(node["startedAt"].string ?? "") ?? 0, statuses: rows.map(Self.status))
        }
    }

    private static func status(_ row: JSON) -> Status {
        Status(
            name: row["name"].string ?? "", mode: ProbeReference.mode(row["mode"]),
            verdict: ProbeOutcome.Verdict(row["status", "verdict"].string),
            description: row["status", "description"].string)
    }

    /// The node of a fault: by the name of its ChaosEngine, else by that of the step. Of several, as after a retry, the
    /// last.
    func node(of fault: ManifestFault) -> Node? {
        var found = fault.isAlone ? nodes : nodes.filter { fault.engine.fits($0.engineName) }
        let steps = (found.isEmpty ? nodes : found).filter { $0.name == fault.template }
        if found.isEmpty || !steps.isEmpty { found = steps }
        return found.max { $0.startedAt < $1.startedAt }
    }

    /// What became of the probes of a fault, in the order of their names.
    /// - Parameters:
    ///   - names: of the probes; one stands in it as often as the fault refers to it.
    ///   - isCompleted: whether the run is over, so that nothing is awaited any more.
    func outcomes(of fault: ManifestFault, _ names: [String], isCompleted: Bool) -> [ProbeOutcome] {
        var references = fault.probes
        var statuses = node(of: fault)?.statuses ?? []
        // Rows that have the mode too come first, so that none of them is taken by a reference in another mode.
        var taken: [(name: String, mode: String?, status: Status?)] = names.map { name in
            let mode = references.removeFirst { $0.name == name }?.mode
            return (name, mode, mode.flatMap { mode in statuses.removeFirst { $0.name == name && $0.mode == mode } })
        }
        for index in taken.indices where taken[index].status == nil {
            taken[index].status = statuses.removeFirst { $0.name == taken[index].name }
        }
        return taken.map { name, mode, status in
            ProbeOutcome(
                name: name, mode: mode ?? status?.mode ?? "SOT",
                verdict: status?.verdict ?? (isCompleted ? .notAvailable : .awaited), description: status?.description)
        }
    }
}

extension Array {
    /// Takes the first element that fits out.
    fileprivate mutating func removeFirst(where fits: (Element) -> Bool) -> Element? {
        firstIndex(where: fits).map { remove(at: $0) }
    }
}
