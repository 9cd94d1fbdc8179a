import Testing

@testable import Host

@Suite struct ParsingTests {
    @Test("an IPv4 range contains its own addresses only, and overlaps what shares one")
    func subnets() throws {
        let subnet = try #require(IPv4Subnet("10.128.5.7/22"))
        #expect(subnet.description == "10.128.4.0/22")
        #expect(subnet.last.description == "10.128.7.255")
        #expect(try subnet.contains(#require(IPv4Address("10.128.7.255"))))
        #expect(try !subnet.contains(#require(IPv4Address("10.128.8.0"))))
        #expect(try subnet.overlaps(#require(IPv4Subnet("10.0.0.0/8"))))
        #expect(try !subnet.overlaps(#require(IPv4Subnet("10.128.8.0/22"))))
    }

    @Test(
        "text that is no IPv4 address or range is refused",
        arguments: ["10.0.0", "10.0.0.0.1", "10.0.0.256", "10.0.0.0/33", "", "a.b.c.d", "+1.2.3.4", "10.0.0.0/x"])
    func malformed(text: String) {
        #expect(IPv4Address(text) == nil)
        #expect(IPv4Subnet(text) == nil)
    }

    @Test("a route's destination and mask are read in the machine's byte order")
    func routes() {
        let line = "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0"
        let route = IPv4Route(line: line[...])
        #expect(route?.device == "eth0")
        #expect(route?.destination.description == "192.0.2.0/24")
        #expect(IPv4Route(line: "Iface Destination") == nil)
    }

    @Test("a mount point with a space is read as the kernel meant it")
    func mountTable() throws {
        let line = "28 27 0:25 /a /mnt/two\\040words ro,nosuid shared:3 - ext4 /dev/vda rw,memory"
        let entry = try #require(MountEntry(line: line[...]))
        #expect(entry.mountPoint == "/mnt/two words")
        #expect(entry.root == "/a")
        #expect(entry.type == "ext4")
        #expect(entry.source == "/dev/vda")
        #expect(MountEntry(line: "broken") == nil)
    }

    @Test("version 1 is used where it has the memory controller, version 2 elsewhere")
    func controlGroupLayout() {
        let hybrid = [
            "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
            "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
            "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
        ].compactMap { MountEntry(line: $0[...]) }
        #expect(
            ControlGroupLayout.detect(in: hybrid)
                == .v1(
                    controllers: ["memory": "/sys/fs/cgroup/memory", "cpu": "/sys/fs/cgroup/cpu,cpuacct"],
                    all: ["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified"]))
        let unified = ["41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"].compactMap { MountEntry(line: $0[...]) }
        #expect(ControlGroupLayout.detect(in: unified) == .v2(root: "/sys/fs/cgroup"))
        #expect(ControlGroupLayout.detect(in: []) == nil)
    }

    @Test("limits become the files of both versions of control groups")
    func limits() {
        let limits = ControlGroupLimits(memory: 1 << 20, cpu: 0.5, cpuShares: 512, processes: 10)
        #expect(
            limits.firstVersion.map { "\($0.file)=\($0.value)" } == [
                "memory.limit_in_bytes=1048576", "memory.memsw.limit_in_bytes=1048576", "cpu.shares=512",
                "cpu.cfs_quota_us=50000", "pids.max=10",
            ])
        #expect(
            limits.secondVersion.map { "\($0.file)=\($0.value)" } == [
                "memory.max=1048576", "memory.swap.max=0", "cpu.weight=20", "cpu.max=50000 100000", "pids.max=10",
            ])
    }

    @Test("capability names work with and without their prefix")
    func capabilities() {
        var set = CapabilitySet(["CAP_NET_ADMIN", "chown", "NO_SUCH_THING"])
        #expect(set.names == ["CAP_CHOWN", "CAP_NET_ADMIN"])
        set.remove("NET_ADMIN")
        #expect(set.names == ["CAP_CHOWN"])
        #expect(CapabilitySet(["ALL"]) == .all)
        #expect(CapabilitySet.all.names.count == 41)
    }

    @Test("paths with the separators of overlay options are escaped")
    func overlay() {
        let mount = MountOperation.overlay(lower: "/a:b", upper: "/c,d", work: "/w", at: "/m")
        #expect(mount.data == "lowerdir=/a\\:b,upperdir=/c\\,d,workdir=/w,volatile")
    }

    @Test("a missing program is reported with the package that has it")
    func missingProgram() {
        let program = HostProgram(name: "no-such-program-here", package: "some-package")
        #expect(throws: HostError.self) { try program.path() }
        do {
            _ = try program.path()
        } catch {
            #expect("\(error)".contains("apt-get install some-package"))
        }
    }
}
