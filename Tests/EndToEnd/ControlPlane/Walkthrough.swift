import Foundation

/// The commands of a page of the documentation with what they print.
struct Walkthrough: Sendable {
    struct Step: Sendable {
        var commands: String
        /// `…` stands for anything within a line.
        var output: String
    }

    let steps: [Step]

    /// - Parameter page: Markdown. Blocks that begin with "```bash walkthrough" are steps, a block "```text" right
    ///   behind one is its output.
    init(_ page: String) {
        var steps: [Step] = []
        var block: (language: String, lines: [String])?
        var follows = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let open = block {
                guard line == "```" else {
                    block?.lines.append(line)
                    continue
                }
                let text = open.lines.joined(separator: "\n")
                if open.language == "bash walkthrough" {
                    steps.append(Step(commands: text, output: ""))
                    follows = true
                } else if open.language == "text", follows, !steps.isEmpty {
                    steps[steps.count - 1].output = text
                    follows = false
                }
                block = nil
            } else if line.hasPrefix("```") {
                block = (String(line.dropFirst(3)), [])
            } else if !line.isEmpty {
                follows = false
            }
        }
        self.steps = steps
    }

    private static let mark = "== end of step"

    /// One script of all steps, as a reader would enter them into one shell.
    var script: String {
        let bodies = steps.enumerated().map { "\($1.commands)\necho; echo '\(Self.mark) \($0)'" }
        return "set -euo pipefail\n" + bodies.joined(separator: "\n") + "\n"
    }

    /// The steps that printed something else than they should, in words; those that were not reached among them.
    func differences(in output: String) -> [String] {
        var rest = output[...]
        var differences: [String] = []
        for (index, step) in steps.enumerated() {
            guard let end = rest.range(of: "\(Self.mark) \(index)\n") else {
                return differences + ["step \(index) did not end:\n\(step.commands)\nprinted:\n\(rest)"]
            }
            let printed = rest[..<end.lowerBound].trimmingCharacters(in: .newlines)
            rest = rest[end.upperBound...]
            if !Self.fits(printed, step.output) {
                differences.append("step \(index) printed:\n\(printed)\ninstead of:\n\(step.output)")
            }
        }
        return differences
    }

    private static func fits(_ text: String, _ pattern: String) -> Bool {
        let expression = pattern.split(separator: "…", omittingEmptySubsequences: false)
            .map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(separator: ".*")
        return text.range(of: "^\(expression)$", options: .regularExpression) != nil
    }
}
