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

    /// The execution data of runs by the ids of their documents.
    func executionData(_ ids: [ObjectID]) async throws -> [ObjectID: String] {
        let query = Query(.oneOf("_id", ids), without: ["commands", "probes"])
        let documents = try await database.collection(named: runs.name).find(query)
        return documents.reduce(into: [:]) { texts, document in
            if case .objectID(let id) = document.id { texts[id] = document["execution_data"]?.string }
        }
    }
}
