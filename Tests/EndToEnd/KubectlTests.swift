import Foundation
import Testing

extension EndToEnd {
    /// What a stock kubectl does on the embedded cluster, as a table of commands and what they must print.
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

        static let configMap = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, labels: {app: demo}}
            data: {colour: blue}
            """

        static let steps: [Step] = [
            Step("version", "Server Version"),
            Step("api-resources", "deployments", "chaosengines", "litmuschaos.io/v1alpha1"),
            Step("get nodes", "STATUS", "Ready"),
            Step("get namespaces", "default", "kube-system", "Active"),
            Step("auth can-i delete pods", "yes"),
            Step("auth can-i delete pods --as system:serviceaccount:default:default", "no", code: 1, only: "newest"),
            Step("apply -f -", "configmap/settings created", input: configMap),
            Step("apply -f -", "configmap/settings unchanged", input: configMap),
            Step(
                "apply -f -", "configmap/settings configured",
                input: configMap.replacingOccurrences(of: "blue", with: "green")),
            Step("get configmap settings -o jsonpath={.data.colour}", "green", "!blue"),
            Step("diff -f -", "blue", input: configMap, code: 1),
            Step("apply --server-side --force-conflicts -f -", "serverside-applied", input: configMap),
            Step("get configmaps -l app=demo", "NAME", "settings", "DATA"),
            Step("get configmaps -l app=other", "No resources found"),
            Step("label configmap settings tier=front", "labeled"),
            Step("annotate configmap settings note='two words'", "annotated"),
            Step("get configmap settings -o yaml", "tier: front", "note: two words", "colour: blue"),
            Step("patch configmap settings --type merge -p {\"data\":{\"size\":\"large\"}}", "patched"),
            Step("patch configmap settings --type json -p [{\"op\":\"remove\",\"path\":\"/data/size\"}]", "patched"),
            Step("describe configmap settings", "colour", "blue", "!large"),
            Step("create configmap made --from-literal=a=1", "configmap/made created"),
            Step("create configmap made --from-literal=a=1", "already exists", code: 1),
            Step("create namespace extra", "namespace/extra created"),
            Step("create serviceaccount robot -n extra", "serviceaccount/robot created"),
            Step("create secret generic password --from-literal=word=secret", "secret/password created"),
            Step("create role reader --verb=get --resource=pods", "role", "created"),
            Step("get secret password -o jsonpath={.data.word}", "c2VjcmV0"),
            Step("apply -f -", "deployment.apps/web created", input: deployment),
            Step("rollout status deployment/web --timeout=60s", "successfully rolled out"),
            Step("get deployments", "web", "2/2"),
            Step("get pods -o wide", "Running", "1/1", "IP"),
            Step("wait --for=condition=Ready pod -l app=web --timeout=30s", "condition met"),
            Step("logs deployment/web", "Server started"),
            Step("scale deployment web --replicas=3", "scaled"),
            Step("rollout status deployment/web --timeout=60s", "successfully rolled out"),
            Step("get deployment web -o jsonpath={.status.readyReplicas}", "3"),
            Step("describe deployment web", "ScalingReplicaSet", "Replicas:"),
            Step("describe pods -l app=web", "Started", "Ready", "Scheduled"),
            Step("patch deployment web -p {\"spec\":{\"replicas\":1}}", "patched"),
            Step("get all", "deployment.apps/web", "replicaset.apps/web"),
            Step("explain pod.spec.containers", "image", "livenessProbe"),
            Step("explain chaosengine.spec", "engineState", only: "newest"),
            Step("get crds", "chaosengines.litmuschaos.io"),
            Step("delete deployment web", "deleted"),
            Step("delete namespace extra --timeout=30s", "deleted"),
            Step("get namespace extra", "NotFound", code: 1),
            Step("delete configmap settings made", "deleted"),
            Step("get pods nothing", "NotFound", code: 1),
        ]

        static let deployment = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: web, image: litmus/sample-app}]
            """

        @Test("the commands of a working day", .enabled(if: Place.isRoot, "needs root"), arguments: ["newest", "1.20"])
        func workingDay(version: String) async throws {
            try await TestCluster.with { cluster in
                for step in Self.steps where step.only == nil || step.only == version {
                    let (code, output) = try await cluster.kubectl(step.command, input: step.input, version: version)
                    #expect(code == step.code, "kubectl \(step.command):\n\(output)")
                    for text in step.expected {
                        if text.hasPrefix("!") {
                            #expect(!output.contains(text.dropFirst()), "kubectl \(step.command):\n\(output)")
                        } else {
                            #expect(output.contains(text), "kubectl \(step.command):\n\(output)")
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
