import Foundation
import GraphQL
import Testing

@testable import ChaosCenter

/// The schema next to upstream's, as `Data/reference-schema.txt` lists it.
struct SchemaTests {
    /// What is added on purpose.
    static let additions: Set = [
        "enum ExperimentRunStatus.Pending", "enum ExperimentRunStatus.Completed_With_Probe_Failure",
        "Query.listAuditEvents(projectID: ID!, request: ListAuditEventsRequest): ListAuditEventsResponse!",
        "Mutation.acknowledgeInfraActions(request: InfraIdentity!, outcomes: [InfraActionOutcome!]!): Boolean!",
        "Mutation.rotateInfraAccessKey(projectID: ID!, infraID: ID!): RegisterInfraResponse!",
    ]
    static let addedTypes: Set = [
        "InfraActionOutcome", "AuditEventFilterInput", "ListAuditEventsRequest", "AuditEvent",
        "ListAuditEventsResponse",
    ]

    /// A line for each enum value, field and operation.
    private static func lines(of schema: Schema) -> Set<String> {
        var lines: Set<String> = []
        for type in schema.types where !type.name.hasPrefix("__") && !addedTypes.contains(type.name) {
            let interfaces = type.interfaces.map { schema.types[$0].name }.sorted()
            if !interfaces.isEmpty { lines.insert("\(type.name) implements \(interfaces)") }
            for value in type.values { lines.insert("enum \(type.name).\(value.name)") }
            for field in type.fields { lines.insert("\(type.name).\(signature(of: field, schema))") }
            for field in type.inputFields {
                lines.insert("input \(type.name).\(field.name): \(schema.name(of: field.type))")
            }
        }
        return lines
    }

    private static func signature(of field: FieldType, _ schema: Schema) -> String {
        let arguments = field.arguments.map { "\($0.name): \(schema.name(of: $0.type))" }.joined(separator: ", ")
        return "\(field.name)\(arguments.isEmpty ? "" : "(\(arguments))"): \(schema.name(of: field.type))"
    }

    private static func reference() throws -> Set<String> {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Data/reference-schema.txt")
        var lines: Set<String> = []
        var root = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init) {
            if line.hasPrefix("## ") {
                root = String(line.split(separator: " ")[1])
            } else if let match = line.firstMatch(of: /^enum (\w+): (.*)$/) {
                for value in match.2.split(separator: " | ") { lines.insert("enum \(match.1).\(value)") }
            } else if let match = line.firstMatch(
                of: /^(type|input|interface) (\w+)(?: implements ([\w, ]+?))? \{ (.*) \}$/)
            {
                if let names = match.3 {
                    lines.insert("\(match.2) implements \(names.split(separator: ", ").map(String.init).sorted())")
                }
                for field in match.4.split(separator: ", ") {
                    lines.insert("\(match.1 == "input" ? "input " : "")\(match.2).\(field)")
                }
            } else {
                lines.insert("\(root).\(line.replacing("  @authorized", with: ""))")
            }
        }
        return lines
    }

    @Test func `every type, field and argument of the reference is there, and nothing else but the additions`() throws {
        let ours = Self.lines(of: try CenterSchema.make())
        let theirs = try Self.reference()
        #expect(theirs.count > 700)
        #expect(theirs.subtracting(ours).sorted() == [])
        #expect(ours.subtracting(theirs) == Self.additions)
    }

    @Test func `operations and their kinds are those of the schema`() throws {
        let schema = try CenterSchema.make()
        for kind in OperationKind.allCases {
            let fields = try #require(schema.root(kind)).fields.map(\.name)
            #expect(Set(fields) == Set(CenterOperation.allCases.filter { $0.kind == kind }.map(\.rawValue)))
        }
    }
}
