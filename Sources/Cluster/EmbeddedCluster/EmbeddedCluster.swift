import APIServerHTTP
import ContainerRuntime
import EmbeddedAPIServer
import EmbeddedNode
import Host
import KubernetesAPI
import Logging
import ServiceLifecycle
import WorkloadControllers

/// A single-node cluster in this process: API server, controllers and node.
///
/// `start` makes everything that can fail and returns before anything runs; `services` then run in a service group, in
/// their order, and `close` is called when the group has ended.
public struct EmbeddedCluster: Sendable {
    /// As the administrator, in the process.
    public let client: any APIClient
    /// What runs, in the order of dependence: stopped in reverse.
    public let services: [any ServiceLifecycle.Service]
    /// What does not work on this machine, one sentence each.
    public let limitations: [String]
    public let kubeconfigPath: String

    private let place: ClusterPlace
    private let server: APIServer
    private let front: APIServerHTTP
    private let credentials: ClusterCredentials
    private let network: NodeNetwork

    /// A client that acts as somebody else, with the permissions of their roles.
    public func client(as identity: Identity) -> any APIClient { server.client(as: identity) }

    /// Makes a cluster, after removing what killed ones left on the machine.
    /// - Throws: `EmbeddedClusterError`, and what the parts say of their set-up.
    public static func start(_ configuration: EmbeddedClusterConfiguration, logger: Logger) async throws -> Self {
        ClusterPlace.removeDead()
        let place = try ClusterPlace(configuration.storage)
        do {
            return try await Self(configuration, place: place, logger: logger)
        } catch {
            place.remove()
            throw error
        }
    }

    private init(_ configuration: EmbeddedClusterConfiguration, place: ClusterPlace, logger: Logger) async throws {
        self.place = place
        let serviceRange = ServiceRange.of(place.id)
        let runtime = try await Self.runtime(configuration, place: place, services: serviceRange, logger: logger)
        network = try await runtime.prepare()
        do {
            server = try APIServer(
                APIServerConfiguration(
                    storage: place.isEphemeral ? .ephemeral : .file(path: place.database), serviceRange: serviceRange))
            try await server.start()
            credentials = try Self.credentials(in: server)
            let hasOwnNetwork = network.subnet != nil
            front = try Self.front(
                configuration, server: server, credentials: credentials, serviceRange: serviceRange,
                gateway: hasOwnNetwork ? network.gateway : nil, logger: logger)
            client = server.client(as: .administrator)
            limitations = runtime.limitations
            kubeconfigPath = place.kubeconfig
            let node = NodeAgent(
                client: client, runtime: runtime,
                configuration: Self.nodeConfiguration(
                    configuration, place: place, network: network, credentials: credentials),
                logger: logger)
            let controllers = WorkloadControllers(
                client: client, options: .init(rootCA: credentials.authority.certificatePEM), logger: logger)
            server.setTokenIssuer(front.tokens)
            server.setTokenReviewer(front.authenticator)
            server.setCommandSource(NodeCommands(commands: PodCommands(runtime: runtime)))
            server.setLogSource(NodeLogs(logs: PodLogs(dataDirectory: place.pods)))
            services = [front, controllers, node]
        } catch {
            await runtime.shutdown()
            throw error
        }
    }

    /// Waits until the API server listens, tells pods where, and writes the kubeconfig.
    /// - Returns: the server's URL on the host.
    public func announce() async throws -> String {
        let addresses = try await front.boundAddresses
        let inner = addresses.last ?? addresses[0]
        try await server.advertise(address: inner.host, port: inner.port)
        let url = "https://\(addresses[0])"
        try Kubeconfig.write(
            kubeconfigPath, server: url, ca: credentials.authority.certificatePEM, token: credentials.adminToken)
        return url
    }

    /// Closes the database, and removes the directory of an ephemeral cluster.
    public func close() async {
        try? await server.close()
        place.remove()
    }
}
