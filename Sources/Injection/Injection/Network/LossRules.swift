/// The rules of one network namespace, rendered from all losses that are active on it.
///
/// One table holds a base chain for each device and direction, which leads to a chain of conditions and a chain of the
/// decision for each entry; so every entry takes its chance on its own, and once for a packet that several of its
/// conditions match. Two named counters for each decision outlast rendering anew.
///
/// ARP, neighbour discovery and other frames that carry no IP traffic of the target are never lost, not even at 100 %:
/// the step loses packets on their way without an error at the sender, and a sender that cannot find its neighbour gets
/// `EHOSTUNREACH`. After the end traffic flows at once, without a resolution that has failed before.
struct LossRules: Sendable, Hashable {
    struct Loss: Sendable, Hashable {
        var id: String
        var loss: TrafficLoss
    }

    /// The hook of one direction.
    enum Hook: String, Sendable, Hashable, CaseIterable {
        case egress
        case ingress

        /// In names of chains and counters.
        var mark: String { self == .egress ? "out" : "in" }
    }

    /// Family and name, `netdev litmus`.
    var table: String
    var losses: [Loss]
    /// Devices that exist in the namespace; a rule on another would make the whole script fail.
    var devices: Set<String>

    /// One transaction that makes the namespace show exactly these losses.
    /// - Parameter present: the table as it is, for what has to go; nil when there is none.
    /// - Throws: `InjectionError` for an address that is none.
    func script(replacing present: NamespaceTable?) throws(InjectionError) -> String {
        let shown = losses.filter { devices.contains($0.loss.interface) }
        guard !shown.isEmpty else { return "add table \(table)\ndelete table \(table)\n" }
        // Emptying keeps the counters, which declaring them again does not reset.
        var lines = ["add table \(table)", "flush table \(table)"]
        var rules: [String] = []
        var chains: Set<String> = []
        var counters: Set<String> = []
        for loss in shown.sorted(by: { $0.id < $1.id }) {
            for hook in loss.hooks {
                let base = Self.baseChain(hook, loss.loss.interface)
                if chains.insert(base).inserted {
                    lines.append(
                        "add chain \(table) \(base) { type filter hook \(hook.rawValue) device "
                            + "\"\(loss.loss.interface)\" priority 0; policy accept; }")
                    rules += Self.neighbourRules.map { "add rule \(table) \(base) \($0)" }
                }
                for chain in [loss.conditionChain(hook), loss.decisionChain(hook)] {
                    chains.insert(chain)
                    lines.append("add chain \(table) \(chain)")
                }
                for counter in [loss.seenCounter(hook), loss.lostCounter(hook)] {
                    counters.insert(counter)
                    lines.append("add counter \(table) \(counter)")
                }
                rules.append("add rule \(table) \(base) jump \(loss.conditionChain(hook))")
                rules += try loss.rules(hook).map { "add rule \(table) \($0)" }
            }
        }
        lines += rules
        lines += (present?.chains ?? []).subtracting(chains).sorted().map { "delete chain \(table) \($0)" }
        lines += Set(present?.counters.keys ?? [:].keys).subtracting(counters).sorted()
            .map { "delete counter \(table) \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// In a namespace whose table somebody else has changed: everything anew, counters included.
    func scriptFromScratch() throws(InjectionError) -> String {
        let script = try script(replacing: nil)
        return "add table \(table)\ndelete table \(table)\n" + script
    }

    static func baseChain(_ hook: Hook, _ device: String) -> String {
        // Names of chains take fewer characters than names of devices.
        let isPlain = device.utf8.allSatisfy {
            (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0)
        }
        let name = isPlain ? device : "x" + device.utf8.map { String($0, radix: 16) }.joined(separator: "_")
        return "\(hook.rawValue)_\(name)"
    }

    private static let neighbourRules = [
        "meta protocol != { ip, ip6 } return",
        "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect } return",
    ]
}

extension LossRules.Loss {
    var hooks: [LossRules.Hook] {
        switch loss.direction {
        case .egress: [.egress]
        case .ingress: [.ingress]
        case .both: [.egress, .ingress]
        }
    }

    func conditionChain(_ hook: LossRules.Hook) -> String { "\(hook.mark)_\(id)" }
    func decisionChain(_ hook: LossRules.Hook) -> String { "\(hook.mark)_\(id)_lose" }
    func seenCounter(_ hook: LossRules.Hook) -> String { "\(hook.mark)_\(id)_seen" }
    func lostCounter(_ hook: LossRules.Hook) -> String { "\(hook.mark)_\(id)_lost" }

    /// Of a million.
    var share: Int { Int((max(0, min(100, loss.percentage)) * 10_000).rounded()) }

    /// Each with its chain in front.
    fileprivate func rules(_ hook: LossRules.Hook) throws(InjectionError) -> [String] {
        let conditions = try TrafficConditions(loss.filter, outgoing: hook == .egress)
        let chain = conditionChain(hook)
        let decision = decisionChain(hook)
        var rules = conditions.exceptions.map { "\(chain) \($0) return" }
        rules += conditions.alternatives.map { "\(chain) \($0.isEmpty ? "" : $0 + " ")goto \(decision)" }
        rules.append("\(decision) counter name \(seenCounter(hook))")
        if share > 0 {
            let chance = share == 1_000_000 ? "" : "numgen random mod 1000000 < \(share) "
            rules.append("\(decision) \(chance)counter name \(lostCounter(hook)) drop")
        }
        return rules
    }
}
