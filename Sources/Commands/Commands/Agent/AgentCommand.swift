import ArgumentParser
import ChaosOperator
import ControllerRuntime
import InstallManifests
import KubernetesAPI
import KubernetesClient
import Logging
import ServiceLifecycle
import UnixSignals

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Run the controllers of a cluster (the role of the Deployments that 'litmus install' makes).",
        discussion: """
            Environment: POD_NAME and POD_NAMESPACE (its own), WATCH_NAMESPACE (the one namespace to heed; none for all), \
            CHAOS_RUNNER_IMAGE, LITMUS_PLATFORM (what 'litmus install' was told of every pod).

            Exit codes: 0 stopped by SIGTERM, 1 the lease was lost or the cluster cannot be reached.
            """)

    @Option(
        name: .customLong("component"),
        help: ArgumentHelp(
            "A component to run; by default all (\(AgentComponent.all.map(\.name).joined(separator: ", "))). Repeatable.",
            valueName: "name"))
    var components: [String] = []

    @Option(help: "A kubeconfig; by default the pod's own service account.")
    var kubeconfig: String?

    @Flag(
        inversion: .prefixedNo, help: "Work only while holding the lease of the namespace, so that replicas can wait.")
    var leaderElect = true

    @Option(help: "A lease that was not renewed for so long may be taken by another.", transform: RunCommand.duration)
    var leaseDuration: Duration = .seconds(15)

    @Option(help: "A leader that could not renew for so long gives up.", transform: RunCommand.duration)
    var renewDeadline: Duration = .seconds(10)

    @Option(help: "The time between attempts to take or to renew the lease.", transform: RunCommand.duration)
    var retryPeriod: Duration = .seconds(2)

    @Option(help: "Where /metrics is served, as HOST:PORT or :PORT.", transform: { try ServedAddress($0) })
    var metricsBindAddress = ServedAddress(port: AgentPort.metrics)

    @Option(help: "Where /healthz and /readyz are served, as HOST:PORT or :PORT.", transform: { try ServedAddress($0) })
    var healthProbeBindAddress = ServedAddress(port: AgentPort.health)

    @Option(help: "Requests a second that the API server is sent at most; 0 for no limit.")
    var qps: Double = 50

    @Option(help: "Requests that may be sent at once after a pause.")
    var burst = 100

    @Option(help: "What is logged on standard error.")
    var logLevel = "info"

    func validate() throws {
        let known = AgentComponent.all.map(\.name)
        for component in components where !known.contains(component) {
            throw ValidationError("--component: expected one of \(known.joined(separator: ", ")), not '\(component)'")
        }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level: expected \(Setting.logLevel.expected), not '\(logLevel)'")
        }
        guard qps >= 0, burst > 0 else { throw ValidationError("expected --qps of 0 or more and --burst of 1 or more") }
        guard retryPeriod < renewDeadline, renewDeadline < leaseDuration else {
            throw ValidationError("expected --retry-period < --renew-deadline < --lease-duration")
        }
    }

    func run() async throws {
        do {
            let environment = ProcessInfo.processInfo.environment
            let connection = try RoleProcess.connection(kubeconfig: kubeconfig, environment: environment)
            let logger = Logger.standardError(label: "litmus.agent", Logger.Level(rawValue: logLevel) ?? .info)
            var options = HTTPKubernetesClient.Options()
            options.rateLimit = qps > 0 ? RateLimit(requestsPerSecond: qps, burst: burst) : nil
            try await HTTPKubernetesClient.with(connection, options: options, logger: logger) { client in
                try await Agent(
                    client: client, configuration: configuration(environment, connection),
                    metrics: metricsBindAddress, health: healthProbeBindAddress, logger: logger
                ).run()
            }
        } catch {
            TextOutput.standardError.write("litmus: the agent ends: \(error)\n")
            throw ExitCode(1)
        }
    }

    func configuration(
        _ environment: [String: String], _ connection: ClusterConnection
    ) throws -> OperatorConfiguration {
        var configuration = try OperatorConfiguration(environment: environment)
        guard leaderElect else { return configuration }
        // A container that is started again in its pod holds the lease still.
        let pod = environment["POD_NAME"].flatMap { $0.isEmpty ? nil : $0 }
        configuration.leaderElection = LeaderElection(
            leaseNamespace: configuration.namespace, leaseName: OperatorConfiguration.leaseName,
            identity: pod ?? "\(ProcessInfo.processInfo.hostName)_\(UUID().uuidString.lowercased())",
            leaseDuration: leaseDuration, renewDeadline: renewDeadline, retryPeriod: retryPeriod)
        return configuration
    }
}

/// The operator with the servers for the kubelet and for Prometheus.
struct Agent: Sendable {
    let client: any APIClient
    let configuration: OperatorConfiguration
    let metrics: ServedAddress
    let health: ServedAddress
    let logger: Logger

    /// Returns after SIGTERM or SIGINT, when the lease is given back.
    /// - Throws: `LeaderElectionError.lost`; what keeps a server from listening.
    func run() async throws {
        let chaosOperator = ChaosOperator(client: client, configuration: configuration, logger: logger)
        let pages = AgentPages { chaosOperator.report }
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: pages.healthServer(at: health, logger: logger)),
                .init(service: pages.metricsServer(at: metrics, logger: logger)),
                // The last one is stopped first: while it ends, the kubelet still gets answers.
                .init(service: chaosOperator, successTerminationBehavior: .gracefullyShutdownGroup),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .milliseconds(1500)
        logger.info(
            "agent started",
            metadata: [
                "namespace": "\(configuration.namespace)",
                "watches": "\(configuration.watchNamespace.isEmpty ? "all namespaces" : configuration.watchNamespace)",
            ])
        try await ServiceGroup(configuration: group).run()
        logger.info("agent stopped")
    }
}
