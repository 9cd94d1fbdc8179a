import Foundation
import Testing

extension EndToEnd {
    /// What a stock kubectl does on the embedded cluster, as tables of commands and what they must print.
    @Suite struct KubectlTests {
        /// A command, its exit code, and texts that its output must contain, or, after `!`, must not.
        struct Step: Sendable {
            var command: String
            var input: String?
            var code: Int32
            var expected: [String]
            /// Versions of kubectl that have the command; nil is all.
            var only: String?

            init(_ command: String, _ expected: String..., input: String? = nil, code: Int32 = 0, only: String? = nil) {
                (self.command, self.input, self.code, self.expected, self.only) = (command, input, code, expected, only)
            }
        }

        /// Steps that build on each other, on one cluster.
        struct Table: Sendable, CustomTestStringConvertible {
            var name: String
            var steps: [Step]
            var testDescription: String { name }
        }

        static let tables = [
            Table(name: "a working day", steps: workingDay), Table(name: "ways to print", steps: printing),
            Table(name: "ways to change", steps: changes), Table(name: "rollouts", steps: rollouts),
            Table(name: "jobs", steps: jobs), Table(name: "definitions", steps: definitions),
            Table(name: "mistakes", steps: mistakes), Table(name: "events", steps: events),
            Table(name: "permissions", steps: permissions),
        ]

        @Test(
            "what kubectl prints", .enabled(if: Place.isRoot, "needs root"), arguments: tables, ["newest", "1.20"])
        func prints(table: Table, version: String) async throws {
            try await TestCluster.with(arguments: ["--image", "shell=host"]) { cluster in
                for step in table.steps where step.only == nil || step.only == version {
                    let (code, output) = try await cluster.kubectl(step.command, input: step.input, version: version)
                    #expect(code == step.code, "kubectl \(step.command):\n\(output)")
                    for text in step.expected {
                        if text.hasPrefix("!") {
                            #expect(!output.contains(text.dropFirst()), "kubectl \(step.command):\n\(output)")
                        } else {
                            #expect(output.contains(text), "kubectl \(step.command): \(text) is missing in\n\(output)")
                        }
                    }
                }
            }
        }

        @Test("edit opens the object and sends what changed", .enabled(if: Place.isRoot, "needs root"))
        func edit() async throws {
            try await TestCluster.with { cluster in
                _ = try await cluster.kubectl("apply -f -", input: Self.configMap)
                let editor = try Program(
                    "/usr/bin/env",
                    [
                        "KUBE_EDITOR=sed -i s/blue/red/", "\(Place.tools)/kubectl-newest", "--kubeconfig",
                        cluster.kubeconfig, "edit", "configmap", "settings",
                    ])
                #expect(try await editor.wait() == 0, "\(editor.output)")
                let (_, colour) = try await cluster.kubectl("get configmap settings -o jsonpath={.data.colour}")
                #expect(colour == "red")
            }
        }

        @Test("a followed log shows lines as they come and ends with the pod", .enabled(if: Place.isRoot, "needs root"))
        func followedLog() async throws {
            try await TestCluster.with(arguments: ["--image", "shell=host"]) { cluster in
                let pod = """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: talker}
                    spec:
                      restartPolicy: Never
                      containers:
                        - {name: main, image: shell, command: [sh, -c, 'for i in 1 2 3; do echo line $i; sleep 0.2; done']}
                    """
                _ = try await cluster.kubectl("apply -f -", input: pod)
                _ = try await cluster.kubectl("wait --for=condition=PodScheduled pod/talker --timeout=10s")
                var log = (code: Int32(1), output: "")
                for _ in 0..<50 where log.code != 0 {
                    log = try await cluster.kubectl("logs -f talker")
                }
                #expect(log.output.contains("line 1\nline 2\nline 3"))
                let (code, output) = try await cluster.kubectl(
                    "wait --for=jsonpath={.status.phase}=Succeeded pod/talker --timeout=10s")
                #expect(code == 0, "\(output)")
            }
        }
    }
}
