import DocumentStore

extension CenterStore {
    /// Runs without their execution data, which makes a hundred of what one is. It is empty in what is returned.
    /// - Parameter withCommands: these hold manifests.
    func runsInBrief(_ query: Query, withCommands: Bool = true) async throws -> [ExperimentRun] {
        var query = query
        query.without = withCommands ? ["execution_data"] : ["execution_data", "commands", "probes"]
        return try await database.collection(named: runs.name).find(query).map { document in
            var document = document
            document["execution_data"] = ""
            return try DocumentDecoder().decode(ExperimentRun.self, from: document)
        }
    }

    /// Runs whose execution data is read at a time: that of one can have `ReceivedEvent.largestReport` bytes.
    private static let reportsAtOnce = 20

    /// The execution data of runs by the ids of their documents.
    /// - Parameter budget: pays for it.
    func executionData(_ ids: [ObjectID], _ budget: ReadingBudget) async throws -> [ObjectID: String] {
        let documents = try database.collection(named: runs.name)
        var texts: [ObjectID: String] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.reportsAtOnce) {
            let part = Array(ids[start..<min(start + Self.reportsAtOnce, ids.count)])
            let query = Query(.oneOf("_id", part), without: ["commands", "probes"])
            for document in try await documents.find(query) {
                guard case .objectID(let id) = document.id, let text = document["execution_data"]?.string else {
                    continue
                }
                try budget.take(text.utf8.count)
                texts[id] = text
            }
        }
        return texts
    }
}
