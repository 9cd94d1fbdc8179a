extension SchemaTable {
    /// Claims, persistent volumes, limits and quotas (core/v1).
    static let coreStorage = #"""
        package io.k8s.api.core.v1
        type NodeSelectorTerm | atomicMap
          matchExpressions: [NodeSelectorRequirement]; matchFields: [NodeSelectorRequirement]
        type NodeSelectorRequirement
          key!: string
          operator!: string | enum(In,NotIn,Exists,DoesNotExist,Gt,Lt)
          values: [string]
        type NodeSelector | atomicMap { nodeSelectorTerms!: [NodeSelectorTerm] }
        type VolumeHealthCondition { message: string; reason!: string; status!: string }
        type ObjectReference | atomicMap
          apiVersion: string; fieldPath: string; kind: string; name: string; namespace: string
          resourceVersion: string; uid: string
        kind PersistentVolumeClaim -- A request for storage.
          spec: PersistentVolumeClaimSpec; status: PersistentVolumeClaimStatus
        type PersistentVolumeClaimStatus
          accessModes: [string]
          allocatedResourceStatuses: {string}
          allocatedResources: {quantity}
          capacity: {quantity}
          conditions: [PersistentVolumeClaimCondition] | merge(type) map(type)
          currentVolumeAttributesClassName: string
          healthStatus: VolumeHealthStatus
          modifyVolumeStatus: ModifyVolumeStatus
          phase: string
        type PersistentVolumeClaimCondition
          lastProbeTime: time; lastTransitionTime: time; message: string; reason: string; status!: string
          type!: string
        type VolumeHealthStatus { healthConditions: [VolumeHealthCondition]; lastTransitionTime: time }
        type ModifyVolumeStatus { status: string; targetVolumeAttributesClassName: string }
        kind PersistentVolume -- A piece of storage of the cluster.
          spec: PersistentVolumeSpec; status: PersistentVolumeStatus
        type PersistentVolumeSpec
          accessModes: [string]
          awsElasticBlockStore: AWSElasticBlockStoreVolumeSource
          azureDisk: AzureDiskVolumeSource
          azureFile: AzureFilePersistentVolumeSource
          capacity: {quantity}
          cephfs: CephFSPersistentVolumeSource
          cinder: CinderPersistentVolumeSource
          claimRef: ObjectReference
          csi: CSIPersistentVolumeSource
          fc: FCVolumeSource
          flexVolume: FlexPersistentVolumeSource
          flocker: FlockerVolumeSource
          gcePersistentDisk: GCEPersistentDiskVolumeSource
          glusterfs: GlusterfsPersistentVolumeSource
          hostPath: HostPathVolumeSource
          iscsi: ISCSIPersistentVolumeSource
          local: LocalVolumeSource
          mountOptions: [string]
          nfs: NFSVolumeSource
          nodeAffinity: VolumeNodeAffinity
          persistentVolumeReclaimPolicy: string = Retain
          photonPersistentDisk: PhotonPersistentDiskVolumeSource
          portworxVolume: PortworxVolumeSource
          quobyte: QuobyteVolumeSource
          rbd: RBDPersistentVolumeSource
          scaleIO: ScaleIOPersistentVolumeSource
          storageClassName: string
          storageos: StorageOSPersistentVolumeSource
          volumeAttributesClassName: string
          volumeMode: string = Filesystem
          vsphereVolume: VsphereVirtualDiskVolumeSource
        type AzureFilePersistentVolumeSource
          readOnly: bool; secretName!: string; secretNamespace: string; shareName!: string
        type CephFSPersistentVolumeSource
          monitors!: [string]; path: string; readOnly: bool; secretFile: string; secretRef: SecretReference
          user: string
        type SecretReference | atomicMap { name: string; namespace: string }
        type CinderPersistentVolumeSource
          fsType: string; readOnly: bool; secretRef: SecretReference; volumeID!: string
        type CSIPersistentVolumeSource
          controllerExpandSecretRef: SecretReference; controllerPublishSecretRef: SecretReference; driver!: string
          fsType: string; nodeExpandSecretRef: SecretReference; nodePublishSecretRef: SecretReference
          nodeStageSecretRef: SecretReference; readOnly: bool; volumeAttributes: {string}; volumeHandle!: string
        type FlexPersistentVolumeSource
          driver!: string; fsType: string; options: {string}; readOnly: bool; secretRef: SecretReference
        type GlusterfsPersistentVolumeSource
          endpoints: string; endpointsNamespace: string; path!: string; readOnly: bool
        type ISCSIPersistentVolumeSource
          chapAuthDiscovery: bool; chapAuthSession: bool; fsType: string; initiatorName: string; iqn!: string
          iscsiInterface: string; lun!: int32; portals: [string]; readOnly: bool; secretRef: SecretReference
          targetPortal!: string
        type LocalVolumeSource { fsType: string; path!: string }
        type VolumeNodeAffinity { required: NodeSelector }
        type RBDPersistentVolumeSource
          fsType: string; image!: string; keyring: string; monitors!: [string]; pool: string; readOnly: bool
          secretRef: SecretReference; user: string
        type ScaleIOPersistentVolumeSource
          fsType: string; gateway!: string; protectionDomain: string; readOnly: bool; secretRef!: SecretReference
          sslEnabled: bool; storageMode: string; storagePool: string; system!: string; volumeName: string
        type StorageOSPersistentVolumeSource
          fsType: string; readOnly: bool; secretRef: ObjectReference; volumeName: string; volumeNamespace: string
        type PersistentVolumeStatus
          lastPhaseTransitionTime: time; message: string; phase: string; reason: string
        kind LimitRange -- Bounds and defaults of resources for objects in a namespace.
          spec: LimitRangeSpec
        type LimitRangeSpec { limits!: [LimitRangeItem] }
        type LimitRangeItem
          default: {quantity}; defaultRequest: {quantity}; max: {quantity}; maxLimitRequestRatio: {quantity}
          min: {quantity}; type!: string
        kind ResourceQuota -- Bounds of what a namespace may use in total.
          spec: ResourceQuotaSpec; status: ResourceQuotaStatus
        type ResourceQuotaSpec { hard: {quantity}; scopeSelector: ScopeSelector; scopes: [string] }
        type ScopeSelector | atomicMap { matchExpressions: [ScopedResourceSelectorRequirement] }
        type ScopedResourceSelectorRequirement | atomicMap
          operator!: string; scopeName!: string; values: [string]
        type ResourceQuotaStatus { hard: {quantity}; used: {quantity} }
        """#
}
