import Host

/// What a node has behind a target.
struct ResolvedTarget: Sendable, Hashable {
    var reference: TargetReference
    /// The container's first process.
    var pid: Int32
    var startTime: UInt64
    /// Inode numbers.
    var networkNamespace: UInt64
    var mountNamespace: UInt64
    var pidNamespace: UInt64
    var sharesHostNetwork: Bool
    /// Its processes are numbered like the node's, so they do not end together.
    var sharesHostProcesses: Bool
    var controlGroups: [ControlGroupPath]
}

/// Finds the process of a container by the container's id in names of control groups, which every runtime and driver
/// puts there: `…/ID`, `…/cri-containerd-ID.scope`, `…/docker-ID.scope`, `…/crio-ID.scope`, `SLICE:cri-containerd:ID`.
struct TargetResolver: Sendable {
    var processes = ProcessTable()

    func resolve(_ target: TargetReference) throws(InjectionError) -> ResolvedTarget {
        guard !target.containerID.isEmpty else {
            throw InjectionError(
                code: .containerRuntime,
                reason: "container \(target.container) of pod \(target.pod) has no id: it does not run",
                target: target)
        }
        guard let first = firstProcess(of: target.containerID), let life = processes.life(first) else {
            throw InjectionError(
                code: .containerRuntime,
                reason: "no process on node \(target.node) is in a control group of container \(target.containerID) "
                    + "(\(target.container) of pod \(target.pod)): it has ended, runs on another node, or the helper "
                    + "does not share the node's process namespace",
                target: target)
        }
        guard let network = processes.namespace("net", of: first), let mount = processes.namespace("mnt", of: first),
            let process = processes.namespace("pid", of: first)
        else {
            throw InjectionError(
                code: .containerRuntime,
                reason: "cannot read the namespaces of process \(first), the first of container \(target.container) "
                    + "of pod \(target.pod): it has just ended, or the helper is not privileged",
                target: target)
        }
        return ResolvedTarget(
            reference: target, pid: first, startTime: life.startTime, networkNamespace: network, mountNamespace: mount,
            pidNamespace: process, sharesHostNetwork: processes.sharesNetwork(first, with: 1),
            sharesHostProcesses: processes.numbers(first).count < 2,
            controlGroups: processes.controlGroups(first))
    }

    /// The init of the container's pid namespace; without one of its own, the container's oldest process.
    func firstProcess(of containerID: String) -> Int32? {
        struct Candidate {
            var pid: Int32
            var depth: Int
            var isInit: Bool
            var startTime: UInt64
        }
        let candidates = processes.pids().compactMap { pid -> Candidate? in
            let groups = processes.controlGroups(pid)
            guard groups.contains(where: { Self.belongs($0.path, to: containerID) }),
                let life = processes.life(pid),
                !life.isDead
            else { return nil }
            let numbers = processes.numbers(pid)
            return Candidate(
                pid: pid, depth: numbers.count, isInit: numbers.count > 1 && numbers.last == 1,
                startTime: life.startTime)
        }
        // A container within the container has an init of its own, deeper down.
        let inits = candidates.filter(\.isInit)
        let first =
            inits.min { ($0.depth, $0.startTime) < ($1.depth, $1.startTime) }
            ?? candidates.min { ($0.startTime, $0.pid) < ($1.startTime, $1.pid) }
        return first?.pid
    }

    /// Whether a control group's path lies in the container's group, but not in one that we made there.
    static func belongs(_ path: String, to containerID: String) -> Bool {
        let components = path.split(separator: "/")
        guard let index = components.firstIndex(where: { names($0, containerID) }) else { return false }
        return !components[index...].contains { $0.hasPrefix(StressGroup.prefix) }
    }

    private static func names(_ component: Substring, _ containerID: String) -> Bool {
        if component == containerID || component.hasSuffix(":" + containerID) { return true }
        // CRI-O's monitor of a container is not part of it.
        return component.hasSuffix("-\(containerID).scope") && !component.contains("conmon")
    }
}
