import ClusterTesting
import ControllerRuntime
import KubernetesAPI
import Testing

@testable import ChaosHelper

@Suite(.timeLimit(.minutes(1))) struct OwnPodTests {
    private let fixture = Fixture()

    private var pod: OwnPod {
        OwnPod(client: fixture.cluster, namespace: "shop", name: "web-0", time: .continuous, logger: Fixture.quiet)
    }

    /// Runs a work that ends when it is cancelled, and says so.
    private func work() -> Task<String?, Never> {
        let pod = pod
        return Task {
            await pod.untilDeleted {
                try? await Task.sleep(for: .seconds(3600))
                return "cancelled"
            }
        }
    }

    @Test("the deletion of its pod ends a helper's work, before its node says anything")
    func deleted() async throws {
        _ = try await fixture.makePod()
        let work = work()
        while fixture.cluster.openWatches == 0 { await Task.yield() }
        try await fixture.cluster.delete(Pod.self, namespace: "shop", name: "web-0")
        #expect(await work.value == "cancelled")
        // It has its grace period still.
        #expect(try await fixture.cluster.get(Pod.self, namespace: "shop", name: "web-0").metadata.isBeingDeleted)
    }

    @Test("so does the end of a pod that was removed by force")
    func removed() async throws {
        _ = try await fixture.makePod()
        let work = work()
        while fixture.cluster.openWatches == 0 { await Task.yield() }
        try await fixture.cluster.delete(
            Pod.self, namespace: "shop", name: "web-0", options: DeleteOptions(gracePeriodSeconds: 0))
        #expect(await work.value == "cancelled")
    }

    @Test("a helper that may not watch its pod works to its end")
    func forbidden() async throws {
        fixture.cluster.onRequest { request in
            if request.verb == "list" { throw Status.forbidden(Pod.type.gvr, name: "", "no list") }
        }
        #expect(await pod.untilDeleted { "done" } == "done")
        let waiting = Task { try await pod.deletion() }
        while !fixture.cluster.requests.contains(where: { $0.verb == "list" }) { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}
