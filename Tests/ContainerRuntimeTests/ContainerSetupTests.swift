import Foundation
import Host
import Testing

@testable import ContainerRuntime

@Suite struct ContainerSetupTests {
    private let layout = ControlGroupLayout.v1(controllers: ["memory": "/none"], all: ["/none"])

    private func sandbox(hostNetwork: Bool = false) -> SandboxState {
        SandboxState(
            specification: SandboxSpecification(
                uid: "u", namespace: "default", name: "p", hostname: "web-0", usesHostNetwork: hostNetwork,
                hostAliases: ["10.0.0.9\tother"]),
            address: hostNetwork ? nil : IPv4Address("10.128.0.2"), namespaces: NamespaceFiles(directory: "/run/x"),
            controlGroup: ControlGroup(layout: layout, path: "/litmus-a/u"), directory: "/state/u",
            visibleAddress: "10.128.0.2")
    }

    private func container(_ program: ContainerSpecification.Program = .host) -> ContainerSpecification {
        ContainerSpecification(
            id: "c", sandbox: "u", name: "main", program: program, arguments: ["true"], logPath: "/tmp/log")
    }

    private func bundle(_ container: ContainerSpecification, hostNetwork: Bool = false) throws -> [String: Any] {
        let sandbox = sandbox(hostNetwork: hostNetwork)
        let json = try RuncBundle(
            container, root: "/r", controlGroup: sandbox.controlGroup.child("c"), sandbox: sandbox, processLimit: 99
        ).json()
        return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    private func linux(_ bundle: [String: Any]) throws -> [String: Any] {
        try #require(bundle["linux"] as? [String: Any])
    }

    @Test("a container shares its pod's network, IPC and UTS namespaces and owns the others")
    func namespaces() throws {
        let list = try #require(linux(bundle(container()))["namespaces"] as? [[String: String]])
        let paths = Dictionary(uniqueKeysWithValues: list.map { ($0["type"] ?? "", $0["path"] ?? "own") })
        #expect(
            paths == ["network": "/run/x/net", "ipc": "/run/x/ipc", "uts": "/run/x/uts", "pid": "own", "mount": "own"])
        var shared = container()
        shared.usesHostPID = true
        let other = try #require(linux(bundle(shared, hostNetwork: true))["namespaces"] as? [[String: String]])
        #expect(Set(other.compactMap { $0["type"] }) == ["ipc", "uts", "mount"])
    }

    @Test("limits reach the container's control group")
    func limits() throws {
        var limited = container()
        limited.resources = .init(cpuLimit: 0.25, cpuRequest: 0.1, memoryLimit: 64 << 20)
        let resources = try #require(linux(bundle(limited))["resources"] as? [String: Any])
        #expect((resources["memory"] as? [String: Int])?["limit"] == 64 << 20)
        #expect(resources["cpu"] as? [String: Int] == ["shares": 102, "quota": 25_000, "period": 100_000])
        #expect((resources["pids"] as? [String: Int])?["limit"] == 99)
    }

    @Test("capabilities follow what the pod adds and drops, and another user starts without")
    func capabilities() throws {
        var specification = container()
        specification.addedCapabilities = ["NET_ADMIN"]
        specification.droppedCapabilities = ["ALL"]
        #expect(specification.capabilities.names == ["CAP_NET_ADMIN"])
        specification.user = 1000
        let process = try #require(bundle(specification)["process"] as? [String: Any])
        let sets = try #require(process["capabilities"] as? [String: [String]])
        #expect(sets["bounding"] == ["CAP_NET_ADMIN"])
        #expect(sets["effective"] == [])
        #expect((process["user"] as? [String: Int])?["uid"] == 1000)
    }

    @Test("the environment gets what is missing and keeps what is given")
    func environment() {
        var specification = container()
        specification.environment = ["PATH=/own"]
        #expect(specification.fullEnvironment(hostname: "web-0") == ["PATH=/own", "HOSTNAME=web-0", "HOME=/root"])
    }

    @Test("the hosts file names the pod and the aliases")
    func hosts() {
        #expect(sandbox().hosts.hasSuffix("10.128.0.2\tweb-0\n10.0.0.9\tother\n"))
    }

    @Test("a role sees the host's other disks read-only, and the executable wherever it lies")
    func visibleFileSystems() {
        let table = [
            "27 1 254:0 / / rw - ext4 /dev/vda rw", "30 27 254:1 / /home rw - ext4 /dev/vdb rw",
            "31 27 0:5 / /run rw - tmpfs tmpfs rw", "32 27 0:6 / /opt/tool rw - fuse something rw",
            "33 27 7:0 / /snap/x ro - squashfs /dev/loop0 ro",
        ].compactMap { MountEntry(line: $0[...]) }
        #expect(BuiltinMounts.visibleFileSystems(table, executable: "/usr/bin/litmus") == ["/home"])
        #expect(
            BuiltinMounts.visibleFileSystems(table, executable: "/opt/tool/bin/litmus") == ["/home", "/opt/tool/bin"])
    }

    @Test("a volume whose source is missing is an error that names it")
    func missingVolume() {
        #expect {
            try BuiltinMounts.bind(.init(source: "/no/such/source", destination: "/data"))
        } throws: { error in
            "\(error)".contains("/no/such/source")
        }
    }
}
