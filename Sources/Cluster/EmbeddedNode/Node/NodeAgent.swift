import AsyncHTTPClient
import ContainerRuntime
import ControllerRuntime
import KubernetesAPI
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// The agent of the embedded cluster's node: registers the node and runs the pods that are bound to it.
///
/// One pod from binding to deletion: `run` sees it in the pods' informer and gives it a `PodWorker`, which feeds a
/// `PodLife` (what to do next, pure) and carries out what that decides: sandbox and volumes, containers, probes, stops.
/// Beside that path, never on it, go the status (`PodStatusWriter`) and Events. Services get rules of `nft`
/// (`ServiceProxy`) and names (`NameServer`).
public final class NodeAgent: ServiceLifecycle.Service {
    private let client: any APIClient
    private let runtime: any ContainerRuntime
    private let configuration: NodeConfiguration
    private let time: TimeSource
    private let logger: Logger

    public init(
        client: any APIClient, runtime: any ContainerRuntime, configuration: NodeConfiguration,
        time: TimeSource = .continuous, logger: Logger = Logger(label: "litmus.node")
    ) {
        self.client = client
        self.runtime = runtime
        self.configuration = configuration
        self.time = time
        self.logger = logger
    }

    /// What does not work on this node, one sentence each, for the user to read at the start.
    public var limitations: [String] {
        var limitations = runtime.limitations
        if !configuration.proxiesServices {
            limitations.append("Cluster addresses and node ports of Services lead nowhere: ask pods by their address.")
        }
        if configuration.dns == nil {
            limitations.append("Names of Services do not resolve: there is no name server of the cluster.")
        }
        return limitations
    }

    /// Runs pods until the task is cancelled or the service group shuts down; then nothing of them is left.
    /// - Throws: `ContainerRuntimeError` when what an earlier life left cannot be removed, and what starting the name
    ///   server throws.
    public func run() async throws {
        for limitation in limitations {
            logger.notice("limitation of this node", metadata: ["limitation": "\(limitation)"])
        }
        try await runtime.removeLeftovers()
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.probeClient)
        let result = await outcome { try await self.work(http) }
        await close(http)
        try result.get()
    }

    /// Attempts to connect to pods that do not answer, as under chaos, are not waited for.
    private func close(_ http: HTTPClient) async {
        let (end, continuation) = AsyncStream<Void>.makeStream()
        Task {
            try? await http.shutdown()
            continuation.finish()
        }
        Task {
            try? await Task.sleep(for: .milliseconds(500))
            continuation.finish()
        }
        for await _ in end {}
    }

    private func outcome(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch is CancellationError {
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func work(_ http: HTTPClient) async throws {
        let directory = ServiceDirectory(client: client, time: time, logger: logger)
        let events = EventRecorder(
            client: client, component: "kubelet", host: configuration.nodeName, time: time, logger: logger)
        let context = NodeContext(
            client: client, runtime: runtime, configuration: configuration, time: time, events: events,
            services: directory, http: http, logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask { await directory.run() }
            group.addTask { await events.run() }
            group.addTask { await NodeRegistration(context: context).run() }
            if configuration.proxiesServices {
                group.addTask { await ServiceProxy(context: context).run() }
            }
            if let dns = configuration.dns {
                let zone = ClusterZone(domain: configuration.clusterDomain)
                group.addTask { try await NameServer(dns, zone: zone, services: directory, logger: self.logger).run() }
            }
            group.addTask { try await PodManager(context: context).run() }
            group.addTask {
                try await gracefulShutdown()
                throw CancellationError()
            }
            // The first that ends, ends all.
            let first = await group.nextResult()
            group.cancelAll()
            await stopPods()
            while await group.nextResult() != nil {}
            try first?.get()
        }
    }

    private func stopPods() async {
        // In a task of its own: removing namespaces must not be cut short by the cancellation that caused it.
        await Task { await self.runtime.shutdown() }.value
    }

    /// A probe judges the answer that it gets: a redirect is one, and a self-signed certificate does not matter.
    private static var probeClient: HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.idleTimeout = .seconds(1)
        return configuration
    }
}
