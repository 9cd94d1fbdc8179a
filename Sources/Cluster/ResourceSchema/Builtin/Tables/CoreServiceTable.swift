extension SchemaTable {
    /// Services, configuration, identities, events and replication controllers (core/v1).
    static let coreService = #"""
        package io.k8s.api.core.v1
        kind ReplicationController -- Keeps a number of equal pods running (superseded by ReplicaSet).
          spec: ReplicationControllerSpec; status: ReplicationControllerStatus
        type ReplicationControllerSpec
          minReadySeconds: int32
          replicas: int32 = 1
          selector: {string} | atomicMap
          template: PodTemplateSpec
        type ReplicationControllerStatus
          availableReplicas: int32
          conditions: [ReplicationControllerCondition] | merge(type) map(type)
          fullyLabeledReplicas: int32
          observedGeneration: int64
          readyReplicas: int32
          replicas: int32
        type ReplicationControllerCondition
          lastTransitionTime: time; message: string; reason: string; status!: string; type!: string
        kind Service -- A stable address and name in front of a set of pods.
          spec: ServiceSpec; status: ServiceStatus
        type ServiceSpec
          allocateLoadBalancerNodePorts: bool
          clusterIP: string -- The service's address; None makes it headless. Assigned when empty.
          clusterIPs: [string]
          externalIPs: [string]
          externalName: string -- The DNS name that an ExternalName service stands for.
          externalTrafficPolicy: string | enum(Cluster,Local)
          healthCheckNodePort: int32
          internalTrafficPolicy: string | enum(Cluster,Local)
          ipFamilies: [string]
          ipFamilyPolicy: string
          loadBalancerClass: string
          loadBalancerIP: string
          loadBalancerSourceRanges: [string]
          ports: [ServicePort] | merge(port) map(port,protocol) -- The ports that the service offers.
          publishNotReadyAddresses: bool -- Endpoints include pods that are not ready.
          selector: {string} | atomicMap -- Labels of the pods that traffic goes to.
          sessionAffinity: string = None | enum(ClientIP,None)
              -- ClientIP sends a client to the same pod each time; None does not.
          sessionAffinityConfig: SessionAffinityConfig
          trafficDistribution: string
          type: string = ClusterIP | enum(ClusterIP,ExternalName,LoadBalancer,NodePort)
              -- ClusterIP, NodePort, LoadBalancer or ExternalName.
        type ServicePort
          appProtocol: string
          name: string -- The port's name; needed when there are several.
          nodePort: int32 | min(0) max(65535) -- The port on every node, for NodePort services.
          port!: int32 | min(1) max(65535) -- The port of the service.
          protocol: string = TCP | enum(SCTP,TCP,UDP)
          targetPort: intOrString -- The port of the pods, a number or a port's name; the same as port when absent.
        type SessionAffinityConfig { clientIP: ClientIPConfig }
        type ClientIPConfig { timeoutSeconds: int32 }
        type ServiceStatus
          conditions: [Condition] | merge(type) map(type)
          loadBalancer: LoadBalancerStatus = {}
        type LoadBalancerStatus { ingress: [LoadBalancerIngress] }
        type LoadBalancerIngress { hostname: string; ip: string; ipMode: string; ports: [PortStatus] }
        type PortStatus { error: string; port: int32; protocol: string }
        kind Endpoints -- The addresses behind a service (superseded by EndpointSlice).
          subsets: [EndpointSubset] | atomic
        type EndpointSubset
          addresses: [EndpointAddress]; notReadyAddresses: [EndpointAddress]; ports: [EndpointPort]
        type EndpointAddress | atomicMap
          hostname: string; ip!: string; nodeName: string; targetRef: ObjectReference
        type EndpointPort | atomicMap
          appProtocol: string
          name: string
          port!: int32
          protocol: string = TCP
        kind ConfigMap -- Configuration data for pods.
          binaryData: {bytes} -- Base64 values by key.
          data: {string} -- Text values by key.
          immutable: bool -- True forbids changes of the data.
        kind Secret -- Confidential data, such as passwords and keys.
          data: {bytes} -- Base64 values by key.
          immutable: bool -- True forbids changes of the data.
          stringData: {string} -- Plain values by key; moved into data when written.
          type: string = Opaque -- What the secret holds, such as Opaque or kubernetes.io/tls.
        kind ServiceAccount -- An identity for programs in pods.
          automountServiceAccountToken: bool
          imagePullSecrets: [LocalObjectReference]
          secrets: [ObjectReference] | merge(name) map(name)
        kind Event -- A report that something happened to an object.
          action: string
          count: int32 -- How often it happened.
          eventTime: microTime
          firstTimestamp: time
          involvedObject!: ObjectReference -- The object that the event is about.
          lastTimestamp: time
          message: string -- What happened, for people.
          reason: string -- Why, in one word.
          related: ObjectReference
          reportingComponent: string
          reportingInstance: string
          series: EventSeries
          source: EventSource
          type: string -- Normal or Warning.
        type EventSeries { count: int32; lastObservedTime: microTime }
        type EventSource { component: string; host: string }
        kind Binding -- Assigns a pod to a node.
          target!: ObjectReference
        """#
}
