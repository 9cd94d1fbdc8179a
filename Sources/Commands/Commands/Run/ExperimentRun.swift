import EmbeddedCluster
import KubernetesAPI
import KubernetesClient
import Logging

/// The shell of `litmus run`: gets a cluster, runs the session on it, heeds Ctrl-C and the timeout, prints the report.
struct ExperimentRun: Sendable {
    let command: RunCommand
    let settings: CommandSettings
    let manifests: ManifestSet
    /// Where the report goes beside the terminal.
    let report: ReportFile?

    /// What ended the wait for the session.
    private enum Ending: Sendable {
        case finished(RunOutcome)
        case interrupted
        case timedOut
    }

    /// - Returns: the exit code.
    func run(_ interruption: Interruption) async throws -> Int32 {
        let progress = makeProgress()
        let logger = settings.logger(label: "litmus")
        guard let kubeconfig = command.kubeconfig else {
            return try await runEmbedded(progress: progress, logger: logger, interruption)
        }
        let connection = try KubeconfigLoader(path: kubeconfig).load()
        return try await HTTPKubernetesClient.with(connection, logger: logger) { client in
            try await runSession(on: client, isEphemeral: false, progress: progress, interruption) {}
        }
    }

    private func makeProgress() -> any ProgressReporter {
        // The report owns standard output; whoever reads it as JSON sees the progress on standard error.
        let output: TextOutput = settings.output == .json ? .standardError : .standardOutput
        return output.isTerminal ? TerminalProgress(output: output) : PlainProgress(output: output)
    }

    private func runEmbedded(
        progress: any ProgressReporter, logger: Logger, _ interruption: Interruption
    ) async throws -> Int32 {
        let cluster = try await ChaosCluster.start(settings.cluster(storage: .ephemeral), logger: logger)
        await progress.say("cluster is up")
        for limitation in cluster.limitations { await progress.warn(limitation) }
        return try await cluster.serve { client, _ in
            try await runSession(on: client, isEphemeral: true, progress: progress, interruption) {
                guard command.keep, TextOutput.standardInputIsTerminal else { return }
                TextOutput.standardOutput.write(
                    "\nThe cluster stays up until Ctrl-C:\n  kubectl --kubeconfig \(cluster.kubeconfigPath) get pods -A\n"
                )
                await interruption.wait()
                TextOutput.standardOutput.write("\nremoving the cluster\n")
            }
        }
    }

    /// - Parameter afterwards: runs between the report and the clean-up.
    private func runSession(
        on client: any APIClient, isEphemeral: Bool, progress: any ProgressReporter, _ interruption: Interruption,
        afterwards: @Sendable () async -> Void
    ) async throws -> Int32 {
        let session = RunSession(
            client: client, progress: progress, manifests: manifests, isEphemeral: isEphemeral, seed: command.seed)
        let started = Timestamp.now
        let ending: Ending
        do {
            ending = try await end(of: session, interruption)
        } catch {
            await progress.finish()
            _ = await session.abort()
            try? await writeReport(of: session, since: started, failure: "\(error)")
            if !isEphemeral { await session.cleanUp() }
            throw error
        }
        await progress.finish()
        switch ending {
        case .finished(let outcome):
            print(outcome)
            try await writeReport(of: session, since: started)
            await afterwards()
            if !isEphemeral { await session.cleanUp() }
            return outcome.exitCode
        case .interrupted:
            await progress.say("interrupted: aborting the chaos")
            let chaos = await session.abort()
            try? await writeReport(of: session, since: started, failure: "interrupted; \(chaos)")
            if !isEphemeral { await session.cleanUp() }
            await progress.say("\(chaos); what this run made is removed")
            return 130
        case .timedOut:
            let chaos = await session.abort()
            let reason = "the run took longer than --timeout \(settings.timeout.inWords) and was aborted: \(chaos)"
            try? await writeReport(of: session, since: started, failure: reason)
            if !isEphemeral { await session.cleanUp() }
            throw CommandError("\(reason); what it made is removed")
        }
    }

    /// - Parameter failure: what ended the run before its verdicts.
    private func writeReport(of session: RunSession, since started: Timestamp, failure: String = "") async throws {
        guard let report else { return }
        let options = command.kubeconfig.map { ["--kubeconfig", $0] } ?? []
        try report.write(
            await session.record(started: started, files: command.files, options: options, failure: failure))
        // Standard output belongs to the outcome.
        TextOutput.standardError.write("report written to \(report.path)\n")
    }

    private func end(of session: RunSession, _ interruption: Interruption) async throws -> Ending {
        try await withThrowingTaskGroup(of: Ending.self) { group in
            group.addTask { .finished(try await session.run()) }
            group.addTask {
                await interruption.wait()
                try Task.checkCancellation()
                return .interrupted
            }
            group.addTask {
                try await Task.sleep(for: settings.timeout)
                return .timedOut
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func print(_ outcome: RunOutcome) {
        switch settings.output {
        case .text: TextOutput.standardOutput.write(outcome.text)
        case .json: TextOutput.standardOutput.write(outcome.json.prettyPrinted() + "\n")
        }
    }
}
