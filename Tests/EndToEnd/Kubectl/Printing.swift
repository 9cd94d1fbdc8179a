extension EndToEnd.KubectlTests {
    /// Output formats, selectors and descriptions.
    static let printing: [Step] = [
        Step("get --raw /healthz", "ok"),
        Step("get --raw /openapi/v3", "apis/apps/v1", "apis/litmuschaos.io/v1alpha1"),
        Step("api-versions", "apps/v1", "litmuschaos.io/v1alpha1", "events.k8s.io/v1"),
        Step("cluster-info", "is running at"),
        Step("apply -f -", "created", input: deployment),
        Step("rollout status deployment/web --timeout=60s", "successfully rolled out"),
        Step("expose deployment web --port=80 --target-port=8080", "service/web exposed"),
        Step("get deploy,rs,po,svc,ep -o wide", "deployment.apps/web", "SELECTOR", "pod-template-hash", "NODE"),
        Step("get deployment web -o name", "deployment.apps/web"),
        Step("get deployment web -o json", "\"kind\": \"Deployment\""),
        Step(
            "get deployment web -o yaml", "readyReplicas: 2", "progressDeadlineSeconds: 600", "!managedFields",
            only: "newest"),
        Step("get deployment web -o custom-columns=N:.metadata.name,R:.spec.replicas", "N     R\nweb   2"),
        Step("get deployment web -o go-template={{.spec.replicas}}", "2"),
        Step("get pods --no-headers -L app --show-labels", "web", "pod-template-hash=", "!NAME"),
        Step("get pods --sort-by=.metadata.name --chunk-size=1", "web-"),
        Step("get pods -l 'app in (web,db),other!=x'", "Running"),
        Step("get pods --field-selector=status.phase=Running -o name", "pod/web-"),
        Step("get pods --field-selector=status.phase=Failed", "No resources found"),
        Step("get pods -w --request-timeout=1s", "web-"),
        Step("get po,svc -A", "NAMESPACE", "service/kubernetes"),
        Step("get chaosengines,chaosresults,chaosexperiments -A", "No resources found"),
        Step("apply -f -", "created", input: engine),
        Step("get ce", "NAME", "STATE", "STATUS", "VERDICT", "idle"),
        Step("describe chaosengine idle", "Engine State:", "stop"),
        Step("describe node", "Kubelet Version:", "v1.36", "Allocatable:", "Non-terminated Pods:", "web-"),
        Step("describe service web", "TargetPort:", "8080/TCP", "Endpoints:", "!Endpoints:         <none>"),
        Step("describe rs -l app=web", "Controlled By:", "Deployment/web", "2 current / 2 desired"),
        Step("describe namespace default", "Active"),
        Step("describe serviceaccount default", "Name:"),
        Step("get events --field-selector involvedObject.kind=Deployment", "ScalingReplicaSet", "deployment/web"),
        Step("events --for deployment/web", "ScalingReplicaSet", only: "newest"),
        Step("get lease -n kube-node-lease", "HOLDER"),
        Step("explain deployment.spec.strategy", "rollingUpdate", "How old pods are replaced"),
        Step("explain pod --recursive", "tolerationSeconds"),
        Step("explain chaosengine", "Runs experiments", "engine is"),
        Step("top nodes", "Metrics API not available", code: 1),
    ]

    static let engine = """
        apiVersion: litmuschaos.io/v1alpha1
        kind: ChaosEngine
        metadata: {name: idle}
        spec:
          engineState: stop
          appinfo: {appns: default, applabel: app=web, appkind: deployment}
          chaosServiceAccount: default
          experiments: [{name: pod-delete}]
        """

    /// Events of either group are the same events.
    static let events: [Step] = [
        Step("apply -f -", "event.events.k8s.io/seen created", input: event),
        Step("apply -f -", "event.events.k8s.io/seen unchanged", input: event),
        Step("get events", "Happened", "pod/somewhere", "It happened."),
        Step("get events.v1.events.k8s.io", "Happened", "pod/somewhere", "It happened."),
        Step("get event seen -o jsonpath={.apiVersion},{.message},{.involvedObject.name}", "v1,It happened.,somewhere"),
        Step(
            "get events.v1.events.k8s.io seen -o jsonpath={.apiVersion},{.note},{.regarding.name}",
            "events.k8s.io/v1,It happened.,somewhere"),
        Step("patch events.v1.events.k8s.io seen --type merge -p {\"note\":\"Again.\"}", "patched"),
        Step("get events", "Again.", "!It happened."),
        Step("get events.v1.events.k8s.io --field-selector regarding.name=somewhere -o name", "seen"),
        Step("get events.v1.events.k8s.io --field-selector regarding.name=elsewhere -o name", "!seen"),
        Step("delete events.v1.events.k8s.io seen", "deleted"),
        Step("get event seen", "NotFound", code: 1),
    ]

    private static let event = """
        apiVersion: events.k8s.io/v1
        kind: Event
        metadata: {name: seen}
        regarding: {apiVersion: v1, kind: Pod, name: somewhere, namespace: default}
        reason: Happened
        note: It happened.
        type: Normal
        action: Look
        eventTime: "2030-01-01T00:00:00.000000Z"
        reportingController: litmuschaos.io/test
        reportingInstance: one
        """
}
