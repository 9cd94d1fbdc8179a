/// Tunables that say which traffic a network fault means.
extension Tunable {
    static let networkInterface = Tunable(
        "NETWORK_INTERFACE", .text, default: "eth0", manifest: "eth0", "Interface of the pod; exactly one.")
    static let destinationIPs = Tunable(
        "DESTINATION_IPS", .peers(example: "10.0.0.0/8,10.1.2.3|80|443"), default: "", manifest: "",
        "Peers that are meant, by IPv4 or IPv6 address or network; by default all traffic is.")
    static let destinationHosts = Tunable(
        "DESTINATION_HOSTS", .peers(example: "example.org,db.shop.svc|5432"), default: "", manifest: "",
        "Further peers by host name, resolved once before the chaos.")

    /// What network faults read and no manifest sets. Conditions are alternatives: a packet is meant that matches one.
    static let networkConditions: [Tunable] = [
        Tunable(
            "DESTINATION_PORTS", .ports, default: "",
            "Ports of the peer that are meant; with ! all traffic but theirs is, and other conditions do not count."),
        Tunable(
            "SOURCE_PORTS", .ports, default: "",
            "Ports of the pod that are meant; with ! all traffic but theirs is, and other conditions do not count."),
        Tunable(
            "NETWORK_PROTOCOLS", .choices(["tcp", "udp", "icmp"]), default: "",
            "Only these protocols; by default all. An addition of this implementation."),
        Tunable(
            "NETWORK_TRAFFIC_DIRECTION", .choice(["egress", "ingress", "both"]), default: "egress",
            "Which way the packets go, as the pod sees it. An addition of this implementation."),
        Tunable(
            "CORRELATION", .fixedPercentage, default: "0",
            "How much what happens to a packet depends on what happened to the one before."),
    ]
}
