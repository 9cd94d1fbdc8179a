import ClusterTesting
import KubernetesAPI
import Synchronization
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(1))) struct LeaderElectionTests {
    private func lease(holder: String) -> Lease {
        var lease = Lease(name: "l", namespace: "ns")
        lease.json["spec"] = [
            "holderIdentity": .string(holder), "leaseDurationSeconds": 15, "leaseTransitions": 3,
        ]
        return lease
    }

    @Test("the lease decides who works")
    func steps() {
        func step(_ lease: Lease?, unchangedFor: Duration) -> LeaseStep.Action {
            LeaseStep(lease: lease, identity: "me", unchangedFor: unchangedFor).action
        }
        #expect(step(nil, unchangedFor: .zero) == .create)
        #expect(step(lease(holder: "me"), unchangedFor: .zero) == .hold(transitions: 3, isNew: false))
        #expect(step(lease(holder: ""), unchangedFor: .zero) == .hold(transitions: 4, isNew: true))
        #expect(step(lease(holder: "other"), unchangedFor: .seconds(14)) == .wait)
        #expect(step(lease(holder: "other"), unchangedFor: .seconds(15)) == .hold(transitions: 4, isNew: true))
    }

    private func elector(_ identity: String, _ cluster: InMemoryCluster, _ clock: ManualClock) -> LeaderElector {
        LeaderElector(
            LeaderElection(leaseNamespace: "ns", leaseName: "l", identity: identity), client: cluster,
            time: TimeSource(clock))
    }

    @Test("a leader that ends gives the lease back, and the other takes over within a retry period")
    func handsOver() async throws {
        let cluster = InMemoryCluster()
        let clock = ManualClock()
        try await elector("a", cluster, clock).run {
            let lease = try await cluster.get(Lease.self, namespace: "ns", name: "l")
            #expect(lease.json["spec", "holderIdentity"].string == "a")
        }
        let second = Mutex(false)
        try await elector("b", cluster, clock).run { second.withLock { $0 = true } }
        #expect(second.withLock { $0 })
    }

    @Test("a leader whose lease another one took stops working and says so")
    func loses() async throws {
        let cluster = InMemoryCluster()
        let clock = ManualClock()
        await #expect(throws: LeaderElectionError.self) {
            try await elector("a", cluster, clock).run {
                try await cluster.modify(Lease.self, namespace: "ns", name: "l") {
                    $0.json["spec", "holderIdentity"] = "b"
                    return true
                }
                await clock.waitForSleepers()
                clock.advance(by: .seconds(2))
                try await ContinuousClock().sleep(for: .seconds(600))
            }
        }
    }
}
