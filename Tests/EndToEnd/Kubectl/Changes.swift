extension EndToEnd.KubectlTests {
    /// Every way to make, change and remove objects.
    static let changes: [Step] = [
        Step("create deployment made --image=litmus/sample-app --replicas=1", "created"),
        Step("rollout status deployment/made --timeout=60s", "successfully rolled out"),
        Step("set env deployment/made COLOUR=blue", "env updated"),
        Step("get deployment made -o jsonpath={.spec.template.spec.containers[0].env[0].value}", "blue"),
        Step("apply -f -", "created", input: lists(["A": "1", "B": "2"], ports: [8080])),
        Step("diff -f -", "+", "9090", input: lists(["B": "3", "C": "4"], ports: [8080, 9090]), code: 1),
        Step("apply --dry-run=server -f -", "dry run", input: lists(["B": "3"], ports: [9090])),
        Step("apply -f -", "configured", input: lists(["B": "3", "C": "4"], ports: [8080, 9090])),
        Step(
            "get deployment lists -o jsonpath={.spec.template.spec.containers[0].env[*].name},{.spec.template.spec.containers[0].env[*].value}",
            "B C,3 4"),
        Step(
            "get deployment lists -o jsonpath={.spec.template.spec.containers[0].ports[*].containerPort}", "8080 9090"),
        Step("apply -f -", "configured", input: lists(["A": "1"], ports: [8080])),
        Step(
            "get deployment lists -o jsonpath={.spec.template.spec.containers[0].ports[*].containerPort}", "8080",
            "!9090"),
        Step("diff -f -", input: lists(["A": "1"], ports: [8080])),
        Step("replace -f -", "replaced", input: lists(["Z": "26"], ports: [8080])),
        Step("get deployment lists -o jsonpath={.spec.template.spec.containers[0].env[*].name}", "Z", "!A"),
        Step("scale deployment lists --current-replicas=7 --replicas=2", "Expected replicas to be 7", code: 1),
        Step(
            "get --raw /apis/apps/v1/namespaces/default/deployments/lists/scale", "\"kind\":\"Scale\"", "\"replicas\":1"
        ),
        Step(
            "patch deployment lists --subresource=scale --type=merge -p {\"spec\":{\"replicas\":2}}", "patched",
            only: "newest"),
        Step("label deployment lists made tier=front", "labeled"),
        Step("label deployment lists tier=back", "already has a value", code: 1),
        Step("label --overwrite deployment lists tier=back", "labeled"),
        Step("label deployment lists tier-", "lists"),
        Step("annotate deployment lists note=x", "annotated"),
        Step("delete deployment -l tier=front", "\"made\" deleted", "!\"lists\" deleted"),
        Step("delete deployment lists --cascade=orphan", "deleted"),
        Step("get rs -l app=lists", "lists-"),
        Step("delete rs -l app=lists --cascade=foreground", "deleted"),
        Step("get pods -l app=lists", "No resources found"),
        Step("delete deployment lists --ignore-not-found", code: 0),
        Step("apply -f -", "created", input: talker),
        Step("wait --for=condition=Ready pod/talker --timeout=30s", "condition met"),
        Step("logs talker -c main --tail=1", "hello"),
        Step("logs talker --all-containers --prefix", "[pod/talker/main] hello", "[pod/talker/side] aside"),
        Step("logs talker -c main --timestamps", "Warning:", "hello"),
        Step("logs talker -c other", "not valid for pod talker", code: 1),
        Step("exec talker -c main -- sh -c 'echo hi; exit 3'", "hi", "exit code 3", code: 3, only: "newest"),
        Step("exec talker -c main -- true", "use kubectl 1.30 or newer", code: 1, only: "1.20"),
        Step("exec talker -c other -- true", "not valid for pod talker", code: 1),
        Step("wait --for=delete pod/talker --timeout=1s", "timed out", code: 1),
        Step("delete pod talker --wait=false", "deleted"),
        Step("wait --for=delete pod/talker --timeout=30s", code: 0, only: "newest"),
        Step("delete pod talker --ignore-not-found --timeout=30s"),
        Step("cordon -l kubernetes.io/os=linux", "cordoned"),
        Step("get nodes", "SchedulingDisabled"),
        Step("uncordon -l kubernetes.io/os=linux", "uncordoned"),
    ]

    private static func lists(_ environment: [String: String], ports: [Int]) -> String {
        let pairs = environment.sorted { $0.key < $1.key }.map { "{name: \($0.key), value: \"\($0.value)\"}" }
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: lists}
            spec:
              selector: {matchLabels: {app: lists}}
              template:
                metadata: {labels: {app: lists}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: main
                      image: litmus/sample-app
                      env: [\(pairs.joined(separator: ", "))]
                      ports: [\(ports.map { "{containerPort: \($0)}" }.joined(separator: ", "))]
            """
    }

    private static let talker = """
        apiVersion: v1
        kind: Pod
        metadata: {name: talker}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
            - {name: main, image: shell, command: [sh, -c, 'echo hello; exec sleep 600']}
            - {name: side, image: shell, command: [sh, -c, 'echo aside; exec sleep 600']}
        """
}
