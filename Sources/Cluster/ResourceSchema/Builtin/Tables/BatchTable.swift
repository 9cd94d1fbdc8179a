extension SchemaTable {
    /// Jobs (batch/v1).
    static let batch = #"""
        package io.k8s.api.batch.v1
        kind Job -- Pods that run to their end.
          spec: JobSpec; status: JobStatus
        type JobSpec
          activeDeadlineSeconds: int64 | min(0) -- Seconds after which the job is ended.
          backoffLimit: int32 = 6 | min(0) -- Retries until the job counts as failed.
          backoffLimitPerIndex: int32
          completionMode: string = NonIndexed | enum(Indexed,NonIndexed)
          completions: int32 | min(0) -- How many pods must succeed.
          managedBy: string
          manualSelector: bool = false
          maxFailedIndexes: int32
          parallelism: int32 | min(0) -- How many pods run at once.
          podFailurePolicy: PodFailurePolicy
          podReplacementPolicy: string | enum(Failed,TerminatingOrFailed)
          selector: LabelSelector
          successPolicy: SuccessPolicy
          suspend: bool = false -- True removes the job's pods until it is false again.
          template!: PodTemplateSpec -- The pods to make; restartPolicy must be OnFailure or Never.
          ttlSecondsAfterFinished: int32 | min(0) -- Seconds after its end until the job is deleted.
        type PodFailurePolicy { rules!: [PodFailurePolicyRule] }
        type PodFailurePolicyRule
          action!: string; onExitCodes: PodFailurePolicyOnExitCodesRequirement
          onPodConditions: [PodFailurePolicyOnPodConditionsPattern]
        type PodFailurePolicyOnExitCodesRequirement { containerName: string; operator!: string; values!: [int32] }
        type PodFailurePolicyOnPodConditionsPattern { status: string; type!: string }
        type SuccessPolicy { rules!: [SuccessPolicyRule] }
        type SuccessPolicyRule { succeededCount: int32; succeededIndexes: string }
        type JobStatus
          active: int32
          completedIndexes: string
          completionTime: time
          conditions: [JobCondition] | merge(type)
          failed: int32
          failedIndexes: string
          ready: int32
          startTime: time
          succeeded: int32
          terminating: int32
          uncountedTerminatedPods: UncountedTerminatedPods
        type JobCondition
          lastProbeTime: time; lastTransitionTime: time; message: string; reason: string; status: string
          type: string
        type UncountedTerminatedPods
          failed: [string] | set
          succeeded: [string] | set
        kind CronJob -- Makes jobs on a schedule.
          spec!: CronJobSpec; status: CronJobStatus
        type CronJobSpec
          concurrencyPolicy: string = Allow | enum(Allow,Forbid,Replace)
          failedJobsHistoryLimit: int32 = 1
          jobTemplate!: JobTemplateSpec
          schedule!: string -- When, in cron syntax.
          startingDeadlineSeconds: int32
          successfulJobsHistoryLimit: int32 = 3
          suspend: bool = false
          timeZone: string
        type JobTemplateSpec { metadata: ObjectMeta; spec: JobSpec }
        type CronJobStatus { active: [ObjectReference]; lastScheduleTime: time; lastSuccessfulTime: time }
        """#
}
