import Foundation

/// Our table in a network namespace, as `nft -j list table` shows it.
struct NamespaceTable: Sendable, Hashable {
    var chains: Set<String> = []
    /// Base chains with their hook.
    var hooks: [String: String] = [:]
    /// Packets by counter.
    var counters: [String: UInt64] = [:]
    /// Chains that a chain's rules lead to.
    var targets: [String: Set<String>] = [:]
    /// Chains with a rule that drops.
    var dropping: Set<String> = []

    /// - Throws: `DecodingError` for anything but the output of `nft`.
    init(json: String) throws {
        for object in try JSONDecoder().decode(Listing.self, from: Data(json.utf8)).nftables {
            if let chain = object.chain {
                chains.insert(chain.name)
                hooks[chain.name] = chain.hook
            }
            if let counter = object.counter { counters[counter.name] = counter.packets }
            for expression in object.rule?.expr ?? [] {
                guard let chain = object.rule?.chain else { continue }
                if let target = expression.target { targets[chain, default: []].insert(target) }
                if expression.drops { dropping.insert(chain) }
            }
        }
    }

    /// Whether the kernel has every rule that makes a loss happen.
    func shows(_ loss: LossRules.Loss) -> Bool {
        loss.hooks.allSatisfy { hook in
            let base = LossRules.baseChain(hook, loss.loss.interface)
            let condition = loss.conditionChain(hook)
            let decision = loss.decisionChain(hook)
            return hooks[base] == hook.rawValue && targets[base]?.contains(condition) == true
                && targets[condition]?.contains(decision) == true && (loss.share == 0 || dropping.contains(decision))
        }
    }

    /// nil when a counter is missing.
    func count(_ loss: LossRules.Loss) -> LossCount? {
        var count = LossCount()
        for hook in loss.hooks {
            guard let seen = counters[loss.seenCounter(hook)], let lost = counters[loss.lostCounter(hook)] else {
                return nil
            }
            count.seen += seen
            count.lost += lost
        }
        return count
    }

    private struct Listing: Decodable {
        struct Object: Decodable {
            var chain: Chain?
            var counter: Counter?
            var rule: Rule?
        }
        struct Chain: Decodable {
            var name: String
            var hook: String?
        }
        struct Counter: Decodable {
            var name: String
            var packets: UInt64
        }
        struct Rule: Decodable {
            var chain: String
            var expr: [Expression]
        }
        var nftables: [Object]
    }

    /// One statement of a rule; those that say nothing here are skipped.
    private struct Expression: Decodable {
        struct Verdict: Decodable { var target: String }

        var target: String?
        var drops: Bool

        private enum CodingKeys: String, CodingKey { case jump, goto, drop }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            drops = container.contains(.drop)
            target =
                (try? container.decode(Verdict.self, forKey: .jump))?.target
                ?? (try? container.decode(Verdict.self, forKey: .goto))?.target
        }
    }
}

/// Packets that met a loss's rules.
struct LossCount: Sendable, Hashable {
    /// That its filter matched.
    var seen: UInt64 = 0
    var lost: UInt64 = 0
}
