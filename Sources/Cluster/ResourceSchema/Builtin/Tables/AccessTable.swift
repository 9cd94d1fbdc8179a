extension SchemaTable {
    /// Access control and the reviews of it.
    static let access = #"""
        package io.k8s.api.rbac.v1
        kind Role -- Permissions within one namespace.
          rules: [PolicyRule] -- What is allowed.
        type PolicyRule
          apiGroups: [string] -- API groups; "" is the core group, * all.
          nonResourceURLs: [string] -- Paths that are no resources, such as /healthz.
          resourceNames: [string] -- Only objects with these names.
          resources: [string] -- Resources, with subresources as pods/log; * is all.
          verbs!: [string] -- What may be done, such as get, list, watch, create; * is all.
        kind RoleBinding -- Gives a role's permissions to users, groups or service accounts in one namespace.
          roleRef!: RoleRef -- The Role or ClusterRole; cannot be changed.
          subjects: [Subject] -- Who gets the permissions.
        type RoleRef | atomicMap { apiGroup: string; kind!: string; name!: string }
        type Subject | atomicMap { apiGroup: string; kind!: string; name!: string; namespace: string }
        kind ClusterRole -- Permissions in all namespaces and on cluster-scoped resources.
          aggregationRule: AggregationRule
          rules: [PolicyRule] -- What is allowed.
        type AggregationRule { clusterRoleSelectors: [LabelSelector] }
        kind ClusterRoleBinding -- Gives a cluster role's permissions in the whole cluster.
          roleRef!: RoleRef; subjects: [Subject]
        package io.k8s.api.authorization.v1
        kind SelfSubjectAccessReview -- Asks whether the caller may do something.
          spec!: SelfSubjectAccessReviewSpec; status: SubjectAccessReviewStatus
        type SelfSubjectAccessReviewSpec
          nonResourceAttributes: NonResourceAttributes; resourceAttributes: ResourceAttributes
        type NonResourceAttributes { path: string; verb: string }
        type ResourceAttributes
          fieldSelector: FieldSelectorAttributes; group: string; labelSelector: LabelSelectorAttributes
          name: string; namespace: string; resource: string; subresource: string; verb: string; version: string
        type FieldSelectorAttributes { rawSelector: string; requirements: [FieldSelectorRequirement] }
        type LabelSelectorAttributes { rawSelector: string; requirements: [LabelSelectorRequirement] }
        type SubjectAccessReviewStatus { allowed: bool; denied: bool; evaluationError: string; reason: string }
        kind SubjectAccessReview -- Asks whether a user may do something.
          spec!: SubjectAccessReviewSpec; status: SubjectAccessReviewStatus
        type SubjectAccessReviewSpec
          extra: {[string]}; groups: [string]; nonResourceAttributes: NonResourceAttributes
          resourceAttributes: ResourceAttributes; uid: string; user: string
        kind SelfSubjectRulesReview -- Asks what the caller may do in a namespace.
          spec!: SelfSubjectRulesReviewSpec; status: SubjectRulesReviewStatus
        type SelfSubjectRulesReviewSpec { namespace: string }
        type SubjectRulesReviewStatus
          evaluationError: string; incomplete: bool; nonResourceRules: [NonResourceRule]
          resourceRules: [ResourceRule]
        type NonResourceRule { nonResourceURLs: [string]; verbs!: [string] }
        type ResourceRule { apiGroups: [string]; resourceNames: [string]; resources: [string]; verbs!: [string] }
        kind LocalSubjectAccessReview -- Asks whether a user may do something in one namespace.
          spec!: SubjectAccessReviewSpec; status: SubjectAccessReviewStatus
        package io.k8s.api.authentication.v1
        kind TokenRequest -- Asks for a token of a service account.
          spec: TokenRequestSpec; status: TokenRequestStatus
        type TokenRequestSpec
          attestations: {[string]}
          audiences: [string]
          boundObjectRef: BoundObjectReference
          expirationSeconds: int64 = 3600
        type BoundObjectReference { apiVersion: string; kind: string; name: string; uid: string }
        type TokenRequestStatus { expirationTimestamp: time; token: string }
        kind TokenReview -- Asks whom a token belongs to.
          spec!: TokenReviewSpec; status: TokenReviewStatus
        type TokenReviewSpec { audiences: [string]; token!: string }
        type TokenReviewStatus { audiences: [string]; authenticated: bool; error: string; user: UserInfo }
        type UserInfo { extra: {[string]}; groups: [string]; uid: string; username: string }
        kind SelfSubjectReview -- Asks who the caller is.
          status: SelfSubjectReviewStatus
        type SelfSubjectReviewStatus { userInfo: UserInfo }
        """#
}
