extension SchemaTable {
    /// Network, disruption, storage, scheduling and scale.
    static let policy = #"""
        package io.k8s.api.networking.v1
        kind NetworkPolicy -- Which traffic to and from pods is allowed.
          spec: NetworkPolicySpec
        type NetworkPolicySpec
          egress: [NetworkPolicyEgressRule]; ingress: [NetworkPolicyIngressRule]; podSelector: LabelSelector
          policyTypes: [string]
        type NetworkPolicyEgressRule { ports: [NetworkPolicyPort]; to: [NetworkPolicyPeer] }
        type NetworkPolicyPort
          endPort: int32
          port: intOrString
          protocol: string = TCP
        type NetworkPolicyPeer { ipBlock: IPBlock; namespaceSelector: LabelSelector; podSelector: LabelSelector }
        type IPBlock { cidr!: string; except: [string] }
        type NetworkPolicyIngressRule { from: [NetworkPolicyPeer]; ports: [NetworkPolicyPort] }
        kind Ingress -- HTTP routes from outside to services.
          spec: IngressSpec; status: IngressStatus
        type IngressSpec
          defaultBackend: IngressBackend; ingressClassName: string; rules: [IngressRule]; tls: [IngressTLS]
        type IngressBackend { resource: TypedLocalObjectReference; service: IngressServiceBackend }
        type IngressServiceBackend { name!: string; port: ServiceBackendPort }
        type ServiceBackendPort | atomicMap { name: string; number: int32 }
        type IngressRule { host: string; http: HTTPIngressRuleValue }
        type HTTPIngressRuleValue { paths!: [HTTPIngressPath] }
        type HTTPIngressPath { backend!: IngressBackend; path: string; pathType!: string }
        type IngressTLS { hosts: [string]; secretName: string }
        type IngressStatus { loadBalancer: IngressLoadBalancerStatus }
        type IngressLoadBalancerStatus { ingress: [IngressLoadBalancerIngress] }
        type IngressLoadBalancerIngress { hostname: string; ip: string; ports: [IngressPortStatus] }
        type IngressPortStatus { error: string; port: int32; protocol: string }
        package io.k8s.api.policy.v1
        kind PodDisruptionBudget -- How many pods of an application must stay up during voluntary evictions.
          spec: PodDisruptionBudgetSpec
          status: PodDisruptionBudgetStatus
        type PodDisruptionBudgetSpec
          maxUnavailable: intOrString; minAvailable: intOrString; selector: LabelSelector
          unhealthyPodEvictionPolicy: string
        type PodDisruptionBudgetStatus
          conditions: [Condition] | merge(type) map(type)
          currentHealthy: int32
          desiredHealthy: int32
          disruptedPods: {time}
          disruptionsAllowed: int32
          expectedPods: int32
          observedGeneration: int64
        kind Eviction -- Asks to remove a pod, as far as disruption budgets allow.
          deleteOptions: DeleteOptions
        package io.k8s.api.storage.v1
        kind StorageClass -- A kind of storage that claims can ask for.
          allowVolumeExpansion: bool
          allowedTopologies: [TopologySelectorTerm]
          mountOptions: [string]
          parameters: {string}
          provisioner!: string
          reclaimPolicy: string = Delete
          volumeBindingMode: string = Immediate
        type TopologySelectorTerm | atomicMap { matchLabelExpressions: [TopologySelectorLabelRequirement] }
        type TopologySelectorLabelRequirement { key!: string; values!: [string] }
        package io.k8s.api.scheduling.v1
        kind PriorityClass -- A named pod priority.
          description: string
          globalDefault: bool
          preemptionPolicy: string = PreemptLowerPriority
          value: int32
        package io.k8s.api.autoscaling.v1
        kind Scale { spec: ScaleSpec; status: ScaleStatus }
        type ScaleSpec { replicas: int32 }
        type ScaleStatus { replicas: int32; selector: string }
        """#
}
