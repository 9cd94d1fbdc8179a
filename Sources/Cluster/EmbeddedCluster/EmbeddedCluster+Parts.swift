import APIServerHTTP
import ContainerRuntime
import EmbeddedAPIServer
import EmbeddedNode
import Glibc
import Host
import KubernetesAPI
import Logging

extension EmbeddedCluster {
    /// Containers as root, where the machine has what they need; else plain processes.
    static func runtime(
        _ configuration: EmbeddedClusterConfiguration, place: ClusterPlace, services: AddressRange, logger: Logger
    ) async throws -> any NodeNetworkProviding {
        guard geteuid() == 0 else {
            return ProcessRuntime(
                configuration: .init(clusterID: place.id, executable: configuration.executable), logger: logger)
        }
        let missing = RuncRuntime.missingRequirements()
        guard missing.isEmpty else {
            throw EmbeddedClusterError("containers cannot run on this machine: \(missing.joined(separator: " "))")
        }
        _ = try await RuncRuntime.cleanupDeadClusters()
        return RuncRuntime(
            configuration: .init(
                clusterID: place.id, stateDirectory: place.runtime, executable: configuration.executable,
                serviceSubnet: services.description),
            logger: logger)
    }

    /// The credentials of the database, so that kubeconfigs of earlier starts keep working.
    static func credentials(in server: APIServer) throws -> ClusterCredentials {
        if let stored = try server.setting("credentials") {
            return try ClusterCredentials(json: JSON(parsing: stored))
        }
        let credentials = try ClusterCredentials.generate()
        try server.setSetting("credentials", credentials.json.encoded())
        return credentials
    }

    /// - Parameter gateway: where pods reach the host; nil where they share its network.
    static func front(
        _ configuration: EmbeddedClusterConfiguration, server: APIServer, credentials: ClusterCredentials,
        serviceRange: AddressRange, gateway: String?, logger: Logger
    ) throws -> APIServerHTTP {
        var addresses = [APIServerHTTP.Address(host: configuration.host, port: configuration.port)]
        if let gateway { addresses.append(.init(host: gateway, port: 0)) }
        return try APIServerHTTP(
            backend: server,
            configuration: .init(
                addresses: addresses, credentials: credentials, certificateNames: [serviceRange.firstAddress]),
            logger: logger)
    }

    static func nodeConfiguration(
        _ configuration: EmbeddedClusterConfiguration, place: ClusterPlace, network: NodeNetwork,
        credentials: ClusterCredentials
    ) -> NodeConfiguration {
        let hasOwnNetwork = network.subnet != nil
        return NodeConfiguration(
            clusterID: place.id.description, dataDirectory: place.pods, images: ImageTable(configuration.images),
            hostAddress: network.gateway, podCIDR: network.subnet,
            dns: hasOwnNetwork ? .init(listen: .init(host: network.gateway, port: 53)) : nil,
            proxiesServices: hasOwnNetwork, certificateAuthority: credentials.authority.certificatePEM)
    }
}

/// Cluster addresses of Services, different for the clusters of one machine.
enum ServiceRange {
    /// A range of 4,096 addresses in 10.64.0.0/10.
    static func of(_ id: ClusterID) -> AddressRange {
        let hash = id.description.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let block = hash % 1024
        return AddressRange("10.\(64 + block / 16).\(block % 16 * 16).0/20") ?? .services
    }
}

/// Has the node run the commands that the API server is asked for.
struct NodeCommands: PodCommandSource {
    let commands: PodCommands

    func prepare(_ options: ExecOptions, in pod: Pod) async throws -> PreparedCommand {
        let container = try commands.check(pod, options)
        return PreparedCommand {
            let (session, resize) = try await commands.start(options, in: container)
            return PodCommand(session: session, resize: resize)
        }
    }
}

/// Gives the API server the logs that the node keeps.
struct NodeLogs: PodLogSource {
    let logs: PodLogs

    func log(of pod: Pod, options: LogOptions) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        try logs.stream(of: pod, options: options)
    }
}
