import Foundation
import Testing

extension EndToEnd.KubectlTests {
    /// What a user gets wrong, and what is said of it.
    static let mistakes: [Step] = [
        Step("create -f -", "unknown field", "imagee", input: pod("{name: a, image: shell, imagee: x}"), code: 1),
        Step(
            "create --validate=warn -f -", "unknown field \"spec.containers[0].imagee\"", "pod/wrong created",
            input: pod("{name: a, image: shell, imagee: x, command: [sleep, '9']}"), only: "newest"),
        Step("delete pod wrong --ignore-not-found --now"),
        Step(
            "create -f -", "spec.containers[0].ports[0].containerPort", "integer",
            input: pod("{name: a, image: shell, ports: [{containerPort: http}]}"), code: 1, only: "newest"),
        Step(
            "create -f -", "containerPort", "integer",
            input: pod("{name: a, image: shell, ports: [{containerPort: http}]}"), code: 1, only: "1.20"),
        Step("create -f -", "spec.containers[0].image: Required value", input: pod("{name: a}"), code: 1),
        Step(
            "create -f -", "`selector` does not match template `labels`",
            input: deployment.replacingOccurrences(of: "labels: {app: web}", with: "labels: {app: other}"), code: 1),
        Step(
            "create -f -", "no matches for kind \"Foo\"", input: "apiVersion: v7\nkind: Foo\nmetadata: {name: a}",
            code: 1),
        Step("create -f -", "kind not set", input: "apiVersion: v1\nmetadata: {name: a}", code: 1),
        Step("create -n nowhere -f -", "namespaces \"nowhere\" not found", input: configMap, code: 1),
        Step("create configmap Bad_Name", "lowercase RFC 1123 subdomain", code: 1),
        Step("get pods -n nowhere", "No resources found"),
        Step("get nothings", "doesn't have a resource type \"nothings\"", code: 1),
        Step("get pods --field-selector=colour=blue", "field label not supported: colour", code: 1),
        Step("get pods -l 'a b'", "label selector", code: 1),
        Step("scale deployment/nothing --replicas=1", "NotFound", code: 1),
        Step("logs nothing", "\"nothing\" not found", code: 1),
        Step("explain pod.nothing", "field \"nothing\" does not exist", code: 1),
        Step("run lost --image=unknown/image --restart=Never", "created"),
        Step("wait --for=condition=PodScheduled pod/lost --timeout=10s", "met"),
        Step("logs lost", "waiting to start", code: 1),
        Step("apply -f -", "created", input: deployment),
        Step(
            "apply -f -", "spec.selector", "field is immutable",
            input: deployment.replacingOccurrences(of: "app: web}", with: "app: other}"), code: 1),
        Step(
            "patch deployment web --type json -p [{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":9}]", code: 1),
    ]

    private static func pod(_ container: String) -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: wrong}\nspec: {containers: [\(container)]}"
    }

    /// What the administrator may, and others may not.
    static let permissions: [Step] = [
        Step("auth can-i '*' '*'", "yes"),
        Step("auth can-i --list", "*.*"),
        Step("auth whoami", "kubernetes-admin", only: "newest"),
        Step("create serviceaccount robot", "created"),
        Step("auth can-i list pods --as system:serviceaccount:default:robot", "no", code: 1),
        Step("create role reader --verb=get,list --resource=pods,pods/log", "created"),
        Step("create rolebinding reader --role=reader --serviceaccount=default:robot", "created"),
        Step("auth can-i list pods --as system:serviceaccount:default:robot", "yes"),
        Step("auth can-i list pods -n kube-system --as system:serviceaccount:default:robot", "no", code: 1),
        Step("get pods --as system:serviceaccount:default:robot", "No resources found"),
        Step(
            "get secrets --as system:serviceaccount:default:robot", "Forbidden",
            "User \"system:serviceaccount:default:robot\" cannot list resource \"secrets\"", code: 1),
        Step("create clusterrole wide --verb=get --resource=nodes", "created"),
        Step("create clusterrolebinding wide --clusterrole=wide --user=ann", "created"),
        Step("auth can-i get nodes --as ann", "yes"),
        Step("describe rolebinding reader", "ServiceAccount", "robot"),
        Step("create token nobody", "\"nobody\" not found", code: 1, only: "newest"),
    ]

    @Test(
        "a service account's token opens what its role allows and nothing else",
        .enabled(if: Place.isRoot, "needs root"), arguments: ["newest", "1.20"])
    func serviceAccount(version: String) async throws {
        try await TestCluster.with { cluster in
            for step in Self.permissions.filter({ $0.command.hasPrefix("create ") && $0.code == 0 }) {
                _ = try await cluster.kubectl(step.command)
            }
            let token = try await cluster.kubectl("create token robot").output
            let robot = "--token \(token)"
            let allowed = try await cluster.kubectl("get pods \(robot)", version: version)
            #expect(allowed.code == 0 && allowed.output.contains("No resources found"), "\(allowed.output)")
            let refused = try await cluster.kubectl("delete pod x \(robot)", version: version)
            #expect(refused.code == 1 && refused.output.contains("pods \"x\" is forbidden"), "\(refused.output)")
            let stranger = try await cluster.kubectl("get pods --token nonsense", version: version)
            #expect(stranger.code == 1 && stranger.output.contains("Unauthorized"), "\(stranger.output)")
        }
    }
}
