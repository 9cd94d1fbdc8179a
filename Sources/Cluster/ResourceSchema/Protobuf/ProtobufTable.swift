extension ProtobufSchema {
    static let kindTable = """
        v1 Namespace ConfigMap Secret ServiceAccount Event Service ResourceQuota
        apps/v1 Deployment
        batch/v1 Job CronJob
        policy/v1 PodDisruptionBudget
        scheduling.k8s.io/v1 PriorityClass
        networking.k8s.io/v1 Ingress
        rbac.authorization.k8s.io/v1 Role RoleBinding ClusterRole ClusterRoleBinding
        authorization.k8s.io/v1 SelfSubjectAccessReview SubjectAccessReview LocalSubjectAccessReview
        authorization.k8s.io/v1 SelfSubjectRulesReview
        authentication.k8s.io/v1 SelfSubjectReview TokenRequest TokenReview
        coordination.k8s.io/v1 Lease
        * DeleteOptions
        """

    /// Of the workloads only what `kubectl create` and `kubectl expose` send.
    static let messageTable = """
        ObjectMeta: name=1 generateName=2 namespace=3 selfLink=4 uid=5 resourceVersion=6 generation=7:int \
        creationTimestamp=8:time deletionTimestamp=9:time deletionGracePeriodSeconds=10:int? labels=11:{string} \
        annotations=12:{string} ownerReferences=13:[OwnerReference] finalizers=14:[string] \
        managedFields=17:[ManagedFieldsEntry]
        OwnerReference: kind=1 name=3 uid=4 apiVersion=5 controller=6:bool? blockOwnerDeletion=7:bool?
        ManagedFieldsEntry: manager=1 operation=2 apiVersion=3 time=4:time fieldsType=6 fieldsV1=7:json subresource=8
        LabelSelector: matchLabels=1:{string} matchExpressions=2:[LabelSelectorRequirement]
        LabelSelectorRequirement: key=1 operator=2 values=3:[string]
        Condition: type=1 status=2 lastTransitionTime=4:time reason=5 message=6
        ObjectReference: kind=1 namespace=2 name=3 uid=4 apiVersion=5 resourceVersion=6 fieldPath=7
        LocalObjectReference: name=1
        DeleteOptions: gracePeriodSeconds=1:int? preconditions=2:Preconditions orphanDependents=3:bool? \
        propagationPolicy=4 dryRun=5:[string] ignoreStoreReadErrorWithClusterBreakingPotential=6:bool?
        Preconditions: uid=1 resourceVersion=2

        Namespace: metadata=1:ObjectMeta spec=2:NamespaceSpec status=3:NamespaceStatus
        NamespaceSpec: finalizers=1:[string]
        NamespaceStatus: phase=1 conditions=2:[Condition]
        ConfigMap: metadata=1:ObjectMeta data=2:{string} binaryData=3:{bytes} immutable=4:bool?
        Secret: metadata=1:ObjectMeta data=2:{bytes} type=3 stringData=4:{string} immutable=5:bool?
        ServiceAccount: metadata=1:ObjectMeta secrets=2:[ObjectReference] imagePullSecrets=3:[LocalObjectReference] \
        automountServiceAccountToken=4:bool?
        Event: metadata=1:ObjectMeta involvedObject=2:ObjectReference reason=3 message=4 source=5:EventSource \
        firstTimestamp=6:time lastTimestamp=7:time count=8:int type=9 eventTime=10:microTime series=11:EventSeries \
        action=12 related=13:ObjectReference reportingComponent=14 reportingInstance=15
        EventSource: component=1 host=2
        EventSeries: count=1:int lastObservedTime=2:microTime
        Service: metadata=1:ObjectMeta spec=2:ServiceSpec status=3:ServiceStatus
        ServiceSpec: ports=1:[ServicePort] selector=2:{string} clusterIP=3 type=4 externalIPs=5:[string] \
        sessionAffinity=7 loadBalancerIP=8 loadBalancerSourceRanges=9:[string] externalName=10 \
        externalTrafficPolicy=11 healthCheckNodePort=12:int publishNotReadyAddresses=13:bool ipFamilyPolicy=17 \
        clusterIPs=18:[string] ipFamilies=19:[string] allocateLoadBalancerNodePorts=20:bool? loadBalancerClass=21 \
        internalTrafficPolicy=22
        ServicePort: name=1 protocol=2 port=3:int targetPort=4:intOrString nodePort=5:int appProtocol=6
        ServiceStatus: loadBalancer=1:LoadBalancerStatus conditions=2:[Condition]
        LoadBalancerStatus: ingress=1:[LoadBalancerIngress]
        LoadBalancerIngress: ip=1 hostname=2

        Deployment: metadata=1:ObjectMeta spec=2:DeploymentSpec status=3:Ignored
        DeploymentSpec: replicas=1:int? selector=2:LabelSelector template=3:PodTemplateSpec \
        strategy=4:DeploymentStrategy minReadySeconds=5:int revisionHistoryLimit=6:int? paused=7:bool \
        progressDeadlineSeconds=9:int?
        DeploymentStrategy: type=1
        Job: metadata=1:ObjectMeta spec=2:JobSpec status=3:Ignored
        JobSpec: parallelism=1:int? completions=2:int? activeDeadlineSeconds=3:int? selector=4:LabelSelector \
        manualSelector=5:bool? template=6:PodTemplateSpec backoffLimit=7:int? ttlSecondsAfterFinished=8:int? \
        completionMode=9 suspend=10:bool? podReplacementPolicy=14
        PodTemplateSpec: metadata=1:ObjectMeta spec=2:PodSpec
        PodSpec: containers=2:[Container] restartPolicy=3 terminationGracePeriodSeconds=4:int? \
        activeDeadlineSeconds=5:int? dnsPolicy=6 nodeSelector=7:{string} serviceAccountName=8 serviceAccount=9 \
        nodeName=10 hostNetwork=11:bool hostPID=12:bool hostIPC=13:bool securityContext=14:PodSecurityContext \
        imagePullSecrets=15:[LocalObjectReference] \
        hostname=16 subdomain=17 schedulerName=19 automountServiceAccountToken=21:bool? tolerations=22:[Toleration] \
        priorityClassName=24 enableServiceLinks=30:bool?
        PodSecurityContext: runAsUser=2:int? runAsNonRoot=3:bool? fsGroup=5:int? runAsGroup=6:int?
        Toleration: key=1 operator=2 value=3 effect=4 tolerationSeconds=5:int?
        Container: name=1 image=2 command=3:[string] args=4:[string] workingDir=5 ports=6:[ContainerPort] \
        env=7:[EnvVar] resources=8:ResourceRequirements terminationMessagePath=13 imagePullPolicy=14 \
        stdin=16:bool stdinOnce=17:bool tty=18:bool terminationMessagePolicy=20
        ContainerPort: name=1 hostPort=2:int containerPort=3:int protocol=4 hostIP=5
        EnvVar: name=1 value=2
        ResourceRequirements: limits=1:{quantity} requests=2:{quantity}
        CronJob: metadata=1:ObjectMeta spec=2:CronJobSpec status=3:Ignored
        CronJobSpec: schedule=1 startingDeadlineSeconds=2:int? concurrencyPolicy=3 suspend=4:bool? \
        jobTemplate=5:JobTemplateSpec successfulJobsHistoryLimit=6:int? failedJobsHistoryLimit=7:int? timeZone=8
        JobTemplateSpec: metadata=1:ObjectMeta spec=2:JobSpec

        ResourceQuota: metadata=1:ObjectMeta spec=2:ResourceQuotaSpec status=3:Ignored
        ResourceQuotaSpec: hard=1:{quantity} scopes=2:[string]
        PodDisruptionBudget: metadata=1:ObjectMeta spec=2:PodDisruptionBudgetSpec status=3:Ignored
        PodDisruptionBudgetSpec: minAvailable=1:intOrString selector=2:LabelSelector maxUnavailable=3:intOrString \
        unhealthyPodEvictionPolicy=4
        PriorityClass: metadata=1:ObjectMeta value=2:int? globalDefault=3:bool description=4 preemptionPolicy=5
        Ingress: metadata=1:ObjectMeta spec=2:IngressSpec status=3:Ignored
        IngressSpec: defaultBackend=1:IngressBackend tls=2:[IngressTLS] rules=3:[IngressRule] ingressClassName=4
        IngressTLS: hosts=1:[string] secretName=2
        IngressRule: host=1 inline=2:IngressRuleValue
        IngressRuleValue: http=1:HTTPIngressRuleValue
        HTTPIngressRuleValue: paths=1:[HTTPIngressPath]
        HTTPIngressPath: path=1 backend=2:IngressBackend pathType=3
        IngressBackend: service=4:IngressServiceBackend
        IngressServiceBackend: name=1 port=2:ServiceBackendPort
        ServiceBackendPort: name=1 number=2:int

        Role: metadata=1:ObjectMeta rules=2:[PolicyRule]
        RoleBinding: metadata=1:ObjectMeta subjects=2:[Subject] roleRef=3:RoleRef
        ClusterRole: metadata=1:ObjectMeta rules=2:[PolicyRule] aggregationRule=3:AggregationRule
        ClusterRoleBinding: metadata=1:ObjectMeta subjects=2:[Subject] roleRef=3:RoleRef
        PolicyRule: verbs=1:[string] apiGroups=2:[string] resources=3:[string] resourceNames=4:[string] \
        nonResourceURLs=5:[string]
        AggregationRule: clusterRoleSelectors=1:[LabelSelector]
        RoleRef: apiGroup=1 kind=2 name=3
        Subject: kind=1 apiGroup=2 name=3 namespace=4

        SelfSubjectAccessReview: metadata=1:ObjectMeta spec=2:AccessReviewSpec status=3:AccessReviewStatus
        SubjectAccessReview: metadata=1:ObjectMeta spec=2:AccessReviewSpec status=3:AccessReviewStatus
        LocalSubjectAccessReview: metadata=1:ObjectMeta spec=2:AccessReviewSpec status=3:AccessReviewStatus
        AccessReviewSpec: resourceAttributes=1:ResourceAttributes nonResourceAttributes=2:NonResourceAttributes \
        user=3 groups=4:[string] extra=5:{ExtraValue} uid=6
        ExtraValue: items=1:[string]
        ResourceAttributes: namespace=1 verb=2 group=3 version=4 resource=5 subresource=6 name=7
        NonResourceAttributes: path=1 verb=2
        AccessReviewStatus: allowed=1:bool reason=2 evaluationError=3 denied=4:bool
        SelfSubjectRulesReview: metadata=1:ObjectMeta spec=2:RulesReviewSpec status=3:RulesReviewStatus
        RulesReviewSpec: namespace=1
        RulesReviewStatus: incomplete=3:bool evaluationError=4
        SelfSubjectReview: metadata=1:ObjectMeta status=2:UserReviewStatus
        UserReviewStatus: userInfo=1:UserInfo
        UserInfo: username=1 uid=2 groups=3:[string]
        TokenRequest: metadata=1:ObjectMeta spec=2:TokenRequestSpec status=3:TokenRequestStatus
        TokenRequestSpec: audiences=1:[string] boundObjectRef=3:BoundObjectReference expirationSeconds=4:int?
        BoundObjectReference: kind=1 apiVersion=2 name=3 uid=4
        TokenRequestStatus: token=1 expirationTimestamp=2:time
        TokenReview: metadata=1:ObjectMeta spec=2:TokenReviewSpec status=3:TokenReviewStatus
        TokenReviewSpec: token=1 audiences=2:[string]
        TokenReviewStatus: authenticated=1:bool user=2:UserInfo error=3 audiences=4:[string]
        Lease: metadata=1:ObjectMeta spec=2:LeaseSpec
        LeaseSpec: holderIdentity=1 leaseDurationSeconds=2:int? acquireTime=3:microTime renewTime=4:microTime \
        leaseTransitions=5:int? strategy=6 preferredHolder=7
        """
}
