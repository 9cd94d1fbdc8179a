import Foundation
import KubernetesAPI

/// `ExperimentRunRequest`: what an agent sends whenever a run changes.
struct RunEventRequest: Codable, Sendable {
    var experimentID: String
    var notifyID: String?
    var experimentRunID: String
    /// A `RunReport` in base64.
    var executionData: String
    var revisionID: String
    var completed: Bool
    /// In base64url: the name of the user who started the run.
    var updatedBy: String
}

/// A change of a run, as its agent reports it, checked.
struct ReceivedEvent: Sendable {
    /// Bytes of a report.
    static let largestReport = 4 * 1024 * 1024
    private static let longestText = 300

    let experimentID: String
    /// Nil for runs that the cluster started by itself.
    let notifyID: String?
    /// The UID of the Workflow or ChaosEngine.
    let runID: String
    let revisionID: String
    let isCompleted: Bool
    /// Nil where the cluster does not know.
    let user: String?
    let report: RunReport

    /// - Throws: `CenterError.invalid`.
    init(_ request: RunEventRequest) throws {
        experimentID = try Self.checked(request.experimentID, "experimentID")
        runID = try Self.checked(request.experimentRunID, "experimentRunID")
        guard !experimentID.isEmpty, !runID.isEmpty else {
            throw CenterError.invalid("an event needs the experimentID and the experimentRunID that it is about")
        }
        let name = try Self.checked(request.notifyID ?? "", "notifyID")
        notifyID = name.isEmpty ? nil : name
        revisionID = try Self.checked(request.revisionID, "revisionID")
        isCompleted = request.completed
        user = try Self.user(request.updatedBy)
        report = try Self.report(request.executionData)
    }

    var phase: String {
        let phase = String(report.phase.prefix(Self.longestText))
        guard phase.isEmpty else { return phase }
        return isCompleted ? RunPhase.notAvailable.rawValue : RunPhase.pending.rawValue
    }

    private static func checked(_ text: String, _ name: String) throws -> String {
        guard text.utf8.count <= longestText else {
            throw CenterError.invalid("\(name) is longer than \(longestText) bytes")
        }
        return text
    }

    private static func user(_ text: String) throws -> String? {
        guard let bytes = decoded(try checked(text, "updatedBy")), let name = String(validating: bytes, as: UTF8.self)
        else { throw CenterError.invalid("updatedBy: '\(text.prefix(40))' is not a name in base64") }
        return name.isEmpty ? nil : name
    }

    private static func report(_ text: String) throws -> RunReport {
        // Four characters for three bytes.
        guard text.utf8.count / 4 * 3 <= largestReport else {
            throw CenterError.invalid("executionData is larger than \(largestReport) bytes")
        }
        guard let bytes = decoded(text) else { throw CenterError.invalid("executionData is not base64") }
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw CenterError.invalid("executionData is not JSON: \(error)")
        }
        guard json.object != nil else {
            throw CenterError.invalid("executionData is to be an object, not \(json.typeName)")
        }
        let nodes = json["nodes"]
        guard nodes.isNull || nodes.object?.values.allSatisfy({ $0.object != nil }) == true else {
            throw CenterError.invalid("executionData.nodes is to be an object of objects")
        }
        return RunReport(json)
    }

    /// Both alphabets, with or without padding: agents use one of each.
    private static func decoded(_ text: String) -> Data? {
        var text = text.replacing("-", with: "+").replacing("_", with: "/")
        while text.hasSuffix("=") { text.removeLast() }
        return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }
}
