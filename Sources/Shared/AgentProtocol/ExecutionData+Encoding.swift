import Foundation

extension ExecutionData {
    /// What the API shows of a run, and what an agent encodes: JSON with sorted keys.
    ///
    /// The order is part of the protocol: the web portal takes the first of the nodes for the root.
    public func json() throws -> String { try SortedJSON.text(of: self) }

    /// The argument `executionData` of `chaosExperimentRun`: base64 of ``json()``.
    public func encoded() throws -> String { Data(try json().utf8).base64EncodedString() }

    /// A run without anything known of it but its names.
    /// - Parameter uid: of the Workflow or ChaosEngine: the run's id.
    public init(experimentID: String, uid: String, name: String, namespace: String, phase: String) {
        self.init(
            experimentType: "events", revisionID: "", notifyID: nil, experimentID: experimentID, eventType: "UPDATE",
            uid: uid, namespace: namespace, name: name, creationTimestamp: "", phase: phase, message: "",
            startedAt: "", finishedAt: "", nodes: [:], sequence: nil)
    }
}

extension ExecutionData.Node {
    /// A step without anything known of it but its name, phase and type.
    public init(name: String, phase: String, type: String) {
        self.init(
            name: name, phase: phase, message: "", startedAt: "", finishedAt: "", children: nil, type: type,
            chaosData: nil)
    }
}
