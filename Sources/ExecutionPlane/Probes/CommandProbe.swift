import KubernetesAPI

/// Runs the commands of probes. The process is killed with all its children at the timeout.
public protocol CommandExecuting: Sendable {
    /// - Throws: when the shell cannot be started.
    func run(shell command: String, environment: [String: String], timeout: Duration?) async throws -> CommandOutcome
}

/// How a command ended.
public struct CommandOutcome: Sendable, Hashable {
    public var exitCode: Int32
    public var output: String
    public var errorOutput: String
    public var timedOut: Bool

    public init(exitCode: Int32, output: String, errorOutput: String, timedOut: Bool = false) {
        self.exitCode = exitCode
        self.output = output
        self.errorOutput = errorOutput
        self.timedOut = timedOut
    }
}

/// `cmdProbe`: runs a shell command in the experiment's container and compares its output.
struct CommandProbe: ProbeEvaluator {
    let name: String
    let command: String
    let comparator: Comparator
    let environment: [String: String]
    let commands: any CommandExecuting

    init(definition: ProbeDefinition, context: ProbeContext) throws(ProbeFailure) {
        let inputs = definition.inputs
        func malformed(_ reason: String) -> ProbeFailure {
            ProbeFailure(code: "CMD_PROBE_ERROR", reason: reason, probe: definition.name)
        }
        name = definition.name
        command = inputs["command"].string ?? ""
        guard !command.isEmpty else { throw malformed("cmdProbe/inputs.command is missing") }
        if inputs["source"].object != nil {
            throw malformed(
                "cmdProbe with 'source' is not supported by this version; leave 'source' out to run the command inline")
        }
        do throws(Comparator.Failure) {
            comparator = try Comparator(json: inputs["comparator"])
        } catch {
            throw malformed(error.text)
        }
        environment = context.environment
        commands = context.commands
    }

    func evaluate(timeout: Duration?, template: ProbeTemplate) async throws(ProbeFailure) -> ProbeEvidence {
        let text = try template.render(command, probe: name)
        let outcome = try await run(text, timeout: timeout)
        if outcome.timedOut {
            throw ProbeFailure(code: "CMD_PROBE_FAILURE", reason: "probe failed due to timeout", probe: name)
        }
        let actual = outcome.output.trimmingWhitespace
        guard outcome.exitCode == 0 else {
            let said = [actual, outcome.errorOutput.trimmingWhitespace].filter { !$0.isEmpty }.joined(separator: "; ")
            throw ProbeFailure(
                code: "CMD_PROBE_ERROR",
                reason: "unable to run command: exit code \(outcome.exitCode)\(said.isEmpty ? "" : ": \(said)")",
                probe: name)
        }
        do throws(Comparator.Failure) {
            try comparator.check(actual)
        } catch {
            let isFailure = if case .notMet = error { true } else { false }
            let errors = outcome.errorOutput.trimmingWhitespace
            throw ProbeFailure(
                code: isFailure ? "CMD_PROBE_FAILURE" : "CMD_PROBE_ERROR",
                reason: errors.isEmpty ? error.text : "\(error.text); standard error: \(errors)", probe: name)
        }
        return ProbeEvidence(
            description: "Actual value: '\(actual)'. Expected value: '\(comparator.expected)'", register: actual)
    }

    private func run(_ text: String, timeout: Duration?) async throws(ProbeFailure) -> CommandOutcome {
        do {
            return try await commands.run(shell: text, environment: environment, timeout: timeout)
        } catch {
            throw ProbeFailure(code: "CMD_PROBE_ERROR", reason: "unable to run command: \(error)", probe: name)
        }
    }
}

extension Comparator.Failure {
    var text: String {
        switch self {
        case .notMet(let text), .unusable(let text): text
        }
    }
}
