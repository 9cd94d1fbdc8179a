extension SchemaTable {
    /// Affinity, tolerations and spreading (core/v1).
    static let coreScheduling = #"""
        package io.k8s.api.core.v1
        type Affinity { nodeAffinity: NodeAffinity; podAffinity: PodAffinity; podAntiAffinity: PodAntiAffinity }
        type NodeAffinity
          preferredDuringSchedulingIgnoredDuringExecution: [PreferredSchedulingTerm]
          requiredDuringSchedulingIgnoredDuringExecution: NodeSelector
        type PreferredSchedulingTerm { preference!: NodeSelectorTerm; weight!: int32 }
        type PodAffinity
          preferredDuringSchedulingIgnoredDuringExecution: [WeightedPodAffinityTerm]
          requiredDuringSchedulingIgnoredDuringExecution: [PodAffinityTerm]
        type WeightedPodAffinityTerm { podAffinityTerm!: PodAffinityTerm; weight!: int32 }
        type PodAffinityTerm
          labelSelector: LabelSelector; matchLabelKeys: [string]; mismatchLabelKeys: [string]
          namespaceSelector: LabelSelector; namespaces: [string]; topologyKey!: string
        type PodAntiAffinity
          preferredDuringSchedulingIgnoredDuringExecution: [WeightedPodAffinityTerm]
          requiredDuringSchedulingIgnoredDuringExecution: [PodAffinityTerm]
        type Toleration
          effect: string | enum(,NoSchedule,PreferNoSchedule,NoExecute) -- The taint's effect; empty means all.
          key: string -- The taint's key; empty with operator Exists means all taints.
          operator: string | enum(Equal,Exists,Gt,Lt) -- Equal (default) or Exists.
          tolerationSeconds: int64
          value: string
        type TopologySpreadConstraint
          labelSelector: LabelSelector
          matchLabelKeys: [string]
          maxSkew!: int32
          minDomains: int32
          nodeAffinityPolicy: string
          nodeTaintsPolicy: string
          topologyKey!: string
          whenUnsatisfiable!: string | enum(DoNotSchedule,ScheduleAnyway)
        """#
}
