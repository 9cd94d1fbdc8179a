import Foundation

extension EndToEnd.KubectlTests {
    static let configMap = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, labels: {app: demo}}
        data: {colour: blue}
        """

    /// From an empty cluster to a running application and back.
    static let workingDay: [Step] = [
        Step("version", "Server Version"),
        Step("api-resources", "deployments", "chaosengines", "litmuschaos.io/v1alpha1"),
        Step("get nodes", "STATUS", "Ready"),
        Step("get namespaces", "default", "kube-system", "Active"),
        Step("auth can-i delete pods", "yes"),
        Step("auth can-i delete pods --as system:serviceaccount:default:default", "no", code: 1),
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
        Step("explain chaosengine.spec", "engineState"),
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
}
