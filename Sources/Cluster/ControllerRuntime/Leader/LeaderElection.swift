import KubernetesAPI

/// How replicas agree on the one that works: by holding a Lease (coordination.k8s.io/v1).
public struct LeaderElection: Sendable {
    public var leaseNamespace: String
    public var leaseName: String
    /// Unique to this replica, such as the pod's name and a UUID.
    public var identity: String
    /// A lease not renewed for so long may be taken by another.
    public var leaseDuration: Duration
    /// A leader that could not renew for so long gives up.
    public var renewDeadline: Duration
    /// Between attempts to take or renew.
    public var retryPeriod: Duration

    public init(
        leaseNamespace: String, leaseName: String, identity: String, leaseDuration: Duration = .seconds(15),
        renewDeadline: Duration = .seconds(10), retryPeriod: Duration = .seconds(2)
    ) {
        self.leaseNamespace = leaseNamespace
        self.leaseName = leaseName
        self.identity = identity
        self.leaseDuration = leaseDuration
        self.renewDeadline = renewDeadline
        self.retryPeriod = retryPeriod
    }
}

public enum LeaderElectionError: Error, CustomStringConvertible {
    /// The lease could not be renewed in time, or another replica holds it.
    case lost(lease: ObjectKey)

    public var description: String {
        switch self {
        case .lost(let lease):
            "leadership was lost: the lease \(lease) was not renewed in time; another replica may be working now"
        }
    }
}

/// What a replica that looks at the lease does. Pure.
struct LeaseStep: Equatable {
    enum Action: Equatable {
        case create
        /// Take over, or renew.
        case hold(transitions: Int, isNew: Bool)
        /// Somebody else holds it.
        case wait
    }

    var action: Action

    /// - Parameter unchangedFor: how long this replica has seen the lease unchanged. The holder's own time stamps are
    ///   not trusted: its clock may differ.
    init(lease: Lease?, identity: String, unchangedFor: Duration) {
        guard let lease else {
            action = .create
            return
        }
        let spec = lease.json["spec"]
        let holder = spec["holderIdentity"].string ?? ""
        let transitions = spec["leaseTransitions"].int ?? 0
        let duration = Duration.seconds(spec["leaseDurationSeconds"].int ?? 0)
        if holder == identity {
            action = .hold(transitions: transitions, isNew: false)
        } else if holder.isEmpty || unchangedFor >= duration {
            action = .hold(transitions: transitions + 1, isNew: true)
        } else {
            action = .wait
        }
    }
}
