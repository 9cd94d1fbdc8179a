extension EndToEnd.KubectlTests {
    /// Revisions of each kind of workload, forwards and back.
    static let rollouts: [Step] =
        [
            Step("apply -f -", "statefulset.apps/db created", "daemonset.apps/agent created", input: sets + deployment)
        ] + ["deployment/web", "statefulset/db", "daemonset/agent"].flatMap(turns) + [
            Step("rollout restart deployment/web daemonset/agent statefulset/db", "restarted"),
            Step("rollout status statefulset/db --timeout=60s", "complete"),
            Step("rollout pause deployment/web", "paused"),
            Step("rollout resume deployment/web", "resumed"),
            Step("get controllerrevisions", "daemonset.apps/agent", "statefulset.apps/db"),
            Step("scale statefulset db --replicas=2", "scaled"),
            Step("rollout status statefulset/db --timeout=60s", "2 new pods"),
            Step("get statefulset,daemonset", "db", "2/2", "agent"),
            Step("describe statefulset db", "SuccessfulCreate", "create Pod db-1"),
            Step("delete statefulset,daemonset,deployment --all", "deleted"),
            Step("get rs,sts,ds", "No resources found"),
        ]

    /// One workload changed, undone, and undone again.
    private static func turns(_ name: String) -> [Step] {
        let value = "get \(name) -o jsonpath={.spec.template.spec.containers[0].env[*].value}"
        let wait = Step("rollout status \(name) --timeout=60s", "roll")
        return [
            wait, Step("set env \(name) TURN=two", "env updated"), wait,
            Step("rollout history \(name)", "1", "2"),
            Step("rollout history \(name) --revision=2", "TURN:", "two"),
            Step("rollout undo \(name)", "rolled back"), wait, Step(value, "!two"),
            Step("rollout history \(name)", "3", "!1  "),
            Step("rollout undo \(name)", "rolled back"), wait, Step(value, "two"),
        ]
    }

    private static let sets = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec:
          serviceName: db
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: litmus/sample-app}]}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: agent}
        spec:
          selector: {matchLabels: {app: agent}}
          template:
            metadata: {labels: {app: agent}}
            spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: litmus/sample-app}]}
        ---

        """

    static let jobs: [Step] = [
        Step("create job once --image=shell -- sh -c 'echo done'", "created"),
        Step("wait --for=condition=complete job/once --timeout=30s", "condition met"),
        Step("logs job/once", "done"),
        Step("get jobs", "1/1"),
        Step("describe job once", "controller-uid=", "1 Succeeded", "Completed"),
        Step("create job fails --image=shell -- false", "created"),
        Step("create cronjob later --image=shell --schedule='0 0 1 1 *' -- true", "created", only: "newest"),
        Step("get cronjobs", "0 0 1 1 *", only: "newest"),
        Step("create job now --from=cronjob/later", "created", only: "newest"),
        Step("wait --for=condition=complete job/now --timeout=30s", "condition met", only: "newest"),
        Step("run quick --image=shell --restart=Never -- echo hello", "pod/quick created"),
        Step("delete jobs --all", "\"once\" deleted"),
        Step("get pods -l job-name=once", "No resources found"),
        Step("delete pod quick", "deleted"),
    ]

    /// A definition, its objects, and what is refused of them.
    static let definitions: [Step] = [
        Step("apply -f -", "created", input: widgets),
        Step("wait --for=condition=established crd/widgets.example.com --timeout=10s", "condition met"),
        Step("create -f -", "widget.example.com/one created", input: widget),
        Step("get wd", "SIZE", "3"),
        Step("get widget one -o jsonpath={.spec.colour}", "blue"),
        Step("explain widget.spec", "How large it is.", "required"),
        Step("scale widget one --replicas=5", "scaled"),
        Step("get all", "widget.example.com/one"),
        Step("patch widget one --type merge -p {\"spec\":{\"size\":0}}", "greater than or equal to 1", code: 1),
        Step("patch widget one --type merge -p {\"spec\":{\"size\":\"a\"}}", "must be of type integer", code: 1),
        Step("apply --server-side -f -", "conflict", input: widget, code: 1),
        Step("apply --server-side --force-conflicts -f -", "serverside-applied", input: widget),
        Step("delete crd widgets.example.com", "deleted"),
        Step("get widgets", "could not find the requested resource", code: 1),
    ]

    private static let widget = """
        apiVersion: example.com/v1
        kind: Widget
        metadata: {name: one}
        spec: {size: 3}
        """

    private static let widgets = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all]}
          versions:
            - name: v1
              served: true
              storage: true
              subresources:
                status: {}
                scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}
              additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      required: [size]
                      properties:
                        size: {type: integer, minimum: 1, description: How large it is.}
                        colour: {type: string, default: blue}
                    status: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """
}
