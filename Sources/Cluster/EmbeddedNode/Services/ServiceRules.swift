/// The packet filter rules that make Services reachable, as a script for `nft -f`. Pure.
///
/// One table a cluster, replaced as a whole in one transaction. A port with endpoints gets one rule that rewrites the
/// destination to a random one (by the client's address with session affinity); one without is rejected, so that
/// clients learn it at once.
struct ServiceRules: Sendable, Hashable {
    let table: String
    let services: ServiceTable

    static func tableName(clusterID: String) -> String { "litmus_\(clusterID)_services" }

    /// The script that removes the table.
    static func removal(clusterID: String) -> String {
        let name = tableName(clusterID: clusterID)
        return "add table ip \(name)\ndelete table ip \(name)\n"
    }

    init(clusterID: String, services: ServiceTable) {
        table = Self.tableName(clusterID: clusterID)
        self.services = services
    }

    var script: String {
        var lines = ["add table ip \(table)", "delete table ip \(table)", "table ip \(table) {"]
        lines += chain("prerouting", hook: "type nat hook prerouting priority dstnat", ["jump services"])
        lines += chain("output", hook: "type nat hook output priority -100", ["jump services"])
        for hook in ["forward", "output", "input"] {
            lines += chain("reject_\(hook)", hook: "type filter hook \(hook) priority filter - 5", ["jump unserved"])
        }
        lines += chain("services", services.entries.flatMap(served))
        lines += chain("unserved", services.entries.flatMap(unserved))
        return (lines + ["}"]).map { $0 + "\n" }.joined()
    }

    private func chain(_ name: String, hook: String? = nil, _ rules: [String]) -> [String] {
        let head = hook.map { ["\t\t\($0); policy accept;"] } ?? []
        return ["\tchain \(name) {"] + head + rules.map { "\t\t\($0)" } + ["\t}"]
    }

    private func served(_ entry: ServiceTable.Entry) -> [String] {
        entry.ports.filter { !$0.targets.isEmpty }.flatMap { port in
            matches(entry, port).map { match in
                "\(match) dnat to \(Self.choice(port.targets, keepsClients: entry.keepsClients)) comment \"\(entry.key)\""
            }
        }
    }

    private func unserved(_ entry: ServiceTable.Entry) -> [String] {
        entry.ports.filter(\.targets.isEmpty).flatMap { port in
            let answer = port.networkProtocol == "tcp" ? "tcp reset" : "icmp port-unreachable"
            return matches(entry, port).map { "\($0) reject with \(answer) comment \"\(entry.key)\"" }
        }
    }

    /// What a packet to the port looks like: to the cluster address, to the node port.
    private func matches(_ entry: ServiceTable.Entry, _ port: ServiceTable.Port) -> [String] {
        guard ["tcp", "udp", "sctp"].contains(port.networkProtocol) else { return [] }
        var matches: [String] = []
        if !entry.clusterIP.isEmpty, !entry.clusterIP.contains(":") {
            matches.append("ip daddr \(entry.clusterIP) \(port.networkProtocol) dport \(port.port)")
        }
        if let nodePort = port.nodePort {
            // A connection from the loopback address cannot leave it.
            matches.append(
                "ip daddr != 127.0.0.0/8 fib daddr type local \(port.networkProtocol) dport \(nodePort)")
        }
        return matches
    }

    private static func choice(_ targets: [ServiceTable.Target], keepsClients: Bool) -> String {
        if targets.count == 1 { return "\(targets[0].address):\(targets[0].port)" }
        let map = targets.enumerated().map { "\($0) : \($1.address) . \($1.port)" }.joined(separator: ", ")
        let key =
            keepsClients
            ? "jhash ip saddr mod \(targets.count) seed 0x1" : "numgen random mod \(targets.count)"
        return "\(key) map { \(map) }"
    }
}
