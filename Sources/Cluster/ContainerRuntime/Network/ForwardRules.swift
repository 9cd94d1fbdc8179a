import Host

/// Rules in the host's own filter for machines where another program (Docker, a firewall) drops forwarded packets by
/// default: an `accept` in a table of ours cannot overrule that.
struct ForwardRules: Sendable {
    var bridge: String

    /// Whether the filter's policy is to drop.
    static func areNeeded() async -> Bool {
        guard HostProgram.iptables.installedPath != nil else { return false }
        return await Nftables.list(["chain", "ip", "filter", "FORWARD"])?.contains(#""policy": "drop""#) == true
    }

    func add() async throws {
        for rule in rules { try await Tool.run(.iptables, ["-w", "-I", "FORWARD"] + rule) }
    }

    func remove() async {
        for rule in rules { _ = try? await Tool.run(.iptables, ["-w", "-D", "FORWARD"] + rule) }
    }

    private var rules: [[String]] {
        [
            ["-i", bridge, "-m", "comment", "--comment", "litmus", "-j", "ACCEPT"],
            ["-o", bridge, "-m", "comment", "--comment", "litmus", "-j", "ACCEPT"],
        ]
    }
}
