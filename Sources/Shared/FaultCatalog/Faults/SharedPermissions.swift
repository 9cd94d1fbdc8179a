extension Permission {
    /// What the charts of the faults on pods grant (their set P1).
    static let podFaults: [Permission] = [
        Permission("", ["pods"], ["create", "delete", "get", "list", "patch", "update", "deletecollection"]),
        Permission("", ["events"], ["create", "get", "list", "patch", "update"]),
        Permission("", ["configmaps"], ["get", "list"]),
        Permission("", ["pods/log"], ["get", "list", "watch"]),
        Permission("", ["pods/exec"], ["get", "list", "create"]),
        Permission("apps", ["deployments", "statefulsets", "replicasets", "daemonsets"], ["list", "get"]),
        Permission("apps.openshift.io", ["deploymentconfigs"], ["list", "get"]),
        Permission("", ["replicationcontrollers"], ["get", "list"]),
        Permission("argoproj.io", ["rollouts"], ["list", "get"]),
        Permission("batch", ["jobs"], ["create", "list", "get", "delete", "deletecollection"]),
        Permission(
            "litmuschaos.io", ["chaosengines", "chaosexperiments", "chaosresults"],
            ["create", "list", "get", "patch", "update", "delete"]),
    ]
}
