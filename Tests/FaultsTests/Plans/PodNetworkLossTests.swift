import FaultCatalog
import Faults
import Injection
import Testing

@Suite struct PodNetworkLossTests {
    private let fault = PodNetworkLoss()

    private func filter(_ environment: [String: String]) throws -> TrafficFilter? {
        guard case .loseTraffic(let loss) = try MachinePlans.plan(fault, environment).rounds.first?.machineSteps.first
        else { return nil }
        return loss.filter
    }

    @Test("the manifest's values, and none at all, lose everything that a pod sends on eth0 for 60 s")
    func manifest() throws {
        let tunables = try #require(FaultCatalog.fault(named: "pod-network-loss")).tunables
        let expected = MachinePlans.plan("pod-network-loss", lasting: 60, .loseTraffic(TrafficLoss(percentage: 100)))
        let set = MachinePlans.manifest(tunables.map { ($0.name, $0.manifestValue) })
        #expect(try MachinePlans.plan(fault, set) == expected)
        #expect(try MachinePlans.plan(fault) == expected)
    }

    @Test("every tunable finds its place in the plan")
    func tunables() throws {
        var selection = MachinePlans.selection
        selection.percentage = 50
        selection.nodeLabel = "zone=a"
        selection.containers = .named(["main"])
        let plan = try MachinePlans.plan(
            fault,
            [
                "TOTAL_CHAOS_DURATION": "30", "RAMP_TIME": "2", "NETWORK_PACKET_LOSS_PERCENTAGE": "12.5",
                "CORRELATION": "25", "NETWORK_INTERFACE": "net1", "NETWORK_TRAFFIC_DIRECTION": "Both",
                "NETWORK_PROTOCOLS": "tcp,UDP,tcp",
                "DESTINATION_IPS": "10.0.0.0/8, 10.1.2.3|80|443,10.0.0.0/8,fd00::/8",
                "DESTINATION_HOSTS": "db.shop.svc.cluster.local|5432,example.org,192.0.2.1|53",
                "DESTINATION_PORTS": "80, 443,80", "SOURCE_PORTS": "8080", "SEQUENCE": "serial",
                "PODS_AFFECTED_PERC": "50", "NODE_LABEL": "zone=a", "TARGET_CONTAINER": "main", "TC_IMAGE": "x",
            ])
        let filter = TrafficFilter(
            peers: [
                .init(address: "10.0.0.0/8"), .init(address: "10.1.2.3", ports: [80, 443]), .init(address: "fd00::/8"),
                .init(address: "192.0.2.1", ports: [53]),
            ],
            hosts: [.init(address: "db.shop.svc.cluster.local", ports: [5432]), .init(address: "example.org")],
            destinationPorts: [80, 443], sourcePorts: [8080], protocols: [.tcp, .udp])
        #expect(
            plan
                == MachinePlans.plan(
                    "pod-network-loss", lasting: 30, ramp: 2, selection: selection, sequence: .serial,
                    .loseTraffic(
                        TrafficLoss(
                            percentage: 12.5, correlation: 25, direction: .both, interface: "net1", filter: filter))))
        #expect(plan.requiresHelper && plan.isReversible)
    }

    @Test("a range of loss is one value of it, the same for a seed")
    func range() throws {
        func loss(_ seed: UInt64) throws -> Double {
            let steps = try MachinePlans.plan(fault, ["NETWORK_PACKET_LOSS_PERCENTAGE": "50-70"], seed: seed).rounds[0]
                .machineSteps
            guard case .loseTraffic(let loss) = steps.first else { return -1 }
            return loss.percentage
        }
        let picked = try (0..<100 as Range<UInt64>).map { seed in
            #expect(try loss(seed) == loss(seed))
            return try loss(seed)
        }
        #expect(picked.allSatisfy { (50...70).contains($0) } && Set(picked).count > 10)
    }

    @Test(
        "with ports to leave alone nothing else counts",
        arguments: [
            ("!53,443", "", [53, 443], []), ("!53,!443", "", [53, 443], []), ("", "! 80", [], [80]),
            ("!53", "!80", [53], [80]), ("!53", "80", [53], []), ("443", "!80", [], [80]),
        ] as [(String, String, [UInt16], [UInt16])])
    func exclusion(destination: String, source: String, peers: [UInt16], own: [UInt16]) throws {
        let filter = try filter([
            "DESTINATION_PORTS": destination, "SOURCE_PORTS": source, "DESTINATION_IPS": "10.0.0.1",
            "DESTINATION_HOSTS": "example.org", "NETWORK_PROTOCOLS": "tcp",
        ])
        #expect(
            filter == TrafficFilter(excludedDestinationPorts: peers, excludedSourcePorts: own, protocols: [.tcp]))
    }

    @Test(
        "addresses of both families and networks of them are peers",
        arguments: ["10.0.0.1", "0.0.0.0/0", "10.1.2.3/32", "::1", "fd00::1:2", "2001:db8::/32", "::ffff:10.0.0.1"])
    func addresses(text: String) throws {
        #expect(try filter(["DESTINATION_IPS": text])?.peers == [.init(address: text)])
        #expect(try filter(["DESTINATION_IPS": text + "|65535"])?.peers == [.init(address: text, ports: [65535])])
        #expect(try filter(["DESTINATION_HOSTS": text])?.peers == [.init(address: text)])
    }
}
