import ChaosAPI
import Faults
import Testing

/// What cannot be meant is refused before anything is touched, in words that name variable, value and what is allowed.
@Suite struct BadTunableTests {
    /// Of all faults on machines.
    private static let shared: [(name: String, value: String, part: String)] = [
        ("TOTAL_CHAOS_DURATION", "-5", "1m30s"), ("TOTAL_CHAOS_DURATION", "60x", "1m30s"),
        ("RAMP_TIME", "soon", "1m30s"), ("SEQUENCE", "zigzag", "'zigzag' sequence is not supported"),
        ("PODS_AFFECTED_PERC", "-10", "0 to 100"), ("PODS_AFFECTED_PERC", "60-30", "0 to 100"),
        ("PODS_AFFECTED_PERC", "50 percent", "0 to 100"),
        ("CONTAINER_RUNTIME", "podman", "unsupported container runtime: podman"),
        ("LIB_IMAGE_PULL_POLICY", "Sometimes", "Always, IfNotPresent, Never"),
        ("TERMINATION_GRACE_PERIOD_SECONDS", "-1", "a whole number from 0"),
        ("SET_HELPER_DATA", "yes", "true or false"),
        ("TOTAL_CHAOS_DURATION", "{\"a\":[1]}", "1m30s"), ("SEQUENCE", "[\"serial\"]", "parallel"),
    ]

    private static let kill: [(name: String, value: String, part: String)] = [
        ("SIGNAL", "SIGHUP", "unsupported signal SIGHUP, use either SIGTERM or SIGKILL"),
        ("SIGNAL", "9", "unsupported signal 9, use either SIGTERM or SIGKILL"),
        ("CONTAINER_API_TIMEOUT", "-2", "seconds"), ("CONTAINER_API_TIMEOUT", "never", "seconds"),
        ("CHAOS_INTERVAL", "5-15", "seconds"), ("CHAOS_INTERVAL", "-1", "seconds"),
        ("RANDOMNESS", "2", "true or false"),
        ("POD_TERMINATION_ORDER", "upwards", "alphabetical"), ("INTER_POD_KILL_INTERVAL_SECONDS", "-1", "seconds"),
        ("STATUS_CHECK_TIMEOUT", "x", "seconds"),
    ]

    private static let hog: [(name: String, value: String, part: String)] = [
        ("CPU_LOAD", "150", "from 0 to 100"), ("CPU_LOAD", "-1", "from 0 to 100"), ("CPU_LOAD", "60s", "from 0 to 100"),
        ("CPU_LOAD", "90-20", "from 0 to 100"), ("CPU_CORES", "-1", "from 0 to"), ("CPU_CORES", "two", "from 0 to"),
        ("CPU_CORES", "1.5", "from 0 to"), ("CPU_CORES", "99999999999999999999", "from 0 to"),
        ("CPU_CORES", "{}", "from 0 to"),
    ]

    private static let loss: [(name: String, value: String, part: String)] = [
        ("NETWORK_PACKET_LOSS_PERCENTAGE", "150", "0 to 100"), ("NETWORK_PACKET_LOSS_PERCENTAGE", "-3", "0 to 100"),
        ("NETWORK_PACKET_LOSS_PERCENTAGE", "70-50", "0 to 100"), ("NETWORK_PACKET_LOSS_PERCENTAGE", "60s", "0 to 100"),
        ("CORRELATION", "101", "from 0 to 100"), ("CORRELATION", "0.5", "a whole number"),
        ("NETWORK_INTERFACE", "eth0/1", "eth0"), ("NETWORK_INTERFACE", "eth0,eth1", "one interface"),
        ("NETWORK_INTERFACE", "..", "eth0"), ("NETWORK_INTERFACE", "interface-of-17-b", "15"),
        ("NETWORK_INTERFACE", "eth0\" drop", "letters"),
        ("NETWORK_TRAFFIC_DIRECTION", "inwards", "egress, ingress, both"),
        ("NETWORK_PROTOCOLS", "sctp", "tcp, udp, icmp"), ("DESTINATION_PORTS", "0", "1 to 65535"),
        ("DESTINATION_PORTS", "65536", "1 to 65535"), ("DESTINATION_PORTS", "53,!443", "!53,443"),
        ("DESTINATION_PORTS", "!", "1 to 65535"), ("DESTINATION_PORTS", "!!53", "1 to 65535"),
        ("SOURCE_PORTS", "http", "1 to 65535"), ("SOURCE_PORTS", "80-90", "1 to 65535"),
        ("SOURCE_PORTS", "+80", "80,443"),
        ("DESTINATION_IPS", "10.0.0", "10.0.0.0/8"), ("DESTINATION_IPS", "10.0.0.256", "10.0.0.0/8"),
        ("DESTINATION_IPS", "10.0.0.0/33", "10.0.0.0/8"), ("DESTINATION_IPS", "fd00::/129", "10.0.0.0/8"),
        ("DESTINATION_IPS", "10.0.0.0/-1", "10.0.0.0/8"), ("DESTINATION_IPS", "10.0.0.0/8/8", "10.0.0.0/8"),
        ("DESTINATION_IPS", "example.org", "10.0.0.0/8"), ("DESTINATION_IPS", "10.0.0.1|", "1 to 65535"),
        ("DESTINATION_IPS", "10.0.0.1|http", "1 to 65535"), ("DESTINATION_IPS", "|80", "10.0.0.0/8"),
        ("DESTINATION_IPS", "fe80::1%eth0", "10.0.0.0/8"), ("DESTINATION_IPS", "[\"10.0.0.1\"]", "10.0.0.0/8"),
        ("DESTINATION_HOSTS", "https://example.org", "example.org"), ("DESTINATION_HOSTS", "a..b", "example.org"),
        ("DESTINATION_HOSTS", "-a.org", "example.org"), ("DESTINATION_HOSTS", "10.0.0.256", "example.org"),
        ("DESTINATION_HOSTS", "example.org|0", "1 to 65535"), ("DESTINATION_HOSTS", "{\"h\":1}", "example.org"),
    ]

    private func check(_ fault: some Fault, _ row: (name: String, value: String, part: String)) {
        let error = #expect(throws: FaultError.self, "\(row.name)=\(row.value)") {
            try MachinePlans.plan(fault, [row.name: row.value])
        }
        let reason = error?.reason ?? ""
        #expect(reason.contains(row.name) && reason.contains(row.value) && reason.contains(row.part), "\(reason)")
    }

    @Test("container-kill", arguments: shared + kill)
    func containerKill(row: (name: String, value: String, part: String)) { check(ContainerKillFault(), row) }

    @Test("pod-cpu-hog", arguments: shared + hog)
    func podCPUHog(row: (name: String, value: String, part: String)) { check(PodCPUHog(), row) }

    @Test("pod-network-loss", arguments: shared + loss)
    func podNetworkLoss(row: (name: String, value: String, part: String)) { check(PodNetworkLoss(), row) }

    @Test("errors about helpers have Litmus' code for those")
    func codes() {
        for set in [["SIGNAL": "SIGHUP"], ["CONTAINER_RUNTIME": "podman"]] {
            let error = #expect(throws: FaultError.self) { try MachinePlans.plan(ContainerKillFault(), set) }
            #expect(error?.code == .helper)
        }
    }
}
