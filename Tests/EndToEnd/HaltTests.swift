import Foundation
import Testing

extension EndToEnd {
    /// The kill switch as whoever is on call uses it.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct HaltTests {
        private func litmus(_ words: [String], _ cluster: TestCluster) async throws -> (code: Int32, output: String) {
            let program = try Program(Place.litmus, words + ["--kubeconfig", cluster.kubeconfig])
            return (try await program.wait(within: .seconds(90)), program.output)
        }

        /// One line of an engine's status.
        private func status(_ engine: String, _ cluster: TestCluster) async throws -> String {
            let template = "{.spec.engineState}|{.status.engineStatus}|{.status.reason}|{.status.message}"
            return try await cluster.kubectl("get chaosengine \(engine) -o jsonpath='\(template)'").output
        }

        private func start(_ cluster: TestCluster) async throws -> TargetPod {
            _ = try await cluster.kubectl("apply -f -", input: ServiceAccounts.manifest("chaos-sa"))
            let (_, faults) = try await cluster.kubectl(
                "apply -f \(Place.hub)/kubernetes/pod-network-loss/fault.yaml -f \(Sample.application)")
            let ready = try await cluster.kubectl("rollout status deployment/sample-app --timeout=60s")
            #expect(ready.code == 0, "\(faults)\(ready.output)")
            let engine = Sample.engine(
                name: "first", fault: "pod-network-loss", duration: "60",
                variables: "            - {name: PODS_AFFECTED_PERC, value: '100'}")
            _ = try await cluster.kubectl("apply -f -", input: engine)
            let injected = try await cluster.kubectl(
                "wait chaosresult/first-pod-network-loss --timeout=20s "
                    + "--for=jsonpath='{.status.history.targets[0].chaosStatus}'=injected", attempts: 40)
            #expect(injected.code == 0, "\(injected.output)")
            return try #require(try await TargetPod.all(cluster, label: "app=sample-app").first)
        }

        @Test(
            "a halt undoes what runs, refuses what comes, holds over a crash, and ends with resume",
            .enabled(if: Place.hasHub, "no hub here"))
        func halt() async throws {
            let directory = try ScratchDirectory()
            var cluster = try await TestCluster.start(directory: directory.path)
            let result: Result<Void, any Error>
            do {
                let target = try await start(cluster)
                #expect(try await !target.rules().isEmpty)

                let halted = try await litmus(["halt", "--reason", "checkout is down"], cluster)
                #expect(halted.code == 0 && halted.output.contains("default/first: aborted"), "\(halted.output)")
                #expect(try await target.rules().isEmpty)
                #expect(try await status("first", cluster).hasPrefix("stop|stopped|Halted|"))
                #expect(try await status("first", cluster).contains("checkout is down"))

                cluster.program.signal(SIGKILL)
                try await cluster.program.wait(within: .seconds(20))
                cluster = try await TestCluster.start(directory: directory.path)
                _ = try await cluster.kubectl(
                    "apply -f -", input: Sample.engine(name: "second", fault: "pod-network-loss"))
                let refused = try await cluster.kubectl(
                    "wait chaosengine/second --for=jsonpath='{.status.reason}'=Halted --timeout=20s")
                #expect(refused.code == 0, "\(refused.output)")
                let (_, events) = try await cluster.kubectl("get events --field-selector involvedObject.name=second")
                #expect(events.contains("ChaosHalted"), "\(events)")
                let (_, runners) = try await cluster.kubectl("get pods -l app=second -o name")
                #expect(runners.isEmpty || runners.contains("No resources found"), "\(runners)")

                let resumed = try await litmus(["resume"], cluster)
                #expect(resumed.code == 0 && resumed.output.contains("checkout is down"), "\(resumed.output)")
                _ = try await cluster.kubectl(
                    "patch chaosengine second --type merge -p '{\"spec\":{\"engineState\":\"active\"}}'")
                let completed = try await cluster.kubectl(
                    "wait chaosengine/second --for=jsonpath='{.status.engineStatus}'=completed --timeout=60s")
                #expect(completed.code == 0, "\(completed.output)")
                result = .success(())
            } catch {
                result = .failure(error)
            }
            try await cluster.stop()
            withExtendedLifetime(directory) {}
            try result.get()
        }
    }
}
