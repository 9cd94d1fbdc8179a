/// Accounts that the hub's engines name and do not bring.
enum ServiceAccounts {
    /// An account with what the hub's faults on pods ask for, in the namespace `default`.
    static func manifest(_ name: String) -> String {
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: \(name)}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: \(name)}
        rules:
          - {apiGroups: [''], resources: [pods], verbs: [create, delete, get, list, patch, update, deletecollection]}
          - {apiGroups: [''], resources: [events], verbs: [create, get, list, patch, update]}
          - {apiGroups: [''], resources: [configmaps], verbs: [get, list]}
          - {apiGroups: [''], resources: [pods/log], verbs: [get, list, watch]}
          - {apiGroups: [''], resources: [pods/exec], verbs: [get, list, create]}
          - {apiGroups: [apps], resources: [deployments, statefulsets, replicasets, daemonsets], verbs: [list, get]}
          - {apiGroups: [''], resources: [replicationcontrollers], verbs: [get, list]}
          - {apiGroups: [batch], resources: [jobs], verbs: [create, list, get, delete, deletecollection]}
          - apiGroups: [litmuschaos.io]
            resources: [chaosengines, chaosexperiments, chaosresults]
            verbs: [create, list, get, patch, update, delete]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: \(name)}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: \(name)}
        subjects: [{kind: ServiceAccount, name: \(name)}]
        """
    }
}
