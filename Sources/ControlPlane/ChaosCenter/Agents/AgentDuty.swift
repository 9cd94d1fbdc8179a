import Logging

/// What has to be done for agents as time passes: one timer for all of them.
struct AgentDuty: Sendable {
    private static let interval = Duration.seconds(1)
    /// Between the rarer tasks, in steps.
    private static let rarely = 20

    let center: ChaosCenter

    /// Works until it is cancelled.
    func run() async {
        var count = 0
        while !Task.isCancelled {
            await step()
            if count % Self.rarely == 0 { await rareStep() }
            count &+= 1
            try? await Task.sleep(for: Self.interval)
        }
    }

    func step() async {
        center.agents.expireAnswers()
        center.agents.resend()
        await attempt("commands cannot be expired") { try await center.agents.expireCommands() }
    }

    func rareStep() async {
        await attempt("runs of failed commands cannot be ended") { try await center.agents.reportFailures() }
        await attempt("connected agents cannot be noted") {
            try await center.agents.presence.settleChanged()
            try await center.agents.presence.beat()
        }
    }

    private func attempt(_ problem: Logger.Message, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            guard !Task.isCancelled else { return }
            center.logger.error(problem, metadata: ["error": "\(error)"])
        }
    }
}
