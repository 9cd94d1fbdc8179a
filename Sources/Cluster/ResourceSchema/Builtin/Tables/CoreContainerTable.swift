extension SchemaTable {
    /// Containers and what they are made of (core/v1).
    static let coreContainer = #"""
        package io.k8s.api.core.v1
        type Container -- One program run from an image.
          args: [string] -- Arguments for the entry point; the image's own when absent.
          command: [string] -- The program and its first arguments; the image's entry point when absent.
          env: [EnvVar] | merge(name) map(name) -- Environment variables.
          envFrom: [EnvFromSource] -- Config maps and secrets whose keys all become variables.
          image: string -- The image to run.
          imagePullPolicy: string | enum(Always,IfNotPresent,Never)
              -- Always, IfNotPresent or Never; Always for the tag latest, else IfNotPresent.
          lifecycle: Lifecycle -- Hooks after start and before stop.
          livenessProbe: Probe -- When it fails the container is restarted.
          name!: string -- The container's name, unique in the pod (a DNS label).
          ports: [ContainerPort] | merge(containerPort) map(containerPort,protocol)
              -- Ports that the container listens on; informative.
          readinessProbe: Probe -- While it fails the pod gets no traffic from services.
          resizePolicy: [ContainerResizePolicy]
          resources: ResourceRequirements = {} -- Requested and allowed amounts of CPU and memory.
          restartPolicy: string
          restartPolicyRules: [ContainerRestartRule]
          securityContext: SecurityContext -- Security settings of this container; they win over the pod's.
          startupProbe: Probe -- The other probes begin once it has succeeded.
          stdin: bool -- Keep standard input open.
          stdinOnce: bool
          terminationMessagePath: string = /dev/termination-log -- File whose content becomes the termination message.
          terminationMessagePolicy: string = File | enum(FallbackToLogsOnError,File)
              -- Whether the log's end serves when that file is empty.
          tty: bool -- Give the container a terminal.
          volumeDevices: [VolumeDevice] | merge(devicePath) map(devicePath)
          volumeMounts: [VolumeMount] | merge(mountPath) map(mountPath)
              -- Where volumes appear in the container's file system.
          workingDir: string -- The working directory; the image's own when absent.
        type EnvVar
          name!: string -- The variable's name.
          value: string -- Its value; $(NAME) is replaced by variables set before.
          valueFrom: EnvVarSource -- Take the value from elsewhere.
        type EnvVarSource
          configMapKeyRef: ConfigMapKeySelector -- A key of a ConfigMap.
          fieldRef: ObjectFieldSelector -- A field of the pod, such as metadata.name or status.podIP.
          fileKeyRef: FileKeySelector
          resourceFieldRef: ResourceFieldSelector -- A request or limit of a container.
          secretKeyRef: SecretKeySelector -- A key of a Secret.
        type ConfigMapKeySelector | atomicMap { key!: string; name: string; optional: bool }
        type FileKeySelector { key!: string; optional: bool; path!: string; volumeName!: string }
        type SecretKeySelector | atomicMap { key!: string; name: string; optional: bool }
        type EnvFromSource { configMapRef: ConfigMapEnvSource; prefix: string; secretRef: SecretEnvSource }
        type ConfigMapEnvSource { name: string; optional: bool }
        type SecretEnvSource { name: string; optional: bool }
        type Lifecycle { postStart: LifecycleHandler; preStop: LifecycleHandler; stopSignal: string }
        type LifecycleHandler
          exec: ExecAction; httpGet: HTTPGetAction; sleep: SleepAction; tcpSocket: TCPSocketAction
        type ExecAction { command: [string] }
        type HTTPGetAction
          host: string
          httpHeaders: [HTTPHeader]
          path: string = /
          port!: intOrString
          protocol: string
          scheme: string = HTTP | enum(HTTP,HTTPS)
        type HTTPHeader { name!: string; value!: string }
        type SleepAction { seconds!: int32 }
        type TCPSocketAction { host: string; port!: intOrString }
        type Probe -- A periodic check of a container.
          exec: ExecAction -- Succeeds when the command exits with 0.
          failureThreshold: int32 = 3 | min(0) -- Failures in a row until the probe counts as failed.
          grpc: GRPCAction -- Succeeds when the gRPC health service says SERVING.
          httpGet: HTTPGetAction -- Succeeds on a status from 200 to 399.
          initialDelaySeconds: int32 | min(0) -- Seconds between the container's start and the first check.
          periodSeconds: int32 = 10 | min(0) -- Seconds between checks.
          successThreshold: int32 = 1 | min(0)
              -- Successes in a row after a failure until the probe counts as successful.
          tcpSocket: TCPSocketAction -- Succeeds when the port accepts a connection.
          terminationGracePeriodSeconds: int64
          timeoutSeconds: int32 = 1 | min(0) -- Seconds until a check counts as failed.
        type GRPCAction
          mode: string
          port!: int32
          service: string = ""
        type ContainerPort
          containerPort!: int32 | min(1) max(65535) -- The port in the pod, 1 to 65535.
          hostIP: string
          hostPort: int32 | min(0) max(65535) -- The same port on the node.
          name: string -- A name by which services and probes may refer to the port.
          protocol: string = TCP | enum(SCTP,TCP,UDP) -- TCP, UDP or SCTP.
        type ContainerResizePolicy { resourceName!: string; restartPolicy!: string }
        type ResourceRequirements
          claims: [ResourceClaim] | map(name)
          limits: {quantity} -- The most that the container may use.
          requests: {quantity} -- What is set aside for the container.
        type ResourceClaim { name!: string; request: string }
        type ContainerRestartRule { action!: string; exitCodes: ContainerRestartRuleOnExitCodes }
        type ContainerRestartRuleOnExitCodes { operator!: string; values: [int32] }
        type SecurityContext
          allowPrivilegeEscalation: bool; appArmorProfile: AppArmorProfile; capabilities: Capabilities
          privileged: bool; procMount: string; readOnlyRootFilesystem: bool; runAsGroup: int64; runAsNonRoot: bool
          runAsUser: int64; seLinuxOptions: SELinuxOptions; seccompProfile: SeccompProfile
          windowsOptions: WindowsSecurityContextOptions
        type AppArmorProfile { localhostProfile: string; type!: string }
        type Capabilities { add: [string]; drop: [string] }
        type SELinuxOptions { level: string; role: string; type: string; user: string }
        type SeccompProfile { localhostProfile: string; type!: string }
        type WindowsSecurityContextOptions
          gmsaCredentialSpec: string; gmsaCredentialSpecName: string; hostProcess: bool; runAsUserName: string
        type VolumeDevice { devicePath!: string; name!: string }
        type VolumeMount
          bindMountOptions: [string]
          mountPath!: string -- Where it appears in the container; must not contain a colon.
          mountPropagation: string
          name!: string -- The volume's name.
          readOnly: bool -- Mount it read-only.
          recursiveReadOnly: string
          subPath: string -- The part of the volume to mount.
          subPathExpr: string
        type EphemeralContainer
          args: [string]
          command: [string]
          env: [EnvVar] | merge(name) map(name)
          envFrom: [EnvFromSource]
          image: string
          imagePullPolicy: string | enum(Always,IfNotPresent,Never)
          lifecycle: Lifecycle
          livenessProbe: Probe
          name!: string
          ports: [ContainerPort] | merge(containerPort) map(containerPort,protocol)
          readinessProbe: Probe
          resizePolicy: [ContainerResizePolicy]
          resources: ResourceRequirements = {}
          restartPolicy: string
          restartPolicyRules: [ContainerRestartRule]
          securityContext: SecurityContext
          startupProbe: Probe
          stdin: bool
          stdinOnce: bool
          targetContainerName: string
          terminationMessagePath: string = /dev/termination-log
          terminationMessagePolicy: string = File
          tty: bool
          volumeDevices: [VolumeDevice] | merge(devicePath) map(devicePath)
          volumeMounts: [VolumeMount] | merge(mountPath) map(mountPath)
          workingDir: string
        """#
}
