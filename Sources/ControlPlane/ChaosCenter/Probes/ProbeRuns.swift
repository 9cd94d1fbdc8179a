import DocumentStore
import Synchronization

/// A run without what an agent said of it: that can be long.
struct ProbeRun: Decodable, Sendable {
    var id: DocumentValue
    var experimentID: String
    var experimentName: String
    var revisionID: String
    var probes: [FaultProbes]?
    var isCompleted: Bool
    /// Milliseconds since 1970.
    var updatedAt: Int64
    var updatedBy: UserDetails?

    enum CodingKeys: String, CodingKey {
        case id = "_id"
        case experimentID = "experiment_id"
        case experimentName = "experiment_name"
        case revisionID = "revision_id"
        case probes
        case isCompleted = "completed"
        case updatedAt = "updated_at"
        case updatedBy = "updated_by"
    }

    /// The faults that refer to a probe, with the names of all their probes.
    func faults(with probe: String) -> [FaultProbes] { (probes ?? []).filter { $0.probeNames.contains(probe) } }
}

/// Reads runs for what is said of probes. No index leads from a probe to its runs, so only the newest runs of a project
/// are looked at.
struct ProbeRunReader: Sendable {
    static let newest = 1000
    /// Runs whose execution data is held at a time.
    static let batch = 50

    let store: CenterStore

    private var runs: DocumentCollection<Document> {
        get throws { try store.database.collection(named: store.runs.name) }
    }

    /// Newest first.
    func newest(of projectID: String) async throws -> [ProbeRun] {
        let query = Query(
            .project(projectID), sort: [.descending("created_at")], limit: Self.newest,
            without: ["execution_data", "commands"])
        return try await runs.find(query).map { try DocumentDecoder().decode(ProbeRun.self, from: $0) }
    }

    /// Calls `body` with each of the runs and what its agent said.
    func eachNodes(of chosen: [ProbeRun], _ body: (ProbeRun, EngineNodes) -> Void) async throws {
        for start in stride(from: 0, to: chosen.count, by: Self.batch) {
            let part = chosen[start..<min(start + Self.batch, chosen.count)]
            let query = Query(.isOneOf("_id", part.map(\.id)), without: ["commands", "probes"])
            var data: [DocumentValue: String] = [:]
            for document in try await runs.find(query) { data[document.id] = document["execution_data"]?.string }
            for run in part { body(run, EngineNodes(executionData: data[run.id] ?? "")) }
        }
    }
}

/// The newest runs of projects, read once a request.
final class NewestRuns: Sendable {
    private let reader: ProbeRunReader
    private let reads = Mutex<[String: Task<[ProbeRun], any Error>]>([:])

    init(_ reader: ProbeRunReader) { self.reader = reader }

    func of(_ projectID: String) async throws -> [ProbeRun] {
        let read = reads.withLock { reads in
            if let read = reads[projectID] { return read }
            let read = Task { [reader] in try await reader.newest(of: projectID) }
            reads[projectID] = read
            return read
        }
        return try await read.value
    }
}
