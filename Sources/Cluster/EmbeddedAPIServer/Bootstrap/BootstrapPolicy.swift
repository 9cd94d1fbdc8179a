import KubernetesAPI

/// The ClusterRoles and ClusterRoleBindings that every cluster has, as Kubernetes' documentation of RBAC lists them.
enum BootstrapPolicy {
    static let rbac = "rbac.authorization.k8s.io"
    private static let apiVersion = JSON.string("rbac.authorization.k8s.io/v1")
    private static let read = ["get", "list", "watch"]
    private static let write = ["create", "delete", "deletecollection", "patch", "update"]

    static var clusterRoles: [JSON] {
        [
            role("cluster-admin", [rule(["*"], ["*"], ["*"]), path(["*"], verbs: ["*"])]),
            role("system:discovery", [path(discoveryPaths)]),
            role("system:public-info-viewer", [path(["/healthz", "/livez", "/readyz", "/version", "/version/"])]),
            role(
                "system:service-account-issuer-discovery",
                [path(["/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks"])]),
            role("system:basic-user", basicUser),
            role("system:auth-delegator", authDelegator),
            aggregating("admin", ["aggregate-to-admin"]),
            aggregating("edit", ["aggregate-to-edit"], labels: ["aggregate-to-admin"]),
            aggregating("view", ["aggregate-to-view"], labels: ["aggregate-to-edit"]),
            role("system:aggregate-to-admin", adminRules, labels: ["aggregate-to-admin"]),
            role("system:aggregate-to-edit", editRules, labels: ["aggregate-to-edit"]),
            role("system:aggregate-to-view", viewRules, labels: ["aggregate-to-view"]),
        ]
    }

    static var clusterRoleBindings: [JSON] {
        [
            binding("cluster-admin", ["system:masters"]),
            binding("system:discovery", ["system:authenticated"]),
            binding("system:basic-user", ["system:authenticated"]),
            binding("system:public-info-viewer", ["system:authenticated", "system:unauthenticated"]),
            binding("system:service-account-issuer-discovery", ["system:serviceaccounts"]),
        ]
    }

    // MARK: Rules

    private static let discoveryPaths = [
        "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version",
        "/version/",
    ]

    private static var basicUser: [JSON] {
        [
            rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
            rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]),
        ]
    }

    private static var authDelegator: [JSON] {
        [
            rule(["create"], ["authentication.k8s.io"], ["tokenreviews"]),
            rule(["create"], ["authorization.k8s.io"], ["subjectaccessreviews"]),
        ]
    }

    private static var adminRules: [JSON] {
        [
            rule(["create"], ["authorization.k8s.io"], ["localsubjectaccessreviews"]),
            rule(read + write, [rbac], ["rolebindings", "roles"]),
        ]
    }

    private static var editRules: [JSON] {
        [
            rule(
                read, [""], ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"]),
            rule(["impersonate"], [""], ["serviceaccounts"]),
            rule(write, [""], ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"]),
            rule(["create"], [""], ["pods/eviction"]),
            rule(
                write, [""],
                [
                    "configmaps", "events", "persistentvolumeclaims", "replicationcontrollers",
                    "replicationcontrollers/scale", "secrets", "serviceaccounts", "services", "services/proxy",
                ]),
            rule(["create"], [""], ["serviceaccounts/token"]),
            rule(
                write, ["apps"],
                [
                    "daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets",
                    "replicasets/scale", "statefulsets", "statefulsets/scale",
                ]),
            rule(write, ["batch"], ["cronjobs", "jobs"]),
            rule(write, ["networking.k8s.io"], ["ingresses", "networkpolicies"]),
            rule(write, ["policy"], ["poddisruptionbudgets"]),
            rule(read + write, ["coordination.k8s.io"], ["leases"]),
        ]
    }

    private static var viewRules: [JSON] {
        [
            rule(
                read, [""],
                [
                    "configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods",
                    "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services",
                    "services/status",
                ]),
            rule(
                read, [""],
                [
                    "bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status",
                    "replicationcontrollers/status", "resourcequotas", "resourcequotas/status", "namespaces",
                ]),
            rule(read, ["discovery.k8s.io"], ["endpointslices"]),
            rule(
                read, ["apps"],
                [
                    "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
                    "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
                    "statefulsets/scale", "statefulsets/status",
                ]),
            rule(read, ["batch"], ["cronjobs", "cronjobs/status", "jobs", "jobs/status"]),
            rule(read, ["networking.k8s.io"], ["ingresses", "ingresses/status", "networkpolicies"]),
            rule(read, ["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"]),
        ]
    }

    // MARK: Objects

    private static func rule(_ verbs: [String], _ groups: [String], _ resources: [String]) -> JSON {
        ["verbs": JSON(verbs), "apiGroups": JSON(groups), "resources": JSON(resources)]
    }

    private static func path(_ paths: [String], verbs: [String] = ["get"]) -> JSON {
        ["verbs": JSON(verbs), "nonResourceURLs": JSON(paths)]
    }

    private static func metadata(_ name: String, labels: [String]) -> JSON {
        var all: [String: JSON] = ["kubernetes.io/bootstrapping": "rbac-defaults"]
        for label in labels { all["\(rbac)/\(label)"] = "true" }
        return ["name": .string(name), "labels": .object(all)]
    }

    private static func role(_ name: String, _ rules: [JSON], labels: [String] = []) -> JSON {
        [
            "apiVersion": apiVersion, "kind": "ClusterRole", "metadata": metadata(name, labels: labels),
            "rules": .array(rules),
        ]
    }

    private static func aggregating(_ name: String, _ selected: [String], labels: [String] = []) -> JSON {
        let selectors = selected.map { label -> JSON in ["matchLabels": .object(["\(rbac)/\(label)": "true"])] }
        return [
            "apiVersion": apiVersion, "kind": "ClusterRole", "metadata": metadata(name, labels: labels),
            "aggregationRule": ["clusterRoleSelectors": .array(selectors)], "rules": .array([]),
        ]
    }

    private static func binding(_ role: String, _ groups: [String]) -> JSON {
        [
            "apiVersion": apiVersion, "kind": "ClusterRoleBinding", "metadata": metadata(role, labels: []),
            "roleRef": ["apiGroup": .string(rbac), "kind": "ClusterRole", "name": .string(role)],
            "subjects": .array(
                groups.map { ["apiGroup": .string(rbac), "kind": "Group", "name": .string($0)] }),
        ]
    }
}
