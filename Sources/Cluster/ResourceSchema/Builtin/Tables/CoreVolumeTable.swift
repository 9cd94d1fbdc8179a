extension SchemaTable {
    /// Volumes of pods.
    static let coreVolume = #"""
        package io.k8s.api.core.v1
        type ObjectFieldSelector | atomicMap
          apiVersion: string = v1
          fieldPath!: string
        type ResourceFieldSelector | atomicMap { containerName: string; divisor: quantity; resource!: string }
        type LocalObjectReference | atomicMap { name: string }
        type Volume
          awsElasticBlockStore: AWSElasticBlockStoreVolumeSource
          azureDisk: AzureDiskVolumeSource
          azureFile: AzureFileVolumeSource
          cephfs: CephFSVolumeSource
          cinder: CinderVolumeSource
          configMap: ConfigMapVolumeSource -- Files from a ConfigMap.
          csi: CSIVolumeSource
          downwardAPI: DownwardAPIVolumeSource -- Files that describe the pod.
          emptyDir: EmptyDirVolumeSource -- An empty directory that lives as long as the pod.
          ephemeral: EphemeralVolumeSource
          fc: FCVolumeSource
          flexVolume: FlexVolumeSource
          flocker: FlockerVolumeSource
          gcePersistentDisk: GCEPersistentDiskVolumeSource
          gitRepo: GitRepoVolumeSource
          glusterfs: GlusterfsVolumeSource
          hostPath: HostPathVolumeSource -- A file or directory of the node.
          image: ImageVolumeSource
          iscsi: ISCSIVolumeSource
          name!: string -- The volume's name, unique in the pod (a DNS label).
          nfs: NFSVolumeSource
          persistentVolumeClaim: PersistentVolumeClaimVolumeSource -- A claimed persistent volume.
          photonPersistentDisk: PhotonPersistentDiskVolumeSource
          portworxVolume: PortworxVolumeSource
          projected: ProjectedVolumeSource -- Several sources in one directory.
          quobyte: QuobyteVolumeSource
          rbd: RBDVolumeSource
          scaleIO: ScaleIOVolumeSource
          secret: SecretVolumeSource -- Files from a Secret.
          storageos: StorageOSVolumeSource
          vsphereVolume: VsphereVirtualDiskVolumeSource
        type AWSElasticBlockStoreVolumeSource
          fsType: string; partition: int32; readOnly: bool; volumeID!: string
        type AzureDiskVolumeSource
          cachingMode: string; diskName!: string; diskURI!: string; fsType: string; kind: string; readOnly: bool
        type AzureFileVolumeSource { readOnly: bool; secretName!: string; shareName!: string }
        type CephFSVolumeSource
          monitors!: [string]; path: string; readOnly: bool; secretFile: string; secretRef: LocalObjectReference
          user: string
        type CinderVolumeSource
          fsType: string; readOnly: bool; secretRef: LocalObjectReference; volumeID!: string
        type ConfigMapVolumeSource
          defaultMode: int32 = 420
          defaultUser: int32
          items: [KeyToPath]
          name: string
          optional: bool
        type KeyToPath { key!: string; mode: int32; path!: string; user: int32 }
        type CSIVolumeSource
          driver!: string; fsType: string; nodePublishSecretRef: LocalObjectReference; readOnly: bool
          volumeAttributes: {string}
        type DownwardAPIVolumeSource
          defaultMode: int32 = 420
          defaultUser: int32
          items: [DownwardAPIVolumeFile]
        type DownwardAPIVolumeFile
          fieldRef: ObjectFieldSelector; mode: int32; path!: string; resourceFieldRef: ResourceFieldSelector
          user: int32
        type EmptyDirVolumeSource
          medium: string | enum(,Memory,HugePages)
          mode: int32
          sizeLimit: quantity
        type EphemeralVolumeSource { volumeClaimTemplate: PersistentVolumeClaimTemplate }
        type PersistentVolumeClaimTemplate { metadata: ObjectMeta; spec!: PersistentVolumeClaimSpec }
        type PersistentVolumeClaimSpec
          accessModes: [string]
          dataSource: TypedLocalObjectReference
          dataSourceRef: TypedObjectReference
          resources: VolumeResourceRequirements
          selector: LabelSelector
          storageClassName: string
          volumeAttributesClassName: string
          volumeMode: string = Filesystem
          volumeName: string
        type TypedLocalObjectReference | atomicMap { apiGroup: string; kind!: string; name!: string }
        type TypedObjectReference { apiGroup: string; kind!: string; name!: string; namespace: string }
        type VolumeResourceRequirements { limits: {quantity}; requests: {quantity} }
        type FCVolumeSource { fsType: string; lun: int32; readOnly: bool; targetWWNs: [string]; wwids: [string] }
        type FlexVolumeSource
          driver!: string; fsType: string; options: {string}; readOnly: bool; secretRef: LocalObjectReference
        type FlockerVolumeSource { datasetName: string; datasetUUID: string }
        type GCEPersistentDiskVolumeSource { fsType: string; partition: int32; pdName!: string; readOnly: bool }
        type GitRepoVolumeSource { directory: string; repository!: string; revision: string }
        type GlusterfsVolumeSource { endpoints: string; path!: string; readOnly: bool }
        type HostPathVolumeSource
          path!: string
          type: string = ""
        type ImageVolumeSource { pullPolicy: string; reference: string }
        type ISCSIVolumeSource
          chapAuthDiscovery: bool; chapAuthSession: bool; fsType: string; initiatorName: string; iqn!: string
          iscsiInterface: string; lun!: int32; portals: [string]; readOnly: bool; secretRef: LocalObjectReference
          targetPortal!: string
        type NFSVolumeSource { path!: string; readOnly: bool; server!: string }
        type PersistentVolumeClaimVolumeSource { claimName!: string; readOnly: bool }
        type PhotonPersistentDiskVolumeSource { fsType: string; pdID!: string }
        type PortworxVolumeSource { fsType: string; readOnly: bool; volumeID!: string }
        type ProjectedVolumeSource
          defaultMode: int32 = 420
          defaultUser: int32
          sources: [VolumeProjection]
        type VolumeProjection
          clusterTrustBundle: ClusterTrustBundleProjection; configMap: ConfigMapProjection
          downwardAPI: DownwardAPIProjection; podCertificate: PodCertificateProjection; secret: SecretProjection
          serviceAccountToken: ServiceAccountTokenProjection
        type ClusterTrustBundleProjection
          labelSelector: LabelSelector; name: string; optional: bool; path!: string; signerName: string
          user: int32
        type ConfigMapProjection { items: [KeyToPath]; name: string; optional: bool }
        type DownwardAPIProjection { items: [DownwardAPIVolumeFile] }
        type PodCertificateProjection
          certificateChainPath: string; credentialBundlePath: string; keyPath: string; keyType!: string
          maxExpirationSeconds: int32; signerName!: string; user: int32; userAnnotations: {string}
        type SecretProjection { items: [KeyToPath]; name: string; optional: bool }
        type ServiceAccountTokenProjection
          audience: string
          expirationSeconds: int64 = 3600
          path!: string
          user: int32
        type QuobyteVolumeSource
          group: string; readOnly: bool; registry!: string; tenant: string; user: string; volume!: string
        type RBDVolumeSource
          fsType: string; image!: string; keyring: string; monitors!: [string]; pool: string; readOnly: bool
          secretRef: LocalObjectReference; user: string
        type ScaleIOVolumeSource
          fsType: string; gateway!: string; protectionDomain: string; readOnly: bool
          secretRef!: LocalObjectReference; sslEnabled: bool; storageMode: string; storagePool: string
          system!: string; volumeName: string
        type SecretVolumeSource
          defaultMode: int32 = 420
          defaultUser: int32
          items: [KeyToPath]
          optional: bool
          secretName: string
        type StorageOSVolumeSource
          fsType: string; readOnly: bool; secretRef: LocalObjectReference; volumeName: string
          volumeNamespace: string
        type VsphereVirtualDiskVolumeSource
          fsType: string; storagePolicyID: string; storagePolicyName: string; volumePath!: string
        """#
}
