extension SchemaTable {
    /// What all objects share (meta/v1).
    static let meta = #"""
        package io.k8s.apimachinery.pkg.apis.meta.v1
        type ObjectMeta -- Data that every object has.
          annotations: {string} -- Keys and values for tools; not for selection.
          creationTimestamp: time -- When the object was made.
          deletionGracePeriodSeconds: int64 -- Seconds given for a graceful end.
          deletionTimestamp: time -- When the object is, or was, due to be removed.
          finalizers: [string] | merge set -- The object is removed once this list is empty.
          generateName: string -- A prefix from which the server makes a unique name.
          generation: int64 -- Counts changes of the wanted state.
          labels: {string} -- Keys and values to select objects by.
          managedFields: [ManagedFieldsEntry] -- Which manager owns which fields.
          name: string -- The object's name, unique among its kind in the namespace.
          namespace: string -- The namespace the object lives in.
          ownerReferences: [OwnerReference] | merge(uid) map(uid) -- Objects on whose existence this one depends.
          resourceVersion: string -- Changes with every write; for concurrency control and watches.
          uid: string -- Unique in time and space; set by the server.
        type ManagedFieldsEntry
          apiVersion: string; fieldsType: string; fieldsV1: object; manager: string; operation: string
          subresource: string; time: time
        type OwnerReference
          apiVersion!: string; blockOwnerDeletion: bool; controller: bool; kind!: string; name!: string
          uid!: string
        type LabelSelector | atomicMap -- Selects objects by label; all requirements must hold.
          matchExpressions: [LabelSelectorRequirement] -- Requirements with operators.
          matchLabels: {string} -- Labels with exactly these values.
        type LabelSelectorRequirement
          key!: string
          operator!: string | enum(In,NotIn,Exists,DoesNotExist)
          values: [string]
        type Condition
          lastTransitionTime!: time; message!: string; observedGeneration: int64; reason!: string; status!: string
          type!: string
        type DeleteOptions
          apiVersion: string; dryRun: [string]; gracePeriodSeconds: int32
          ignoreStoreReadErrorWithClusterBreakingPotential: bool; kind: string; orphanDependents: bool
          preconditions: Preconditions; propagationPolicy: string
        type Preconditions { resourceVersion: string; uid: string }
        type FieldSelectorRequirement { key!: string; operator!: string; values: [string] }
        """#
}
