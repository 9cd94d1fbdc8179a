import Testing

@testable import Injection

@Suite struct LossRulesTests {
    private func script(
        _ losses: [LossRules.Loss], devices: Set<String> = ["eth0"], replacing table: NamespaceTable? = nil
    ) throws -> String {
        try LossRules(table: "netdev litmus", losses: losses, devices: devices).script(replacing: table)
    }

    @Test("one loss becomes a table with a base chain, its conditions, its decision and two counters")
    func oneLoss() throws {
        let filter = TrafficFilter(peers: [.init(address: "10.0.0.9/8", ports: [443, 80])], sourcePorts: [8080])
        let script = try script([.init(id: "a1", loss: TrafficLoss(percentage: 30, filter: filter))])
        #expect(
            script == """
                add table netdev litmus
                flush table netdev litmus
                add chain netdev litmus egress_eth0 { type filter hook egress device "eth0" priority 0; policy accept; }
                add chain netdev litmus out_a1
                add chain netdev litmus out_a1_lose
                add counter netdev litmus out_a1_seen
                add counter netdev litmus out_a1_lost
                add rule netdev litmus egress_eth0 meta protocol != { ip, ip6 } return
                add rule netdev litmus egress_eth0 icmpv6 type { nd-router-solicit, nd-router-advert, \
                nd-neighbor-solicit, nd-neighbor-advert, nd-redirect } return
                add rule netdev litmus egress_eth0 jump out_a1
                add rule netdev litmus out_a1 ip daddr 10.0.0.0/8 meta l4proto { tcp, udp } th dport { 80, 443 } \
                goto out_a1_lose
                add rule netdev litmus out_a1 meta l4proto { tcp, udp } th sport { 8080 } goto out_a1_lose
                add rule netdev litmus out_a1_lose counter name out_a1_seen
                add rule netdev litmus out_a1_lose numgen random mod 1000000 < 300000 counter name out_a1_lost drop

                """)
    }

    @Test("both directions get a hook each, and everything is lost without a chance")
    func bothDirections() throws {
        let filter = TrafficFilter(peers: [.init(address: "fd00::/64")], excludedSourcePorts: [22], protocols: [.icmp])
        let script = try script(
            [
                .init(
                    id: "b", loss: TrafficLoss(percentage: 100, direction: .both, interface: "net1.5", filter: filter))
            ], devices: ["net1.5"])
        let base = "x6e_65_74_31_2e_35"
        #expect(script.contains("chain netdev litmus ingress_\(base) { type filter hook ingress device \"net1.5\""))
        let rules = script.split(separator: "\n").filter { $0.contains(" in_b ") || $0.contains(" in_b_lose ") }
        #expect(
            rules.filter { $0.hasPrefix("add rule") }.map { $0.dropFirst("add rule netdev litmus ".count) } == [
                "in_b meta l4proto { tcp, udp } th dport { 22 } return",
                "in_b meta l4proto { icmp, ipv6-icmp } goto in_b_lose", "in_b_lose counter name in_b_seen",
                "in_b_lose counter name in_b_lost drop",
            ])
        #expect(script.contains("out_b meta l4proto { tcp, udp } th sport { 22 } return"))
    }

    @Test("several losses share the base chain of a device")
    func several() throws {
        let script = try script([
            .init(id: "b", loss: TrafficLoss(percentage: 0)), .init(id: "a", loss: TrafficLoss(percentage: 0.01)),
        ])
        #expect(script.components("add chain netdev litmus egress_eth0").count == 2)
        #expect(script.contains("< 100 counter"))
        #expect(!script.contains("out_b_lost drop"))
        #expect(script.contains("add rule netdev litmus egress_eth0 jump out_a\n"))
        #expect(script.contains("add rule netdev litmus egress_eth0 jump out_b\n"))
    }

    @Test("what is in the table and no longer wanted goes, the rest and its counters stay")
    func removal() throws {
        let table = try NamespaceTable(
            json: """
                {"nftables": [{"metainfo": {"version": "1"}}, {"table": {"family": "netdev", "name": "litmus"}},
                {"chain": {"name": "egress_eth0", "hook": "egress"}}, {"chain": {"name": "out_a"}},
                {"chain": {"name": "out_a_lose"}}, {"chain": {"name": "out_old"}},
                {"counter": {"name": "out_a_seen", "packets": 7}}, {"counter": {"name": "out_old_seen", "packets": 7}}]}
                """)
        let script = try script([.init(id: "a", loss: TrafficLoss(percentage: 1))], replacing: table)
        let deletions = script.split(separator: "\n").filter { $0.hasPrefix("delete") }
        #expect(deletions == ["delete chain netdev litmus out_old", "delete counter netdev litmus out_old_seen"])
    }

    @Test("without a loss, or with losses on devices that are gone only, the table goes")
    func empty() throws {
        let nothing = "add table netdev litmus\ndelete table netdev litmus\n"
        #expect(try script([]) == nothing)
        #expect(try script([.init(id: "a", loss: TrafficLoss(percentage: 1))], devices: ["lo"]) == nothing)
    }

    @Test(
        "text that is no address never reaches a rule", arguments: ["", "10.0.0", "10.0.0.1/33", "x; drop", "fd00::/x"])
    func addresses(text: String) {
        let filter = TrafficFilter(peers: [.init(address: text)])
        #expect(throws: InjectionError.self) { try TrafficConditions(filter, outgoing: true) }
    }

    @Test("host names must have been resolved")
    func hosts() {
        let filter = TrafficFilter(hosts: [.init(address: "example.org")])
        let error = #expect(throws: InjectionError.self) { try TrafficConditions(filter, outgoing: true) }
        #expect(error?.reason.contains("example.org") == true)
    }

    @Test(
        "addresses are written anew, with their host bits cleared",
        arguments: zip(
            ["10.1.2.3", "10.1.2.3/12", "::ffff/112", "fd00:0::1", "0.0.0.0/0", "::/0"],
            [
                "ip daddr 10.1.2.3", "ip daddr 10.0.0.0/12", "ip6 daddr ::/112", "ip6 daddr fd00::1",
                "meta protocol ip", "meta protocol ip6",
            ]))
    func normalised(text: String, rule: String) throws {
        let filter = TrafficFilter(peers: [.init(address: text)])
        #expect(try TrafficConditions(filter, outgoing: true).alternatives == [rule])
    }

    @Test("a loss is shown only when every rule that makes it happen is there")
    func shown() throws {
        let loss = LossRules.Loss(id: "a", loss: TrafficLoss(percentage: 30))
        let whole = """
            {"nftables": [{"chain": {"name": "egress_eth0", "hook": "egress"}}, {"chain": {"name": "out_a"}},
            {"chain": {"name": "out_a_lose"}}, {"counter": {"name": "out_a_seen", "packets": 9}},
            {"counter": {"name": "out_a_lost", "packets": 4}},
            {"rule": {"chain": "egress_eth0", "expr": [{"jump": {"target": "out_a"}}]}},
            {"rule": {"chain": "out_a", "expr": [{"match": {"op": "=="}}, {"goto": {"target": "out_a_lose"}}]}},
            {"rule": {"chain": "out_a_lose", "expr": [{"counter": "out_a_lost"}, {"drop": null}]}}]}
            """
        let table = try NamespaceTable(json: whole)
        #expect(table.shows(loss))
        #expect(table.count(loss) == LossCount(seen: 9, lost: 4))
        for part in ["\"hook\": \"egress\"", "{\"jump\": {\"target\": \"out_a\"}}", "{\"drop\": null}"] {
            let mutilated = whole.replacing(part, with: part.hasPrefix("{") ? "{}" : "\"x\": 1")
            #expect(try !NamespaceTable(json: mutilated).shows(loss), "without \(part)")
        }
        #expect(throws: DecodingError.self) { try NamespaceTable(json: "nonsense") }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] { split(separator: separator) }
}
