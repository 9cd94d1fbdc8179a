import Host

/// Rules in the host's own filter for machines where another program (Docker, a firewall) drops forwarded packets by
/// default: an `accept` in a table of ours cannot overrule that.
struct ForwardRules: Sendable {
    var bridge: String

    /// Adds them where the filter's policy is to drop.
    /// - Returns: whether rules were added and must be removed.
    func addIfNeeded() async throws -> Bool {
        guard HostProgram.iptables.installedPath != nil,
            let chain = await Nftables.list(["chain", "ip", "filter", "FORWARD"]),
            chain.contains(#""policy": "drop""#)
        else { return false }
        for rule in rules { try await Tool.run(.iptables, ["-w", "-I", "FORWARD"] + rule) }
        return true
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
