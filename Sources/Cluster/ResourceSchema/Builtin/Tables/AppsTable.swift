extension SchemaTable {
    /// Workloads (apps/v1).
    static let apps = #"""
        package io.k8s.api.apps.v1
        kind Deployment -- Keeps a number of equal pods running and rolls out changes of their template.
          spec!: DeploymentSpec -- The wanted state.
          status: DeploymentStatus -- The observed state.
        type DeploymentSpec
          minReadySeconds: int32 -- Seconds that a pod must be ready to count as available.
          paused: bool -- True stops the rollout of changes.
          progressDeadlineSeconds: int32 = 600 -- Seconds without progress until the rollout counts as failed.
          replicas: int32 = 1 | min(0) -- How many pods are wanted.
          revisionHistoryLimit: int32 = 10 -- How many old ReplicaSets are kept for a rollback.
          selector!: LabelSelector -- Which pods belong to the deployment; must match the template's labels.
          strategy: DeploymentStrategy = {} | retainKeys -- How old pods are replaced by new ones.
          template!: PodTemplateSpec -- The pods to make.
        type DeploymentStrategy
          rollingUpdate: RollingUpdateDeployment -- Limits of a rolling update.
          type: string = RollingUpdate | enum(Recreate,RollingUpdate) -- RollingUpdate or Recreate.
        type RollingUpdateDeployment
          maxSurge: intOrString -- How many pods above the wanted number, absolute or in percent.
          maxUnavailable: intOrString -- How many pods below the wanted number, absolute or in percent.
        type DeploymentStatus
          availableReplicas: int32 -- Pods that have been ready long enough.
          collisionCount: int32
          conditions: [DeploymentCondition] | merge(type) map(type) -- Available, Progressing, ReplicaFailure.
          observedGeneration: int64
          readyReplicas: int32 -- Pods that are ready.
          replicas: int32 -- Pods of this deployment.
          terminatingReplicas: int32
          unavailableReplicas: int32
          updatedReplicas: int32 -- Pods made from the newest template.
        type DeploymentCondition
          lastTransitionTime: time; lastUpdateTime: time; message: string; reason: string; status: string
          type: string
        kind ReplicaSet -- Keeps a number of equal pods running.
          spec!: ReplicaSetSpec; status: ReplicaSetStatus
        type ReplicaSetSpec
          minReadySeconds: int32
          replicas: int32 = 1 | min(0) -- How many pods are wanted.
          selector!: LabelSelector -- Which pods belong to the set; must match the template's labels.
          template: PodTemplateSpec -- The pods to make.
        type ReplicaSetStatus
          availableReplicas: int32
          conditions: [ReplicaSetCondition] | merge(type) map(type)
          fullyLabeledReplicas: int32
          observedGeneration: int64
          readyReplicas: int32
          replicas: int32
          terminatingReplicas: int32
        type ReplicaSetCondition
          lastTransitionTime: time; message: string; reason: string; status: string; type: string
        kind StatefulSet -- Pods with stable names and storage, started in order.
          spec!: StatefulSetSpec; status: StatefulSetStatus
        type StatefulSetSpec
          minReadySeconds: int32
          ordinals: StatefulSetOrdinals
          persistentVolumeClaimRetentionPolicy: StatefulSetPersistentVolumeClaimRetentionPolicy = {}
          podManagementPolicy: string = OrderedReady | enum(OrderedReady,Parallel) -- OrderedReady or Parallel.
          replicas: int32 = 1 | min(0) -- How many pods are wanted.
          revisionHistoryLimit: int32 = 10
          selector!: LabelSelector
          serviceName: string -- The headless service that names the pods.
          template!: PodTemplateSpec
          updateStrategy: StatefulSetUpdateStrategy = {}
          volumeClaimTemplates: [PersistentVolumeClaim]
        type StatefulSetOrdinals { start: int32 }
        type StatefulSetPersistentVolumeClaimRetentionPolicy
          whenDeleted: string = Retain
          whenScaled: string = Retain
        type StatefulSetUpdateStrategy
          rollingUpdate: RollingUpdateStatefulSetStrategy
          type: string = RollingUpdate | enum(OnDelete,RollingUpdate)
        type RollingUpdateStatefulSetStrategy { maxUnavailable: intOrString; partition: int32 }
        type StatefulSetStatus
          availableReplicas: int32
          collisionCount: int32
          conditions: [StatefulSetCondition] | merge(type) map(type)
          currentReplicas: int32
          currentRevision: string
          observedGeneration: int64
          readyReplicas: int32
          replicas: int32
          updateRevision: string
          updatedReplicas: int32
        type StatefulSetCondition
          lastTransitionTime: time; message: string; reason: string; status: string; type: string
        kind DaemonSet -- One pod on every matching node.
          spec!: DaemonSetSpec; status: DaemonSetStatus
        type DaemonSetSpec
          minReadySeconds: int32
          revisionHistoryLimit: int32 = 10
          selector!: LabelSelector
          template!: PodTemplateSpec
          updateStrategy: DaemonSetUpdateStrategy = {}
        type DaemonSetUpdateStrategy
          rollingUpdate: RollingUpdateDaemonSet
          type: string = RollingUpdate | enum(OnDelete,RollingUpdate)
        type RollingUpdateDaemonSet { maxSurge: intOrString; maxUnavailable: intOrString }
        type DaemonSetStatus
          collisionCount: int32
          conditions: [DaemonSetCondition] | merge(type) map(type)
          currentNumberScheduled: int32
          desiredNumberScheduled: int32
          numberAvailable: int32
          numberMisscheduled: int32
          numberReady: int32
          numberUnavailable: int32
          observedGeneration: int64
          updatedNumberScheduled: int32
        type DaemonSetCondition
          lastTransitionTime: time; message: string; reason: string; status: string; type: string
        kind ControllerRevision -- One stored revision of a controller's template.
          data!: object; revision: int64
        """#
}
