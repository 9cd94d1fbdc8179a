/// How the node of an embedded cluster is set up.
public struct NodeConfiguration: Sendable, Hashable {
    /// An address and port.
    public struct Endpoint: Sendable, Hashable {
        public var host: String
        public var port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// The cluster's name server.
    public struct DNS: Sendable, Hashable {
        /// Where it listens, over UDP and TCP. Port 0 takes any.
        public var listen: Endpoint
        /// The address that pods ask; it must lead to `listen` on port 53.
        public var address: String

        public init(listen: Endpoint, address: String? = nil) {
            self.listen = listen
            self.address = address ?? listen.host
        }
    }

    /// What pods may use of the node.
    public struct Capacity: Sendable, Hashable {
        public var cores: Int
        public var memoryBytes: Int64
        public var pods: Int

        public init(cores: Int, memoryBytes: Int64, pods: Int = 110) {
            self.cores = cores
            self.memoryBytes = memoryBytes
            self.pods = pods
        }
    }

    /// The name of the Node object, by default the host's.
    public var nodeName: String
    /// Tells this cluster's rules and directories from those of others on the host: letters, digits, `_`.
    public var clusterID: String
    /// Logs and volumes of pods lie below it.
    public var dataDirectory: String
    public var images: ImageTable
    /// The node's InternalIP and the pods' `hostIP`.
    public var hostAddress: String
    /// The pods' network, such as `10.128.0.0/22`, for the Node object; nil when pods have the host's address.
    public var podCIDR: String?
    public var clusterDomain: String
    /// Nil: no name server; pods have the host's.
    public var dns: DNS?
    /// Cluster addresses and node ports lead to endpoints through rules of `nft`; needs root.
    public var proxiesServices: Bool
    /// What pods are told as `KUBERNETES_SERVICE_HOST` and `_PORT`; nil: the cluster address of Service `kubernetes`,
    /// or without `proxiesServices` its first endpoint.
    public var apiServer: Endpoint?
    /// PEM of the API server's authority, for pods of namespaces that have no ConfigMap `kube-root-ca.crt`.
    public var certificateAuthority: String?
    /// Nil: what the machine has.
    public var capacity: Capacity?
    public var restartBackoff: RestartBackoff
    /// Between two renewals of the node's Lease.
    public var leaseRenewal: Duration

    public init(
        nodeName: String? = nil, clusterID: String, dataDirectory: String, images: ImageTable = ImageTable(),
        hostAddress: String = "127.0.0.1", podCIDR: String? = nil, clusterDomain: String = "cluster.local",
        dns: DNS? = nil,
        proxiesServices: Bool = false, apiServer: Endpoint? = nil, certificateAuthority: String? = nil,
        capacity: Capacity? = nil, restartBackoff: RestartBackoff = RestartBackoff(),
        leaseRenewal: Duration = .seconds(10)
    ) {
        self.nodeName = nodeName ?? NodeFacts.hostName()
        self.clusterID = clusterID
        self.dataDirectory = dataDirectory
        self.images = images
        self.hostAddress = hostAddress
        self.podCIDR = podCIDR
        self.clusterDomain = clusterDomain
        self.dns = dns
        self.proxiesServices = proxiesServices
        self.apiServer = apiServer
        self.certificateAuthority = certificateAuthority
        self.capacity = capacity
        self.restartBackoff = restartBackoff
        self.leaseRenewal = leaseRenewal
    }
}
