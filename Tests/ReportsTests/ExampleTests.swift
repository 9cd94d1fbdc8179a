import Foundation
import Testing

@testable import Reports

/// Not a test of behaviour: `REPORT_EXAMPLES=DIR swift test --filter Example` writes pages to look at.
@Suite struct ExampleTests {
    private static let folder = ProcessInfo.processInfo.environment["REPORT_EXAMPLES"]

    static let examples: [(String, [Fixture])] = [
        ("pass", [.passed]), ("fail", [.failed]), ("not-injected", [.notInjected]), ("delete", [.deleted]),
        ("crowd", [.crowd]), ("several", [.passed, .deleted, .refused]), ("empty", []),
    ]

    @Test("examples are written where REPORT_EXAMPLES says", .enabled(if: folder != nil), arguments: examples)
    func write(name: String, fixtures: [Fixture]) throws {
        let folder = URL(filePath: try #require(Self.folder), directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let report = Fixture.report(fixtures, failure: fixtures.isEmpty ? "no operator took the engine up" : "")
        for format in ReportFormat.allCases {
            let file = folder.appending(path: "\(name).\(format.suffix)")
            try Data(format.render(report).utf8).write(to: file)
        }
    }
}
