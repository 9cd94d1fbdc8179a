import Host

/// A bridge on the host with a link into each pod. Pods have host routes through the bridge's address, so that every
/// packet between them is routed and passes the host's packet filter in both directions: translated service addresses
/// work without filtering of bridged frames.
struct ClusterNetwork: Sendable {
    var id: ClusterID
    var subnet: IPv4Subnet
    var gateway: IPv4Address
    /// Bytes of a packet; that of the device with the default route.
    var packetSize: Int

    init(id: ClusterID, subnet: IPv4Subnet) {
        self.id = id
        self.subnet = subnet
        gateway = AddressPool(subnet).gateway
        packetSize = Self.defaultDevice.flatMap(Self.packetSize(of:)) ?? 1500
    }

    /// Makes the bridge and the rules. `services` is a range that the host's own processes reach through it.
    func setUp(services: String?) async throws {
        var commands = [
            "link add name \(id.bridge) group \(Self.group(subnet)) mtu \(packetSize) "
                + "address \(Self.hardwareAddress(gateway)) up type bridge",
            "addr add \(gateway)/\(subnet.prefix) dev \(id.bridge)",
        ]
        if let services { commands.append("route append \(services) dev \(id.bridge)") }
        async let rules: Void = Nftables.run(rules)
        try await IPRoute.batch(commands)
        try FileTree.set("/proc/sys/net/ipv4/conf/\(id.bridge)/forwarding", "1")
        try await rules
    }

    /// Settings of a pod's network namespace, written when it is made.
    static let settings = [
        // The gateway routes between neighbours on one link and would tell them so.
        (path: "ipv4/conf/all/accept_redirects", value: "0"),
        (path: "ipv4/conf/default/accept_redirects", value: "0"),
        // As other runtimes: a container without root may listen on port 80 and ping.
        (path: "ipv4/ip_unprivileged_port_start", value: "0"),
        (path: "ipv4/ping_group_range", value: "0 2147483647"),
    ]

    /// Links a network namespace, the file at `path`, to the bridge.
    func attach(_ address: IPv4Address, namespace path: String) async throws {
        let link = id.link(address.value)
        try await IPRoute.batch([
            "link add name \(link) group \(Self.group(subnet)) master \(id.bridge) mtu \(packetSize) up type veth "
                + "peer name eth0 mtu \(packetSize) address \(Self.hardwareAddress(address)) netns \(path)",
            // Where bridged frames are filtered too, a packet that a pod sends to itself through a service leaves by the
            // port by which it came.
            "link set dev \(link) type bridge_slave hairpin on",
        ])
        try await IPRoute.batch(
            [
                "link set lo up", "link set eth0 up", "addr add \(address)/32 dev eth0",
                "route add \(gateway) dev eth0 scope link", "route add default via \(gateway)",
            ], namespace: path)
    }

    /// Removes a pod's link; one that is gone is no error.
    func detach(_ address: IPv4Address) async {
        let link = id.link(address.value)
        if FileTree.exists("/sys/class/net/" + link) { await IPRoute.batchIgnoringErrors(["link delete \(link)"]) }
    }

    /// The rules of the cluster's own table.
    var rules: String {
        let itself = AddressPool(subnet).addresses.map { IPv4Address(value: $0) }.map { "\($0) . \($0)" }
        return """
            table inet \(id.table) {
                set itself {
                    type ipv4_addr . ipv4_addr
                    elements = { \(itself.joined(separator: ", ")) }
                }
                chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    ip saddr . ip daddr @itself masquerade
                    ip saddr \(subnet) oifname != "\(id.bridge)" masquerade
                }
                chain forward {
                    type filter hook forward priority filter; policy accept;
                    iifname "\(id.bridge)" accept
                    oifname "\(id.bridge)" ct state established,related accept
                    oifname "\(id.bridge)" ct status dnat accept
                    oifname "\(id.bridge)" drop
                }
            }

            """
    }

    /// The device group of the cluster's devices: all of a group are deleted in the time of one.
    static func group(_ subnet: IPv4Subnet) -> UInt32 { subnet.network.value & 0x7fff_ffff }

    /// The device of the default route.
    static var defaultDevice: String? {
        IPv4Route.all().first { $0.destination.prefix == 0 }?.device
    }

    private static func packetSize(of device: String) -> Int? {
        guard let text = try? FileTree.readText("/sys/class/net/\(device)/mtu") else { return nil }
        return Int(text.prefix { $0.isNumber })
    }

    /// A locally administered address made of the IPv4 address: the same address never changes its neighbour entry.
    static func hardwareAddress(_ address: IPv4Address) -> String {
        let digits = (0..<4).map { index in
            let byte = address.value >> UInt32(24 - 8 * index) & 255
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "0a:58:" + digits.joined(separator: ":")
    }
}
