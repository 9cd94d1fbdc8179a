import ChaosAPI
import ClusterTesting
import ControllerRuntime
import Injection
import KubernetesAPI
import Synchronization
import Testing

@testable import ChaosHelper

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(1))) struct PodReporterTests {
    private let fixture = Fixture()
    private let clock = ManualClock()

    private func reporter() async throws -> PodReporter {
        _ = try await fixture.makePod()
        return PodReporter(
            client: fixture.cluster, namespace: "shop", pod: "web-0", time: TimeSource(clock), logger: Fixture.quiet)
    }

    private func report() async throws -> InjectionReport? {
        try await fixture.cluster.get(Pod.self, namespace: "shop", name: "web-0")
            .metadata.annotations[HelperContract.reportAnnotation]
            .map { try JSONDecoder().decode(InjectionReport.self, from: Data($0.utf8)) }
    }

    /// How often the report was tried to be written.
    private var attempts: Int { fixture.cluster.requests.count { $0.verb == "patch" && $0.subresource == nil } }

    @Test("a report stands on the helper's own pod, and the next replaces it")
    func written() async throws {
        let reporter = try await reporter()
        await reporter.send(InjectionReport(state: .injected))
        await reporter.close()
        #expect(try await report() == InjectionReport(state: .injected))
        let failure = InjectionReport.Failure(code: "HELPER_ERROR", reason: "why", target: "t")
        await reporter.send(InjectionReport(state: .failed, failure: failure))
        await reporter.close()
        #expect(try await report()?.failure == failure)
    }

    @Test("while the cluster does not answer, a report is tried again")
    func repeated() async throws {
        let reporter = try await reporter()
        let failures = Mutex(3)
        fixture.cluster.onRequest { _ in
            let left = failures.withLock { left in
                left -= 1
                return left
            }
            if left >= 0 { throw Status.internalError("down") }
        }
        await reporter.send(InjectionReport(state: .reverted))
        for _ in 0..<3 {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(2))
        }
        await reporter.close()
        #expect(try await report()?.state == .reverted)
    }

    @Test("a cluster that does not answer holds up neither the chaos nor the last word")
    func overtaken() async throws {
        let reporter = try await reporter()
        fixture.cluster.onRequest { _ in throw Status.internalError("down") }
        await reporter.send(InjectionReport(state: .injected))
        await clock.waitForSleepers()
        await reporter.send(InjectionReport(state: .reverted))
        fixture.cluster.onRequest(nil)
        clock.advance(by: .seconds(2))
        await reporter.close()
        #expect(try await report()?.state == .reverted)
        // One that failed, and the last word; the first report is not written after all.
        #expect(attempts == 2)
    }

    @Test("a report outlasts a cluster that is away for long while the helper works")
    func longAbsence() async throws {
        let reporter = try await reporter()
        fixture.cluster.onRequest { _ in throw Status.internalError("down") }
        await reporter.send(InjectionReport(state: .injected))
        await clock.waitForSleepers()
        clock.advance(by: PodReporter.patience * 10)
        await clock.waitForSleepers()
        fixture.cluster.onRequest(nil)
        clock.advance(by: .seconds(2))
        await reporter.close()
        #expect(try await report()?.state == .injected)
    }

    @Test("after its last report the reporter is patient for minutes, and then gives up")
    func patience() async throws {
        #expect(PodReporter.patience >= .seconds(120))
        let reporter = try await reporter()
        fixture.cluster.onRequest { _ in throw Status.internalError("down") }
        await reporter.send(InjectionReport(state: .reverted))
        await clock.waitForSleepers()
        let closing = Task { await reporter.close() }
        while await !reporter.isClosed { await Task.yield() }
        clock.advance(by: PodReporter.patience)
        await closing.value
        #expect(attempts == 2)
    }

    @Test(
        "neither a refusal nor a pod that is gone is tried again",
        arguments: [
            Status.forbidden(Pod.type.gvr, name: "web-0", "no patch"), Status.notFound(Pod.type.gvr, name: "web-0"),
        ])
    func hopeless(status: Status) async throws {
        let reporter = try await reporter()
        fixture.cluster.onRequest { _ in throw status }
        await reporter.send(InjectionReport(state: .reverted))
        await reporter.close()
        #expect(attempts == 1)
    }

    @Test("the last word is written although the helper is being stopped")
    func lastWord() async throws {
        let reporter = try await reporter()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            await reporter.send(InjectionReport(state: .reverted))
            await reporter.close()
        }
        task.cancel()
        await task.value
        #expect(try await report()?.state == .reverted)
    }
}
