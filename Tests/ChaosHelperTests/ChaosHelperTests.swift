import ChaosAPI
import ClusterTesting
import Injection
import KubernetesAPI
import Testing

@testable import ChaosHelper

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(1))) struct ChaosHelperTests {
    private let fixture = Fixture()

    /// Runs a helper in the pod `web-0` with this order.
    private func run(_ order: String?) async throws -> (code: Int32, failure: InjectionReport.Failure?) {
        _ = try await fixture.makePod()
        var environment = ["POD_NAME": "web-0", "CHAOS_NAMESPACE": "shop"]
        environment[HelperContract.orderVariable] = order
        let code = await ChaosHelper.run(
            environment: environment, client: fixture.cluster, journal: Journal(directory: "/nonexistent/journal"),
            logger: Fixture.quiet)
        let pod = try await fixture.cluster.get(Pod.self, namespace: "shop", name: "web-0")
        let text = pod.metadata.annotations[HelperContract.reportAnnotation] ?? ""
        let report = try JSONDecoder().decode(InjectionReport.self, from: Data(text.utf8))
        #expect(report.state == .failed)
        return (code, report.failure)
    }

    @Test("a helper without an order says so on its pod, and fails", arguments: [nil, ""])
    func noOrder(order: String?) async throws {
        let (code, failure) = try await run(order)
        #expect(code == 1 && failure?.code == "HELPER_ERROR")
        #expect(failure?.reason.hasPrefix("no target found, provide atleast one target: LITMUS_ORDER") == true)
    }

    @Test("an order of another version is told from a missing one")
    func badOrder() async throws {
        let (code, failure) = try await run(#"{"id":"h","fault":"future"}"#)
        #expect(code == 1)
        #expect(failure?.reason.hasPrefix("LITMUS_ORDER is no order that this version understands: ") == true)
    }

    @Test("an order that cannot be followed touches nothing and says why")
    func noTargets() async throws {
        let order = InjectionOrder(
            id: "h", fault: "pod-network-loss", steps: [.loseTraffic(TrafficLoss(percentage: 100))], targets: [],
            durationMilliseconds: 1000)
        let (code, failure) = try await run(String(decoding: try JSONEncoder().encode(order), as: UTF8.self))
        #expect(code == 1 && failure?.reason == "no target found, provide atleast one target")
    }

    @Test("a helper that is told to stop before it has begun reports, and ends")
    func stopped() async throws {
        _ = try await fixture.makePod()
        let fixture = fixture
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await ChaosHelper.run(
                environment: ["POD_NAME": "web-0", "CHAOS_NAMESPACE": "shop"], client: fixture.cluster,
                logger: Fixture.quiet)
        }
        task.cancel()
        #expect(await task.value == 1)
        let pod = try await fixture.cluster.get(Pod.self, namespace: "shop", name: "web-0")
        #expect(pod.metadata.annotations[HelperContract.reportAnnotation] != nil)
    }
}
