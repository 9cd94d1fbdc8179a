import Foundation
import Testing

@testable import Host

/// What needs root and changes the machine, one after the other.
@Suite(.serialized, .enabled(if: geteuid() == 0, "needs root: namespaces, mounts and control groups"))
struct RootTests {
    private let scratch: String

    init() throws {
        scratch = "/tmp/litmus-host-tests-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try FileTree.makeDirectories(scratch)
    }

    @Test("namespaces live without processes and vanish when removed")
    func namespaces() async throws {
        let files = NamespaceFiles(directory: scratch + "/ns")
        try await files.create(
            hostname: "somewhere", network: true, settings: [(path: "ipv4/conf/all/accept_redirects", value: "0")])
        let name = try await KernelThread.run(inNamespaces: [files.uts, files.network]) {
            (try FileTree.readText("/proc/sys/kernel/hostname"), IPRoute.devices().count)
        }
        #expect(name.0 == "somewhere\n")
        var request = SpawnRequest(
            executable: "ip", arguments: ["ip", "-o", "link"], environment: ["PATH=\(HostProgram.searchPath)"])
        request.namespaces = [files.network]
        #expect(try await Tool.run(request).text.split(separator: "\n").count == 1)
        try files.remove()
        try files.remove()
        #expect(try MountTable.mountPoints(under: scratch).isEmpty)
        try FileTree.remove(scratch)
    }

    @Test("rules in a network namespace are applied, listed and deleted with their table")
    func rules() async throws {
        let files = NamespaceFiles(directory: scratch + "/ns")
        try await files.create(hostname: "x", network: true)
        try await Nftables.run("table inet some {\n chain c { }\n}\n", namespace: files.network)
        #expect(await Nftables.list(["table", "inet", "some"], namespace: files.network)?.contains("\"c\"") == true)
        try await Nftables.deleteTable("inet some", namespace: files.network)
        try await Nftables.deleteTable("inet some", namespace: files.network)
        #expect(await Nftables.list(["table", "inet", "some"], namespace: files.network) == nil)
        await #expect(throws: HostError.self) { try await Nftables.run("nonsense", namespace: files.network) }
        try files.remove()
        try FileTree.remove(scratch)
    }

    @Test("a network namespace is kept by its value alone, and has a number of its own")
    func networkNamespaces() async throws {
        let first = try await NetworkNamespace.scratch()
        let second = try await NetworkNamespace.scratch()
        #expect(first.cookie != second.cookie)
        #expect(first.inode != second.inode)
        let again = try await NetworkNamespace.open(first.path)
        #expect(again.cookie == first.cookie)
        #expect(again.inode == first.inode)
        let devices = try await Tool.run(.ip, ["-o", "link"], namespaces: [second.path])
        #expect(devices.split(separator: "\n").count == 1)
        await #expect(throws: HostError.self) { try await NetworkNamespace.open("/proc/self/ns/uts") }
        try FileTree.remove(scratch)
    }

    @Test("a table that is not there is told from one that cannot be asked for")
    func finding() async throws {
        let namespace = try await NetworkNamespace.scratch()
        #expect(try await Nftables.find(["table", "inet", "some"], namespace: namespace.path) == nil)
        try await Nftables.run("add table inet some\n", namespace: namespace.path)
        #expect(
            try await Nftables.find(["table", "inet", "some"], namespace: namespace.path)?.contains("some") == true)
        await #expect(throws: HostError.self) {
            try await Nftables.find(["table", "inet", "some"], namespace: scratch + "/nowhere")
        }
        await #expect(throws: HostError.self) { try await Nftables.find(["nonsense"], namespace: namespace.path) }
        try FileTree.remove(scratch)
    }

    /// The host's own layout, and version 2 wherever it is mounted, though it may have no controllers there.
    private static var layouts: [ControlGroupLayout] {
        let table = (try? MountTable.read()) ?? []
        let second = table.filter { $0.type == "cgroup2" }.map { ControlGroupLayout.v2(root: $0.mountPoint) }
        return ([ControlGroupLayout.detect()].compactMap { $0 } + second).reduce(into: []) { result, layout in
            if !result.contains(layout) { result.append(layout) }
        }
    }

    @Test("a control group limits, counts and ends its members", arguments: layouts)
    func controlGroup(layout: ControlGroupLayout) async throws {
        let parent = ControlGroup(layout: layout, path: "/litmus-test-\(getpid())")
        let group = parent.child("a").child("b")
        try group.create(ControlGroupLimits(memory: 64 << 20, cpu: 0.5, cpuShares: 100, processes: 50))
        var request = SpawnRequest(
            executable: "/bin/sh", arguments: ["sh", "-c", "sleep 100 & sleep 100"], environment: ["PATH=/bin"])
        request.controlGroupFiles = group.joinFiles
        let child = try await Spawner.shared.spawn(request)
        #expect(parent.members().contains(child.pid))
        let tree = ControlGroupTree(directories: group.joinFiles.map { $0.replacing(/\/[a-z.]+$/, with: "") })
        #expect(tree.members().contains(child.pid))
        tree.signal(SIGCONT)
        await tree.awaitEnd(within: .milliseconds(1))
        #expect(!child.hasEnded)
        try await parent.killAll()
        #expect(try await child.wait()?.signal == SIGKILL)
        #expect(parent.members().isEmpty)
        #expect(group.outOfMemoryKills() == 0)
        try parent.remove()
        try parent.remove()
        try FileTree.remove(scratch)
    }

    @Test("a child's own root shows mounts whose places do not exist on the host")
    func ownRoot() async throws {
        for name in ["upper", "work", "root", "volume"] { try FileTree.makeDirectories(scratch + "/" + name) }
        try FileTree.write("secret", to: scratch + "/volume/token")
        var request = SpawnRequest(
            executable: "/bin/sh",
            arguments: [
                "sh", "-c",
                "cat /no/such/place/token; echo changed > /etc/litmus-test; touch /no/such/place/x || echo refused",
            ], environment: ["PATH=/usr/bin:/bin"])
        request.mounts = MountPlan(
            mounts: [
                .overlay(lower: "/", upper: scratch + "/upper", work: scratch + "/work", at: scratch + "/root")
            ], newRoot: scratch + "/root",
            rootMounts: [
                .bind(MountPlan.host(scratch + "/volume"), to: "/no/such/place", readOnly: true, create: .directory)
            ])
        let result = try await Tool.run(request)
        #expect(result.text == "secretrefused\n")
        #expect(!FileTree.exists("/etc/litmus-test"))
        #expect(!FileTree.exists("/no"))
        #expect(FileTree.exists(scratch + "/upper/etc/litmus-test"))
        #expect(try MountTable.mountPoints(under: scratch).isEmpty)
        try FileTree.remove(scratch)
        #expect(!FileTree.exists(scratch))
    }

    @Test("a tree with a mount in it is not removed")
    func removalStopsAtMounts() throws {
        try FileTree.makeDirectories(scratch + "/inside/mounted")
        try Mounting.perform(.temporary(at: scratch + "/inside/mounted", options: "size=64k"))
        try FileTree.write("precious", to: scratch + "/inside/mounted/file")
        #expect(throws: HostError.self) { try FileTree.remove(scratch) }
        #expect(FileTree.exists(scratch + "/inside/mounted/file"))
        try MountTable.detachAll(under: scratch)
        try FileTree.remove(scratch)
    }

    @Test("a user without rights and a smaller set of capabilities are applied")
    func user() async throws {
        var request = SpawnRequest(
            executable: "/bin/sh", arguments: ["sh", "-c", "id -u; id -g; grep CapBnd /proc/self/status"],
            environment: ["PATH=/usr/bin:/bin"])
        request.user = SpawnRequest.User(user: 4321, group: 1234)
        request.capabilities = CapabilitySet(["CHOWN"])
        #expect(try await Tool.run(request).text == "4321\n1234\nCapBnd:\t0000000000000001\n")
        try FileTree.remove(scratch)
    }

    @Test("entering a process's pid namespace makes a child of ours inside it")
    func joining() async throws {
        var request = SpawnRequest(
            executable: "/usr/bin/unshare", arguments: ["unshare", "--pid", "--fork", "--mount-proc", "sleep", "100"],
            environment: ["PATH=/usr/bin:/bin"])
        request.parentDeathSignal = SIGKILL
        let outer = try await Spawner.shared.spawn(request)
        let inner = try await firstChild(of: outer.pid)
        var command = SpawnRequest(
            executable: "/bin/sh", arguments: ["sh", "-c", "cat /proc/1/comm; exit 5"],
            environment: ["PATH=/usr/bin:/bin"])
        command.join = SpawnRequest.Join(process: inner, kinds: [.mount, .pid])
        let result = try await Tool.run(command)
        #expect(result.exit.code == 5)
        #expect(result.text == "sleep\n")
        kill(inner, SIGKILL)
        _ = try await outer.wait()
        try FileTree.remove(scratch)
    }

    /// The inner process is there once it has replaced unshare by sleep.
    private func firstChild(of pid: Int32) async throws -> Int32 {
        for _ in 0..<1000 {
            let text = (try? FileTree.readText("/proc/\(pid)/task/\(pid)/children")) ?? ""
            let child = text.split(separator: " ").first.flatMap { Int32($0) }
            if let child, try FileTree.readText("/proc/\(child)/comm") == "sleep\n" { return child }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw HostError("find the child of", String(pid), reason: "it did not start")
    }
}
