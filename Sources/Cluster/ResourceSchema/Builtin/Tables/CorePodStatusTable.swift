extension SchemaTable {
    /// What the node reports of a pod (core/v1).
    static let corePodStatus = #"""
        package io.k8s.api.core.v1
        type PodStatus -- The observed state of a pod.
          allocatedResources: {quantity}
          conditions: [PodCondition] | merge(type) map(type) -- Scheduled, initialized, containers ready, ready.
          containerStatuses: [ContainerStatus] -- One entry for each container.
          ephemeralContainerStatuses: [ContainerStatus]
          extendedResourceClaimStatus: PodExtendedResourceClaimStatus
          hostIP: string -- The node's address.
          hostIPs: [HostIP] | merge(ip)
          initContainerStatuses: [ContainerStatus] -- One entry for each init container.
          message: string -- Why the pod is in this state, for people.
          nodeAllocatableResourceClaimStatuses: [NodeAllocatableResourceClaimStatus]
          nominatedNodeName: string
          observedGeneration: int64
          phase: string | enum(Pending,Running,Succeeded,Failed,Unknown,)
              -- Pending, Running, Succeeded, Failed or Unknown.
          podIP: string -- The pod's address.
          podIPs: [PodIP] | merge(ip) map(ip) -- All addresses of the pod, one for each IP family.
          qosClass: string -- Guaranteed, Burstable or BestEffort, from requests and limits.
          reason: string -- Why the pod is in this state, in one word.
          resize: string
          resourceClaimStatuses: [PodResourceClaimStatus] | merge(name) retainKeys map(name)
          resources: ResourceRequirements
          startTime: time -- When the node took the pod up.
          volumeHealth: [PodVolumeHealth]
        type PodCondition
          lastProbeTime: time; lastTransitionTime: time; message: string; observedGeneration: int64
          reason: string; status: string; type: string
        type ContainerStatus
          allocatedResources: {quantity}
          allocatedResourcesStatus: [ResourceStatus] | merge(name) map(name)
          containerID: string
          image: string
          imageID: string
          lastState: ContainerState
          name: string
          ready: bool
          resources: ResourceRequirements
          restartCount: int32
          started: bool
          state: ContainerState
          stopSignal: string
          user: ContainerUser
          volumeMounts: [VolumeMountStatus] | merge(mountPath) map(mountPath)
        type ResourceStatus { name: string; resources: [ResourceHealth] }
        type ResourceHealth { health: string; message: string; resourceID!: string }
        type ContainerState
          running: ContainerStateRunning; terminated: ContainerStateTerminated; waiting: ContainerStateWaiting
        type ContainerStateRunning { startedAt: time }
        type ContainerStateTerminated
          containerID: string; exitCode: int32; finishedAt: time; message: string; reason: string; signal: int32
          startedAt: time
        type ContainerStateWaiting { message: string; reason: string }
        type ContainerUser { linux: LinuxContainerUser }
        type LinuxContainerUser { gid!: int32; supplementalGroups: [int64]; uid!: int32 }
        type VolumeMountStatus
          mountPath: string; name: string; readOnly: bool; recursiveReadOnly: string; volumeStatus: VolumeStatus
        type VolumeStatus { image: ImageVolumeStatus }
        type ImageVolumeStatus { imageRef: string }
        type PodExtendedResourceClaimStatus
          requestMappings: [ContainerExtendedResourceRequest]; resourceClaimName: string
        type ContainerExtendedResourceRequest
          containerName!: string; requestName!: string; resourceName!: string
        type HostIP { ip!: string }
        type NodeAllocatableResourceClaimStatus
          containers: [string]; mapping: [NodeAllocatableMappedResources]
          overhead: [NodeAllocatableOverheadResources]; resourceClaimName: string
        type NodeAllocatableMappedResources { name!: string; quantity!: string }
        type NodeAllocatableOverheadResources { name!: string; perContainer: string; perPod: string }
        type PodIP { ip!: string }
        type PodResourceClaimStatus { name: string; resourceClaimName: string }
        type PodVolumeHealth { healthConditions: [VolumeHealthCondition]; lastTransitionTime: time; name!: string }
        """#
}
