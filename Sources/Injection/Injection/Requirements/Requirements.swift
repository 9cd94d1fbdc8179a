import Glibc
import Host

/// What this node must have for steps. Checking leaves nothing behind: the one thing that is made, a network namespace
/// to try a rule in, is gone when the check returns.
public enum Requirements {
    /// Each requirement once, in the order of the steps, whether it is present or not.
    public static func check(_ steps: [MachineStep]) async -> [Requirement] {
        var result: [Requirement] = []
        func add(_ requirement: Requirement) {
            if !result.contains(where: { $0.name == requirement.name }) { result.append(requirement) }
        }
        if !steps.isEmpty { add(root()) }
        if steps.contains(where: \.isLoss) {
            add(program(.nft))
            add(await hooks())
        }
        if steps.contains(where: \.isCorrelated) { add(correlation) }
        if steps.contains(where: \.isStress) {
            add(program(.stressNG))
            add(controlGroups())
        }
        return result
    }

    /// Of this machine since it was last started, as Kubernetes nodes tell theirs (`status.nodeInfo.bootID`); empty when
    /// the kernel does not tell.
    public static var bootID: String { BootClock.bootID() }

    private static func root() -> Requirement {
        let isRoot = geteuid() == 0
        return Requirement(
            name: "root", isPresent: isRoot,
            detail: isRoot ? "" : "this process is user \(geteuid()): run it as root, in a pod as privileged")
    }

    private static func program(_ program: HostProgram) -> Requirement {
        let path = program.installedPath
        return Requirement(
            name: program.name, isPresent: path != nil, package: program.package,
            detail: path ?? "not installed; run: apt-get install \(program.package)")
    }

    /// Tried for real, because versions and configurations of kernels say too little.
    private static func hooks() async -> Requirement {
        var requirement = Requirement(
            name: "netdev egress hook", isPresent: false, module: "nf_tables",
            detail: "the kernel's nf_tables must have it: Linux 5.16 with CONFIG_NETFILTER_EGRESS")
        let script = """
            table netdev litmus {
                chain out { type filter hook egress device "lo" priority 0; policy accept; \
            numgen random mod 10 < 5 counter drop; }
                chain in { type filter hook ingress device "lo" priority 0; policy accept; }
            }

            """
        do {
            let scratch = try await NetworkNamespace.scratch()
            try await Nftables.run(script, namespace: scratch.path)
            requirement.isPresent = true
            requirement.detail = ""
        } catch {
            requirement.detail += "; tried in a network namespace of its own: \(error)"
        }
        return requirement
    }

    private static let correlation = Requirement(
        name: "correlated loss", isPresent: false, package: "linux-image-amd64", module: "sch_netem",
        detail: "packets are lost by nftables, each on its own; the netem discipline, which could correlate them, is "
            + "not used: set the correlation to 0")

    private static func controlGroups() -> Requirement {
        let isPresent = !ControlGroupMounts.node().isEmpty
        return Requirement(
            name: "control groups", isPresent: isPresent,
            detail: isPresent ? "" : "no hierarchy is mounted, neither here nor for the node's first process")
    }
}

extension MachineStep {
    fileprivate var isLoss: Bool {
        if case .loseTraffic = self { return true }
        return false
    }

    fileprivate var isCorrelated: Bool {
        if case .loseTraffic(let loss) = self { return loss.correlation > 0 }
        return false
    }

    fileprivate var isStress: Bool {
        if case .stressCPU = self { return true }
        return false
    }
}
