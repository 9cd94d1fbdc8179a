extension SchemaTable {
    /// Pods and their templates (core/v1).
    static let corePod = #"""
        package io.k8s.api.core.v1
        kind Pod -- One or more containers that run together on one node and share network and volumes.
          spec: PodSpec -- The pod that is wanted.
          status: PodStatus -- What the node last reported of the pod.
        type PodSpec -- The wanted state of a pod.
          activeDeadlineSeconds: int64 | min(1) -- Seconds after which the pod is failed, counted from its start.
          affinity: Affinity -- Rules on which nodes, and near which pods, the pod may run.
          automountServiceAccountToken: bool -- Whether the service account's token is mounted.
          containers!: [Container] | merge(name) map(name) minItems(1)
              -- The pod's containers; at least one. Cannot be added to later.
          dnsConfig: PodDNSConfig -- DNS settings added to those of dnsPolicy.
          dnsPolicy: string = ClusterFirst | enum(ClusterFirst,ClusterFirstWithHostNet,Default,None)
              -- Where the pod's DNS configuration comes from.
          enableServiceLinks: bool = true -- Whether variables that describe the namespace's services are set.
          ephemeralContainers: [EphemeralContainer] | merge(name) map(name)
              -- Containers added to a running pod for debugging.
          evictionResponders: [EvictionResponder]
          hostAliases: [HostAlias] | merge(ip) map(ip) -- Lines added to the pod's /etc/hosts.
          hostIPC: bool -- Use the node's IPC namespace.
          hostNetwork: bool -- Use the node's network instead of one of its own.
          hostPID: bool -- Use the node's process namespace.
          hostUsers: bool
          hostname: string -- Host name inside the pod; the pod's name when empty.
          hostnameOverride: string
          imagePullSecrets: [LocalObjectReference] | merge(name) map(name)
              -- Secrets with credentials for the image registries.
          initContainers: [Container] | merge(name) map(name)
              -- Containers that run to their end, one after another, before the others start.
          nodeName: string -- The node that runs the pod; set by the scheduler when empty.
          nodeSelector: {string} | atomicMap -- Labels that the node must have.
          os: PodOS
          overhead: {quantity}
          preemptionPolicy: string | enum(Never,PreemptLowerPriority)
          priority: int32 -- The pod's priority; higher ones come first.
          priorityClassName: string -- The PriorityClass that gives the pod's priority.
          readinessGates: [PodReadinessGate] -- Conditions that must be True for the pod to be ready.
          resourceClaims: [PodResourceClaim] | merge(name) retainKeys map(name)
          resources: ResourceRequirements
          restartPolicy: string = Always | enum(Always,OnFailure,Never)
              -- When containers are started again: Always, OnFailure or Never.
          runtimeClassName: string -- The RuntimeClass to run the pod with.
          schedulerName: string = default-scheduler -- Which scheduler places the pod.
          schedulingGates: [PodSchedulingGate] | merge(name) map(name)
          securityContext: PodSecurityContext = {} -- Security settings for all containers of the pod.
          serviceAccount: string -- Old name of serviceAccountName.
          serviceAccountName: string -- The ServiceAccount whose token and permissions the pod gets.
          setHostnameAsFQDN: bool
          shareProcessNamespace: bool -- Containers of the pod see each other's processes.
          subdomain: string -- Makes the full name HOSTNAME.SUBDOMAIN.NAMESPACE.svc.DOMAIN.
          terminationGracePeriodSeconds: int64 = 30 | min(0) -- Seconds between the polite stop signal and the kill.
          tolerations: [Toleration] -- Taints of nodes that the pod puts up with.
          topologySpreadConstraints: [TopologySpreadConstraint] | merge(topologyKey) map(topologyKey,whenUnsatisfiable)
              -- How evenly matching pods must be spread over zones or nodes.
          volumes: [Volume] | merge(name) retainKeys map(name) -- Volumes that the containers may mount.
        type PodDNSConfig { nameservers: [string]; options: [PodDNSConfigOption]; searches: [string] }
        type PodDNSConfigOption { name: string; value: string }
        type EvictionResponder { name!: string; priority!: int32 }
        type HostAlias { hostnames: [string]; ip!: string }
        type PodOS { name!: string }
        type PodReadinessGate { conditionType!: string }
        type PodResourceClaim { name!: string; resourceClaimName: string; resourceClaimTemplateName: string }
        type PodSchedulingGate { name!: string }
        type PodSecurityContext
          appArmorProfile: AppArmorProfile; fsGroup: int64; fsGroupChangePolicy: string; runAsGroup: int64
          runAsNonRoot: bool; runAsUser: int64; seLinuxChangePolicy: string; seLinuxOptions: SELinuxOptions
          seccompProfile: SeccompProfile; supplementalGroups: [int64]; supplementalGroupsPolicy: string
          sysctls: [Sysctl]; windowsOptions: WindowsSecurityContextOptions
        type Sysctl { name!: string; value!: string }
        type PodTemplateSpec -- What pods made from this template look like.
          metadata: ObjectMeta -- Labels and annotations of the pods.
          spec: PodSpec -- The wanted state of the pods.
        """#
}
