extension SchemaTable {
    /// Endpoint slices, leases and events.
    static let discovery = #"""
        package io.k8s.api.discovery.v1
        kind EndpointSlice -- A part of the addresses behind a service.
          addressType!: string | enum(FQDN,IPv4,IPv6)
          endpoints: [Endpoint] -- The addresses, with their conditions.
          ports: [EndpointPort] -- The ports that all of them offer.
        type Endpoint
          addresses!: [string] | set
          conditions: EndpointConditions
          deprecatedTopology: {string}
          hints: EndpointHints
          hostname: string
          nodeName: string
          targetRef: ObjectReference
          zone: string
        type EndpointConditions { ready: bool; serving: bool; terminating: bool }
        type EndpointHints { forNodes: [ForNode]; forZones: [ForZone] }
        type ForNode { name!: string }
        type ForZone { name!: string }
        type EndpointPort | atomicMap
          appProtocol: string
          name: string
          port: int32
          protocol: string = TCP
        package io.k8s.api.coordination.v1
        kind Lease -- A claim held for a while, as in leader election.
          spec: LeaseSpec
        type LeaseSpec
          acquireTime: microTime
          holderIdentity: string -- Who holds it.
          leaseDurationSeconds: int32 -- Seconds after renewTime that it is valid.
          leaseTransitions: int32
          preferredHolder: string
          renewTime: microTime
          strategy: string
        package io.k8s.api.events.v1
        kind Event -- A report that something happened to an object.
          action: string
          deprecatedCount: int32
          deprecatedFirstTimestamp: time
          deprecatedLastTimestamp: time
          deprecatedSource: EventSource
          eventTime: microTime
          note: string
          reason: string -- Why, in one word.
          regarding: ObjectReference
          related: ObjectReference
          reportingController: string
          reportingInstance: string
          series: EventSeries
          type: string -- Normal or Warning.
        type EventSeries { count!: int32; lastObservedTime!: microTime }
        """#
}
