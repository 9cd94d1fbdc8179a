import Foundation
import Host
import Testing

@testable import Injection

@Suite struct ResolverTests {
    private static let id = "4a1f0c9be37d5e88a6c1f5d2b7e04c33f6a8d9012b3c4d5e6f708192a3b4c5d6"

    private static let target = TargetReference(
        node: "worker-1", namespace: "default", pod: "web-0", podUID: "u", container: "web", containerID: id)

    @Test(
        "a container's process is found by its control group, whatever runtime and driver named it",
        arguments: [
            "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podu.slice/cri-containerd-\(id).scope",
            "0::/kubepods.slice/kubepods-podu.slice/docker-\(id).scope",
            "0::/kubepods.slice/kubepods-podu.slice/crio-\(id).scope",
            "0::/kubepods/burstable/podu/\(id)",
            "0::/kubepods/burstable/podu/\(id)/init.scope",
            "4:memory:/kubepods/besteffort/podu/\(id)",
            "11:cpu,cpuacct:/system.slice/containerd.service/kubepods-besteffort-podu.slice:cri-containerd:\(id)",
            "3:pids:/litmus-0123/u/\(id)",
        ])
    func runtimes(group: String) throws {
        let tree = try ProcessTree()
        defer { tree.remove() }
        try tree.add(41, numbers: [41, 1], start: 500, groups: ["2:cpu:/", group])
        try tree.add(40, numbers: [40], start: 400, groups: ["0::/kubepods/podu/another"])
        let resolved = try TargetResolver(processes: tree.table).resolve(Self.target)
        #expect(resolved.pid == 41)
        #expect(resolved.startTime == 500)
        #expect(resolved.networkNamespace == 101)
        #expect(resolved.pidNamespace == 201)
        #expect(!resolved.sharesHostNetwork)
        #expect(!resolved.sharesHostProcesses)
        #expect(resolved.controlGroups.count == 2)
    }

    @Test("the first process is the init of the container, not what was started in it or watches it")
    func initProcess() throws {
        let tree = try ProcessTree()
        defer { tree.remove() }
        let group = "0::/kubepods/podu/\(Self.id)"
        try tree.add(50, numbers: [50], start: 10, groups: ["0::/kubepods/podu/crio-conmon-\(Self.id).scope"])
        try tree.add(51, numbers: [51], start: 20, groups: [group])
        try tree.add(52, numbers: [52, 1], start: 30, groups: [group])
        try tree.add(53, numbers: [53, 9, 1], start: 25, groups: [group + "/nested"])
        try tree.add(54, numbers: [54, 14], start: 40, groups: [group])
        #expect(TargetResolver(processes: tree.table).firstProcess(of: Self.id) == 52)
    }

    @Test("without a pid namespace of its own the oldest living process is the first, and never one of ours")
    func oldest() throws {
        let tree = try ProcessTree()
        defer { tree.remove() }
        let group = "0::/kubepods/podu/\(Self.id)"
        try tree.add(60, numbers: [60], start: 70, groups: [group])
        try tree.add(61, numbers: [61], start: 60, groups: [group])
        try tree.add(62, numbers: [62], start: 50, groups: [group], state: "Z")
        try tree.add(63, numbers: [63], start: 40, groups: [group + "/litmus-abc"])
        let resolver = TargetResolver(processes: tree.table)
        #expect(resolver.firstProcess(of: Self.id) == 61)
        #expect(try resolver.resolve(Self.target).sharesHostProcesses)
    }

    @Test("a pod in the node's network namespace is known as such")
    func hostNetwork() throws {
        let tree = try ProcessTree()
        defer { tree.remove() }
        try tree.add(70, numbers: [70, 1], start: 1, groups: ["0::/kubepods/\(Self.id)"], network: 100)
        #expect(try TargetResolver(processes: tree.table).resolve(Self.target).sharesHostNetwork)
    }

    @Test("what was looked for is named when nothing is found")
    func missing() throws {
        let tree = try ProcessTree()
        defer { tree.remove() }
        let error = #expect(throws: InjectionError.self) {
            try TargetResolver(processes: tree.table).resolve(Self.target)
        }
        #expect(error?.code == .containerRuntime)
        #expect(error?.reason.contains(Self.id) == true)
        #expect(error?.reason.contains("worker-1") == true)
        #expect(error?.failure.target == "{podName: web-0, namespace: default, container: web}")
        var nameless = Self.target
        nameless.containerID = ""
        #expect(throws: InjectionError.self) { try TargetResolver(processes: tree.table).resolve(nameless) }
    }

    @Test("control groups are found where their hierarchies are mounted, not where they are not shown")
    func mounts() throws {
        let lines = [
            "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
            "33 31 0:30 /kubepods/podu/\(Self.id) /proc rw - cgroup cgroup rw,memory",
            "34 31 0:31 / /no/such/place rw - cgroup cgroup rw,pids",
        ]
        let entries = lines.compactMap { MountEntry(line: $0[...]) }.map { entry in
            var entry = entry
            // Any directory that is there will do.
            if entry.mountPoint.hasPrefix("/sys") { entry.mountPoint = "/tmp" }
            return entry
        }
        let mounts = ControlGroupMounts(views: [.init(prefix: "", entries: entries)])
        #expect(try mounts.directory(ControlGroupPath(controllers: ["cpu", "cpuacct"], path: "/a/b")) == "/tmp/a/b")
        #expect(try mounts.directory(ControlGroupPath(controllers: ["cpu", "cpuacct"], path: "/")) == "/tmp")
        let below = ControlGroupPath(controllers: ["memory"], path: "/kubepods/podu/\(Self.id)/x")
        #expect(try mounts.directory(below) == "/proc/x")
        for hidden in [
            ControlGroupPath(controllers: ["memory"], path: "/kubepods/podu/other"),
            ControlGroupPath(controllers: ["pids"], path: "/a"), ControlGroupPath(controllers: [], path: "/a"),
            ControlGroupPath(controllers: ["cpu", "cpuacct"], path: "/../a"),
        ] {
            #expect(throws: HostError.self) { try mounts.directory(hidden) }
        }
    }

    @Test("the narrowest limit of the container and of the groups around it counts")
    func limits() throws {
        let root = "/tmp/litmus-groups-\(getpid())"
        defer { try? FileTree.remove(root) }
        try FileTree.makeDirectories(root + "/pod/c")
        for directory in ["", "/pod", "/pod/c"] { try FileTree.write("", to: root + directory + "/cgroup.procs") }
        try FileTree.write("50000 100000\n", to: root + "/pod/cpu.max")
        try FileTree.write("max 100000\n", to: root + "/pod/c/cpu.max")
        try FileTree.write("0\n", to: root + "/pod/c/cpuset.cpus.effective")
        let mount = try #require(MountEntry(line: "1 1 0:1 / \(root) rw - cgroup2 cgroup2 rw"))
        let mounts = ControlGroupMounts(views: [.init(prefix: "", entries: [mount])])
        let place = StressPlace(groups: [ControlGroupPath(controllers: [], path: "/pod/c/litmus-a")])
        let group = try StressGroup(place, id: "a", mounts: mounts)
        #expect(group.quota() == 0.5)
        #expect(group.processors() == 1)
        #expect(group.processorSeconds() == nil)
        #expect(throws: HostError.self) { try StressGroup(place, id: "b", mounts: mounts) }
    }
}
