import EmbeddedCluster
import KubernetesAPI
import KubernetesClient
import Logging
import UnixSignals

/// The shell of `litmus run`: gets a cluster, runs the session on it, heeds Ctrl-C and the timeout, prints the report.
struct ExperimentRun: Sendable {
    let command: RunCommand
    let manifests: ManifestSet

    /// What ended the wait for the session.
    private enum Ending: Sendable {
        case finished(RunOutcome)
        case interrupted
        case timedOut
    }

    /// - Returns: the exit code.
    func run() async throws -> Int32 {
        let progress = makeProgress()
        let logger = try command.cluster.logger(label: "litmus")
        guard let kubeconfig = command.kubeconfig else {
            return try await runEmbedded(progress: progress, logger: logger)
        }
        let connection = try KubeconfigLoader(path: kubeconfig).load()
        return try await HTTPKubernetesClient.with(connection, logger: logger) { client in
            try await runSession(on: client, isEphemeral: false, progress: progress) {}
        }
    }

    private func makeProgress() -> any ProgressReporter {
        // The report owns standard output; whoever reads it as JSON sees the progress on standard error.
        let output: TextOutput = command.output == .json ? .standardError : .standardOutput
        return output.isTerminal ? TerminalProgress(output: output) : PlainProgress(output: output)
    }

    private func runEmbedded(progress: any ProgressReporter, logger: Logger) async throws -> Int32 {
        let cluster = try await ChaosCluster.start(
            command.cluster.configuration(storage: .ephemeral), logger: logger)
        await progress.say("cluster is up")
        for limitation in cluster.limitations { await progress.warn(limitation) }
        return try await cluster.serve { client, _ in
            try await runSession(on: client, isEphemeral: true, progress: progress) {
                guard command.keep, TextOutput.standardInputIsTerminal else { return }
                TextOutput.standardOutput.write(
                    "\nThe cluster stays up until Ctrl-C:\n  kubectl --kubeconfig \(cluster.kubeconfigPath) get pods -A\n"
                )
                await Self.interruption()
            }
        }
    }

    /// - Parameter afterwards: runs between the report and the clean-up.
    private func runSession(
        on client: any APIClient, isEphemeral: Bool, progress: any ProgressReporter,
        afterwards: @Sendable () async -> Void
    ) async throws -> Int32 {
        let session = RunSession(
            client: client, progress: progress, manifests: manifests, isEphemeral: isEphemeral, seed: command.seed)
        let ending: Ending
        do {
            ending = try await end(of: session)
        } catch {
            await progress.finish()
            await withdraw(session)
            throw error
        }
        await progress.finish()
        switch ending {
        case .finished(let outcome):
            report(outcome)
            await afterwards()
            if !isEphemeral { await session.cleanUp() }
            return outcome.exitCode
        case .interrupted:
            await progress.say("interrupted: aborting the chaos")
            let undone = await withdraw(session)
            await progress.say(undone + "what this run made is removed")
            return 130
        case .timedOut:
            let undone = await withdraw(session)
            throw CommandError(
                "the run took longer than --timeout \(command.timeout.inWords) and was aborted; \(undone)"
                    + "what it made is removed")
        }
    }

    private func end(of session: RunSession) async throws -> Ending {
        try await withThrowingTaskGroup(of: Ending.self) { group in
            group.addTask { .finished(try await session.run()) }
            group.addTask {
                await Self.interruption()
                try Task.checkCancellation()
                return .interrupted
            }
            group.addTask {
                try await Task.sleep(for: command.timeout)
                return .timedOut
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    /// Aborts the chaos and removes what was made.
    /// - Returns: half a sentence on the chaos.
    @discardableResult
    private func withdraw(_ session: RunSession) async -> String {
        let late = await session.abort()
        await session.cleanUp()
        guard late.isEmpty else {
            return "chaos of \(late.map(\.description).joined(separator: ", ")) did not stop in time; "
        }
        return "chaos is undone; "
    }

    private func report(_ outcome: RunOutcome) {
        switch command.output {
        case .text: TextOutput.standardOutput.write(outcome.text)
        case .json: TextOutput.standardOutput.write(outcome.json.prettyPrinted() + "\n")
        }
    }

    /// Returns at the first SIGINT or SIGTERM, or when cancelled.
    static func interruption() async {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
    }
}
