import Foundation
import GraphQL

/// Runs scripts/graphql-reference, which asks graphql-core, on many cases at once.
enum Reference {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }

    /// The answers to the cases, in their order.
    static func answers(to cases: [GraphQLValue]) throws -> [GraphQLValue] {
        let library = root.appending(path: ".build-tools/graphql-core")
        guard FileManager.default.fileExists(atPath: library.path) else {
            throw Failure(description: "graphql-core is missing; scripts/test-tools installs it")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "graphql-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "cases")
        let output = folder.appending(path: "answers")
        try Data(cases.map { $0.json + [10] }.joined()).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", root.appending(path: "scripts/graphql-reference").path, input.path]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PYTHONPATH": library.path, "PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "scripts/graphql-reference ended with \(process.terminationStatus)")
        }
        let lines = try Data(contentsOf: output).split(separator: 10)
        guard lines.count == cases.count else {
            throw Failure(description: "\(lines.count) answers to \(cases.count) cases")
        }
        return try lines.map { try GraphQLValue(json: Array($0)) }
    }
}

/// What must be equal of an error: its places, its path, and of validation its rule.
struct ErrorShape: Hashable, Comparable, CustomStringConvertible {
    let description: String

    init(_ error: GraphQLError) {
        description = Self.text(
            error.locations.map { "\($0.line):\($0.column)" }, error.path.map { $0.map(\.description) },
            error.rule?.rawValue)
    }

    init(reference value: GraphQLValue) {
        let locations = (value["locations"]?.listValue ?? []).map { place in
            "\(place[0]?.intValue ?? 0):\(place[1]?.intValue ?? 0)"
        }
        let path = value["path"]?.listValue.map { $0.map { $0.stringValue ?? String($0.intValue ?? -1) } }
        description = Self.text(locations, path, value["rule"]?.stringValue)
    }

    private static func text(_ locations: [String], _ path: [String]?, _ rule: String?) -> String {
        "\(rule ?? "-") at \(locations.joined(separator: ",")) in \(path?.joined(separator: "/") ?? "-")"
    }

    static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}
