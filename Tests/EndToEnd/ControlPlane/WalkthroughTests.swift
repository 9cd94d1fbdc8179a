import Foundation
import Testing

extension EndToEnd {
    /// What docs/api.md tells its readers to do.
    @Suite struct WalkthroughTests {
        static let page = Place.repository + "/docs/api.md"

        @Test("the commands of the API's page do what it says")
        func walkthrough() async throws { try await follow([]) }

        @Test("the commands of the API's page do what it says with MongoDB")
        func walkthroughWithMongoDB() async throws {
            try await MongoServer.with { url in try await follow(["--database", url]) }
        }

        private func follow(_ arguments: [String]) async throws {
            let walkthrough = Walkthrough(try String(contentsOfFile: Self.page, encoding: .utf8))
            #expect(walkthrough.steps.count >= 10)
            try await CenterProcess.with(arguments: arguments) { center, directory in
                let file = try directory.write(walkthrough.script, to: "walkthrough.sh")
                let command = ["CENTER=\(center.url)", "/bin/bash", file]
                let shell = try Program("/usr/bin/env", command, directory: directory.path)
                try await shell.wait(within: .seconds(60))
                let differences = walkthrough.differences(in: shell.output)
                #expect(differences.isEmpty, "\(differences.joined(separator: "\n\n"))")
            }
        }

        @Test("a step that prints something else, or nothing, is found")
        func judging() {
            let page = "```bash walkthrough\necho a-1-b\n```\n```text\na-…-b\n```\n\n```bash walkthrough\ntrue\n```\n"
            let walkthrough = Walkthrough(page)
            #expect(walkthrough.steps.count == 2)
            let first = "a-1-b\n\n== end of step 0\n"
            let second = "\n== end of step 1\n"
            #expect(walkthrough.differences(in: first + second) == [])
            #expect(walkthrough.differences(in: "a-1-c\n\n== end of step 0\n" + second).count == 1)
            #expect(walkthrough.differences(in: first + "unexpected\n" + second).count == 1)
            #expect(walkthrough.differences(in: first).count == 1)
        }
    }
}
