extension SchemaTable {
    /// Namespaces and nodes (core/v1).
    static let coreCluster = #"""
        package io.k8s.api.core.v1
        kind Namespace -- A named part of the cluster; names of namespaced objects are unique within it.
          spec: NamespaceSpec; status: NamespaceStatus
        type NamespaceSpec { finalizers: [string] }
        type NamespaceStatus
          conditions: [NamespaceCondition] | merge(type) map(type)
          phase: string -- Active, or Terminating while its contents are being removed.
        type NamespaceCondition
          lastTransitionTime: time; message: string; reason: string; status!: string; type!: string
        kind Node -- A machine that runs pods.
          spec: NodeSpec; status: NodeStatus
        type NodeSpec
          configSource: NodeConfigSource
          externalID: string
          podCIDR: string
          podCIDRs: [string] | merge set
          podPreemptionPolicy: NodePodPreemptionPolicy
          providerID: string
          taints: [Taint] -- Taints that repel pods which do not tolerate them.
          unschedulable: bool -- True keeps new pods off the node (kubectl cordon).
        type NodeConfigSource { configMap: ConfigMapNodeConfigSource }
        type ConfigMapNodeConfigSource
          kubeletConfigKey!: string; name!: string; namespace!: string; resourceVersion: string; uid: string
        type NodePodPreemptionPolicy { disableResizePreemption: [string] }
        type Taint
          effect!: string | enum(NoSchedule,PreferNoSchedule,NoExecute)
          key!: string
          timeAdded: time
          value: string
        type NodeStatus
          addresses: [NodeAddress] | merge(type) map(type)
          allocatable: {quantity}
          capacity: {quantity}
          conditions: [NodeCondition] | merge(type) map(type)
          config: NodeConfigStatus
          daemonEndpoints: NodeDaemonEndpoints
          declaredFeatures: [string]
          features: NodeFeatures
          images: [ContainerImage]
          nodeInfo: NodeSystemInfo
          phase: string
          runtimeHandlers: [NodeRuntimeHandler]
          volumesAttached: [AttachedVolume]
          volumesInUse: [string]
        type NodeAddress { address!: string; type!: string }
        type NodeCondition
          lastHeartbeatTime: time; lastTransitionTime: time; message: string; reason: string; status: string
          type: string
        type NodeConfigStatus
          active: NodeConfigSource; assigned: NodeConfigSource; error: string; lastKnownGood: NodeConfigSource
        type NodeDaemonEndpoints { kubeletEndpoint: DaemonEndpoint }
        type DaemonEndpoint { Port: int32 }
        type NodeFeatures { supplementalGroupsPolicy: bool }
        type ContainerImage { names: [string]; sizeBytes: int32 }
        type NodeSystemInfo
          architecture: string; bootID: string; containerRuntimeVersion: string; kernelVersion: string
          kubeProxyVersion: string; kubeletVersion: string; machineID: string; operatingSystem: string
          osImage: string; runningInUserNamespace: bool; swap: NodeSwapStatus; systemUUID: string
        type NodeSwapStatus { capacity: int32 }
        type NodeRuntimeHandler { features: NodeRuntimeHandlerFeatures; name: string }
        type NodeRuntimeHandlerFeatures { recursiveReadOnlyMounts: bool; userNamespaces: bool }
        type AttachedVolume { devicePath: string; name: string }
        """#
}
