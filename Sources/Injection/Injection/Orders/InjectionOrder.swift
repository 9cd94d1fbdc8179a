/// What one helper is to do on its node: the wire format between the runner and `litmus inject`.
public struct InjectionOrder: Sendable, Hashable, Codable {
    public enum Repetition: Sendable, Hashable, Codable {
        /// Applied, kept until the duration is over, and reverted.
        case once
        /// Applied anew after each pause, between these bounds in milliseconds, as long as the duration lasts.
        case every(lowMilliseconds: Int, highMilliseconds: Int)
    }

    /// The helper pod's name; while it is carried out `NAMESPACE/NAME`, which is unique on the node.
    public var id: String
    public var fault: String
    /// Applied to each target in this order.
    public var steps: [MachineStep]
    public var targets: [TargetReference]
    /// One target after another, each for the whole duration; otherwise all at once.
    public var isSerial: Bool
    public var repetition: Repetition
    /// How long the chaos lasts (for each target of a serial order).
    public var durationMilliseconds: Int
    /// Between two targets of a serial order.
    public var pauseMilliseconds: Int
    /// Repeats the choice of pauses.
    public var seed: UInt64
    /// How long a container that was killed may take to be back, in milliseconds.
    public var recoveryMilliseconds: Int

    public init(
        id: String, fault: String, steps: [MachineStep], targets: [TargetReference], isSerial: Bool = false,
        repetition: Repetition = .once, durationMilliseconds: Int, pauseMilliseconds: Int = 0, seed: UInt64 = 0,
        recoveryMilliseconds: Int = 180_000
    ) {
        self.id = id
        self.fault = fault
        self.steps = steps
        self.targets = targets
        self.isSerial = isSerial
        self.repetition = repetition
        self.durationMilliseconds = durationMilliseconds
        self.pauseMilliseconds = pauseMilliseconds
        self.seed = seed
        self.recoveryMilliseconds = recoveryMilliseconds
    }
}

/// A container, as the cluster names it; its node finds the processes, namespaces and control groups behind it.
public struct TargetReference: Sendable, Hashable, Codable {
    public var node: String
    public var namespace: String
    public var pod: String
    public var podUID: String
    /// The container's name in the pod.
    public var container: String
    /// Without the runtime's prefix (`containerd://`).
    public var containerID: String

    public init(
        node: String, namespace: String, pod: String, podUID: String, container: String, containerID: String
    ) {
        self.node = node
        self.namespace = namespace
        self.pod = pod
        self.podUID = podUID
        self.container = container
        self.containerID = containerID
    }
}
