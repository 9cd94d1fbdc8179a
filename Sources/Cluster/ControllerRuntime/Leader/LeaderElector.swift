import KubernetesAPI
import Logging
import ServiceLifecycle

/// Runs work only while this replica holds a lease.
public struct LeaderElector: Sendable {
    private let election: LeaderElection
    private let client: any APIClient
    private let time: TimeSource
    private let logger: Logger

    public init(
        _ election: LeaderElection, client: any APIClient, time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.leader")
    ) {
        self.election = election
        self.client = client
        self.time = time
        var logger = logger
        logger[metadataKey: "lease"] = "\(election.leaseNamespace)/\(election.leaseName)"
        self.logger = logger
    }

    /// Waits for the lease, runs `work`, renews meanwhile, and gives the lease back at the end, so that another replica
    /// need not wait.
    /// - Throws: `LeaderElectionError.lost`, after `work` was cancelled; and what `work` throws.
    public func run(_ work: @escaping @Sendable () async throws -> Void) async throws {
        guard await cancelWhenGracefulShutdown({ await self.acquire() }) else { return }
        logger.info("became leader")
        var outcome = Result<Void, any Error>.success(())
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await work() }
                group.addTask { try await self.keepRenewing() }
                try await group.next()
                group.cancelAll()
            }
        } catch {
            outcome = .failure(error)
        }
        await release()
        try outcome.get()
    }

    /// - Returns: false when cancelled.
    private func acquire() async -> Bool {
        var seen = Observation()
        while !Task.isCancelled {
            if await tryHold(&seen) { return true }
            try? await time.sleep(election.retryPeriod)
        }
        return false
    }

    private func keepRenewing() async throws {
        var seen = Observation()
        var renewed = time.now()
        while true {
            try await time.sleep(election.retryPeriod)
            if await tryHold(&seen, takeOver: false) {
                renewed = time.now()
            } else if time.now() - renewed >= election.renewDeadline || seen.isHeldByOther {
                throw LeaderElectionError.lost(
                    lease: ObjectKey(namespace: election.leaseNamespace, name: election.leaseName))
            }
        }
    }

    /// What was seen of the lease last, and when it last changed, by our own clock.
    private struct Observation {
        var version = ""
        var since = Duration.zero
        var isHeldByOther = false
    }

    private func tryHold(_ seen: inout Observation, takeOver: Bool = true) async -> Bool {
        do {
            let lease = try await client.find(Lease.self, namespace: election.leaseNamespace, name: election.leaseName)
            let version = lease?.metadata.resourceVersion ?? ""
            if version != seen.version || lease == nil {
                seen.version = version
                seen.since = time.now()
            }
            let step = LeaseStep(
                lease: lease, identity: election.identity, unchangedFor: time.now() - seen.since)
            switch step.action {
            case .wait:
                seen.isHeldByOther = true
                return false
            case .create:
                _ = try await client.create(
                    held(
                        Lease(name: election.leaseName, namespace: election.leaseNamespace), transitions: 0, isNew: true
                    ))
                return true
            case .hold(let transitions, let isNew):
                if isNew, !takeOver {
                    seen.isHeldByOther = true
                    return false
                }
                guard let lease else { return false }
                _ = try await client.update(held(lease, transitions: transitions, isNew: isNew))
                return true
            }
        } catch {
            logger.debug("lease not held", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func held(_ lease: Lease, transitions: Int, isNew: Bool) -> Lease {
        var lease = lease
        let now = JSON.string(time.wallClock().microTime)
        lease.json["spec", "holderIdentity"] = .string(election.identity)
        lease.json["spec", "leaseDurationSeconds"] = .int(max(1, election.leaseDuration.components.seconds))
        lease.json["spec", "renewTime"] = now
        lease.json["spec", "leaseTransitions"] = .int(Int64(transitions))
        if isNew { lease.json["spec", "acquireTime"] = now }
        return lease
    }

    /// Gives the lease back, if it is still ours.
    private func release() async {
        await lastWords(within: .seconds(1)) {
            do {
                try await client.modify(Lease.self, namespace: election.leaseNamespace, name: election.leaseName) {
                    guard $0.json["spec", "holderIdentity"].string == election.identity else { return false }
                    $0.json["spec", "holderIdentity"] = ""
                    $0.json["spec", "leaseDurationSeconds"] = 1
                    return true
                }
                logger.info("released leadership")
            } catch {
                logger.debug("lease not released", metadata: ["error": "\(error)"])
            }
        }
    }
}
