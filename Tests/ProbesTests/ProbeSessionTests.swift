import KubernetesAPI
import Synchronization
import Testing

@testable import Probes

/// Answers commands from a script; the last answer repeats.
private final class ScriptedCommands: CommandExecuting {
    private let answers: Mutex<[CommandOutcome]>
    private let seen = Mutex<[String]>([])

    init(_ outputs: String...) {
        answers = Mutex(outputs.map { CommandOutcome(exitCode: $0 == "broken" ? 1 : 0, output: $0, errorOutput: "") })
    }

    var commands: [String] { seen.withLock(\.self) }

    func run(shell command: String, environment: [String: String], timeout: Duration?) async throws -> CommandOutcome {
        seen.withLock { $0.append(command) }
        return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}

@Suite struct ProbeSessionTests {
    private func probe(
        _ mode: String, name: String = "check", command: String = "cat state", stop: Bool = false, attempts: Int = 1
    ) -> JSON {
        [
            "name": .string(name), "type": "cmdProbe", "mode": .string(mode),
            "cmdProbe/inputs": [
                "command": .string(command), "comparator": ["type": "string", "criteria": "equal", "value": "ok"],
            ],
            "runProperties": [
                "probeTimeout": "1s", "interval": "1ms", "attempt": .int(Int64(attempts)),
                "probePollingInterval": "1ms", "stopOnFailure": .bool(stop),
            ],
        ]
    }

    private func session(_ probes: [JSON], _ commands: ScriptedCommands) throws -> ProbeSession {
        try ProbeSession(
            probes: probes,
            context: ProbeContext(
                environment: [:], chaosDuration: .milliseconds(20), statusCheckTimeout: .seconds(5),
                commands: commands))
    }

    private func runAll(_ session: ProbeSession) async throws -> [ProbeOutcome] {
        try await session.preChaos()
        try await session.duringChaos()
        try await session.postChaos()
        return await session.outcomes()
    }

    @Test("every mode passes when its condition holds", arguments: ["SOT", "EOT", "Edge", "Continuous", "OnChaos"])
    func passes(mode: String) async throws {
        let session = try session([probe(mode)], ScriptedCommands("ok"))
        let outcome = try await runAll(session)[0]
        #expect(outcome.verdict == .passed)
        #expect(outcome.description == "Actual value: 'ok'. Expected value: 'ok'")
        #expect(await session.successPercentage() == 100)
    }

    @Test("every mode fails without ending the run", arguments: ["SOT", "EOT", "Edge", "Continuous", "OnChaos"])
    func fails(mode: String) async throws {
        let outcome = try await runAll(session([probe(mode)], ScriptedCommands("down")))[0]
        #expect(outcome.verdict == .failed)
        #expect(outcome.description == "Actual value: down. Expected value: equal to ok")
        #expect(!outcome.stoppedExperiment)
    }

    @Test("a failing SOT probe with stopOnFailure ends the run before chaos")
    func stops() async throws {
        let session = try session([probe("SOT", stop: true)], ScriptedCommands("down"))
        let failure = await #expect(throws: ProbeFailure.self) { try await session.preChaos() }
        #expect(failure?.code == "CMD_PROBE_FAILURE")
        #expect(await session.outcomes()[0].stoppedExperiment)
    }

    @Test("a failing Continuous probe with stopOnFailure asks for the end at once")
    func asksForStop() async throws {
        let session = try session([probe("Continuous", stop: true)], ScriptedCommands("ok", "down"))
        try await session.preChaos()
        var requests = session.stopRequests.makeAsyncIterator()
        #expect(await requests.next()?.probe == "check")
        #expect(await session.outcomes()[0].verdict == .failed)
        await session.cancel()
    }

    @Test("a Continuous probe notices a failure in the middle", .timeLimit(.minutes(1)))
    func noticesLater() async throws {
        let commands = ScriptedCommands("ok", "ok", "down")
        let session = try session([probe("Continuous")], commands)
        try await session.preChaos()
        while commands.commands.count < 3 { await Task.yield() }
        try await session.postChaos()
        #expect(await session.outcomes()[0].verdict == .failed)
    }

    @Test("Edge fails when only its first half failed, and keeps its words")
    func edge() async throws {
        let outcome = try await runAll(session([probe("Edge")], ScriptedCommands("down", "ok")))[0]
        #expect(outcome.verdict == .failed)
        #expect(outcome.description.hasPrefix("Actual value: down"))
    }

    @Test("further attempts may heal a first failure")
    func retries() async throws {
        let outcome = try await runAll(session([probe("EOT", attempts: 3)], ScriptedCommands("a", "b", "ok")))[0]
        #expect(outcome.verdict == .passed)
    }

    @Test("a command that fails to run makes an error, not a failure", arguments: ["SOT", "Continuous"])
    func errors(mode: String) async throws {
        let session = try session([probe(mode)], ScriptedCommands("broken"))
        let failure = await #expect(throws: ProbeFailure.self) { _ = try await runAll(session) }
        #expect(failure?.isConditionFailure == false)
        #expect(await session.outcomes()[0].verdict == .notApplicable)
    }

    @Test("a probe sees what an earlier one registered")
    func registers() async throws {
        let commands = ScriptedCommands("ok")
        let probes = [
            probe("SOT", name: "first"),
            probe("SOT", name: "second", command: "echo {{ .first.ProbeArtifacts.Register }}"),
        ]
        _ = try await runAll(session(probes, commands))
        #expect(commands.commands == ["cat state", "echo ok"])
    }

    @Test(
        "malformed probes are refused before any chaos",
        arguments: [
            ("interval", JSON("5"), "'interval'"), ("probeTimeout", JSON("soon"), "'probeTimeout'"),
        ])
    func malformed(field: String, value: JSON, hint: String) {
        var probe = probe("SOT")
        probe["runProperties", field] = value
        let failure = #expect(throws: ProbeFailure.self) { try session([probe], ScriptedCommands("ok")) }
        #expect(failure?.reason.contains(hint) == true)
    }
}
