import Foundation
import Testing

extension EndToEnd {
    /// `litmus run` as its user sees it: output, exit code, and a machine as it was.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct RunTests {
        static let application = Place.examples + "/app.yaml"

        /// An engine for the sample application.
        static func engine(
            fault: String = "pod-delete", duration: String = "2", interval: String = "1", probe: String = "",
            label: String = "app=sample-app", variables: String = ""
        ) -> String {
            """
            apiVersion: litmuschaos.io/v1alpha1
            kind: ChaosEngine
            metadata: {name: chaos, namespace: default}
            spec:
              appinfo: {appns: default, applabel: '\(label)', appkind: deployment}
              chaosServiceAccount: chaos-sa
              experiments:
                - name: \(fault)
                  spec:
                    components:
                      env:
                        - {name: TOTAL_CHAOS_DURATION, value: '\(duration)'}
                        - {name: CHAOS_INTERVAL, value: '\(interval)'}
            \(variables)
            \(probe)
            """
        }

        /// An httpProbe on the application's Service.
        static func probe(url: String = "http://sample-app.default.svc.cluster.local", mode: String = "Continuous")
            -> String
        {
            """
                    probe:
                      - name: service-answers
                        type: httpProbe
                        mode: \(mode)
                        httpProbe/inputs:
                          url: \(url)
                          method: {get: {criteria: ==, responseCode: '200'}}
                        runProperties: {probeTimeout: 2s, interval: 100ms, attempt: 2, probePollingInterval: 200ms}
            """
        }

        /// Runs `litmus run` on texts as files, and expects nothing to be left of it.
        static func run(
            _ texts: [String], files: [String] = [application], arguments: [String] = []
        ) async throws -> (code: Int32, output: String) {
            let before = try await Machine.now()
            let directory = try ScratchDirectory()
            let paths = try texts.enumerated().map { try directory.write($0.element, to: "file\($0.offset).yaml") }
            let program = try Program(Place.litmus, ["run"] + paths + files + arguments)
            let code = try await program.wait(within: .seconds(180))
            let left = try await Machine.leftovers(since: before)
            #expect(left.isEmpty, "left behind: \(left)")
            return (code, program.output)
        }

        @Test("the example runs to verdict Pass")
        func example() async throws {
            let files = ["app.yaml", "engine.yaml", "fault.yaml", "rbac.yaml"].map { Place.examples + "/" + $0 }
            let (code, output) = try await Self.run([], files: files)
            #expect(code == 0, "\(output)")
            #expect(output.contains("Verdict: Pass"), "\(output)")
            #expect(output.contains("service-answers httpProbe Continuous: Passed"), "\(output)")
        }

        @Test("the fault catalogue and a generated account serve an engine that brings neither")
        func engineAlone() async throws {
            let (code, output) = try await Self.run([Self.engine(probe: Self.probe())])
            #expect(code == 0, "\(output)")
            #expect(output.contains("comes from the fault catalogue"), "\(output)")
        }

        @Test(
            "the public hub's pod-delete, unchanged but for the application", .enabled(if: Place.hasHub, "no hub here"))
        func hub() async throws {
            let folder = Place.hub + "/kubernetes/pod-delete"
            let engine = try String(contentsOfFile: folder + "/engine.yaml", encoding: .utf8)
                .replacingOccurrences(of: "appns: ''", with: "appns: 'default'")
                .replacingOccurrences(of: "applabel: ''", with: "applabel: 'app=sample-app'")
                .replacingOccurrences(of: "appkind: ''", with: "appkind: 'deployment'")
            #expect(engine.contains("app=sample-app"))
            let (code, output) = try await Self.run([engine], files: [folder + "/fault.yaml", Self.application])
            #expect(code == 0, "\(output)")
            #expect(output.contains("pod-delete: Pass"), "\(output)")
        }

        @Test("a failing probe makes the verdict Fail and is named")
        func failingProbe() async throws {
            let probe = Self.probe(url: "http://sample-app.default.svc.cluster.local/missing", mode: "EOT")
            let (code, output) = try await Self.run([Self.engine(probe: probe)])
            #expect(code == 1, "\(output)")
            #expect(output.contains("Verdict: Fail"), "\(output)")
            #expect(output.contains("service-answers httpProbe EOT: Failed"), "\(output)")
        }

        @Test("json output is one document with verdict, exit code and results")
        func json() async throws {
            let before = try await Machine.now()
            let directory = try ScratchDirectory()
            let engine = try directory.write(Self.engine(), to: "engine.yaml")
            let report = directory.path + "/report.json"
            let program = try Program(
                "/bin/sh",
                [
                    "-c", "exec \"$0\" run \"$1\" \"$2\" --output json --seed 7 > \"$3\"", Place.litmus, engine,
                    Self.application, report,
                ])
            #expect(try await program.wait() == 0, "\(program.output)")
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: report))) as? [String: Any])
            #expect(json["verdict"] as? String == "Pass")
            #expect(json["exitCode"] as? Int == 0)
            let engines = try #require(json["engines"] as? [[String: Any]])
            let results = try #require(engines.first?["results"] as? [[String: Any]])
            let status = try #require(results.first?["status"] as? [String: Any])
            #expect(status["seed"] as? String == "7")
            #expect(try await Machine.leftovers(since: before).isEmpty)
        }

        @Test("an engine on another cluster through --kubeconfig leaves that cluster as it was")
        func otherCluster() async throws {
            try await TestCluster.with { cluster in
                _ = try await cluster.kubectl("apply -f \(Place.examples)/app.yaml -f \(Place.examples)/rbac.yaml")
                _ = try await cluster.kubectl("rollout status deployment/sample-app --timeout=60s")
                let directory = try ScratchDirectory()
                let text = Self.engine().replacingOccurrences(of: "chaos-sa", with: "pod-delete-sa")
                let engine = try directory.write(text, to: "engine.yaml")
                let program = try Program(Place.litmus, ["run", engine, "--kubeconfig", cluster.kubeconfig])
                #expect(try await program.wait() == 0, "\(program.output)")
                let (_, left) = try await cluster.kubectl("get chaosengines,chaosexperiments -A")
                #expect(left.contains("No resources found"), "\(left)")
                let (_, deployment) = try await cluster.kubectl("get deployment sample-app")
                #expect(deployment.contains("3/3"), "\(deployment)")
            }
        }
    }
}
