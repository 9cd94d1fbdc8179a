import KubernetesAPI
import Testing

@testable import EmbeddedNode

/// A Service and the slice of its endpoints.
func makeService(
    _ name: String, namespace: String = "shop", spec: JSON, endpoints: [JSON] = [], ports: [JSON] = []
) -> (Service, EndpointSlice) {
    var service = Service(name: name, namespace: namespace)
    service.json["spec"] = spec
    var slice = EndpointSlice(name: "\(name)-1", namespace: namespace)
    slice.metadata.labels = ["kubernetes.io/service-name": name]
    slice.json["addressType"] = "IPv4"
    slice.json["endpoints"] = .array(endpoints)
    slice.json["ports"] = .array(ports)
    return (service, slice)
}

func makeTable(_ services: [(Service, EndpointSlice)]) -> ServiceTable {
    ServiceTable(services: services.map(\.0), slices: services.map(\.1))
}

@Suite("ServiceRules")
struct ServiceRulesTests {
    private func rules(_ services: [(Service, EndpointSlice)]) -> [String] {
        ServiceRules(clusterID: "x1", services: makeTable(services)).script.split(separator: "\n")
            .map { String($0.drop { $0 == "\t" }) }
    }

    private let two: [JSON] = [
        ["addresses": ["10.88.0.3"], "conditions": ["ready": true]],
        ["addresses": ["10.88.0.2"], "conditions": ["ready": true]],
        ["addresses": ["10.88.0.9"], "conditions": ["ready": false]],
    ]

    @Test("rewrites the cluster address to a random ready endpoint")
    func endpoints() {
        let web = makeService(
            "web", spec: ["clusterIP": "10.96.0.7", "ports": [["port": 80, "name": "http", "nodePort": 30080]]],
            endpoints: two, ports: [["name": "http", "port": 8080]])
        let choice =
            "dnat to numgen random mod 2 map { 0 : 10.88.0.2 . 8080, 1 : 10.88.0.3 . 8080 } comment \"shop/web\""
        let rules = rules([web])
        #expect(rules.contains("ip daddr 10.96.0.7 tcp dport 80 \(choice)"))
        #expect(rules.contains("ip daddr != 127.0.0.0/8 fib daddr type local tcp dport 30080 \(choice)"))
        #expect(!rules.contains { $0.contains("reject with") })
    }

    @Test("one endpoint needs no choice, and a client can be kept at its endpoint")
    func choices() {
        let dns = makeService(
            "dns", spec: ["clusterIP": "10.96.0.10", "ports": [["port": 53, "protocol": "UDP"]]],
            endpoints: [["addresses": ["10.88.0.2"]]], ports: [["port": 5353, "protocol": "UDP"]])
        let sticky = makeService(
            "sticky",
            spec: ["clusterIP": "10.96.0.11", "ports": [["port": 80]], "sessionAffinity": "ClientIP"], endpoints: two,
            ports: [["port": 80]])
        let rules = rules([dns, sticky])
        #expect(rules.contains("ip daddr 10.96.0.10 udp dport 53 dnat to 10.88.0.2:5353 comment \"shop/dns\""))
        #expect(rules.contains { $0.contains("dnat to jhash ip saddr mod 2 seed 0x1 map { 0 : 10.88.0.2 . 80,") })
    }

    @Test("a port without endpoints is refused at once; a headless Service has no rules")
    func noEndpoints() {
        let empty = makeService(
            "empty", spec: ["clusterIP": "10.96.0.8", "ports": [["port": 80], ["port": 81, "protocol": "UDP"]]])
        let headless = makeService(
            "headless", spec: ["clusterIP": "None", "ports": [["port": 80]]], endpoints: two, ports: [["port": 80]])
        let rules = rules([empty, headless])
        #expect(rules.contains("ip daddr 10.96.0.8 tcp dport 80 reject with tcp reset comment \"shop/empty\""))
        #expect(
            rules.contains("ip daddr 10.96.0.8 udp dport 81 reject with icmp port-unreachable comment \"shop/empty\""))
        #expect(!rules.contains { $0.contains("shop/headless") })
    }

    @Test("replaces its own table only, in one script")
    func table() {
        let script = ServiceRules(clusterID: "x1", services: ServiceTable()).script
        #expect(script.hasPrefix("add table ip litmus_x1_services\ndelete table ip litmus_x1_services\ntable ip "))
        #expect(script.filter { $0 == "{" }.count == script.filter { $0 == "}" }.count)
        #expect(ServiceRules.removal(clusterID: "x1").contains("delete table ip litmus_x1_services"))
    }

    @Test("not ready endpoints are published where the Service says so")
    func notReady() {
        let web = makeService(
            "web", spec: ["clusterIP": "None", "ports": [["port": 80]], "publishNotReadyAddresses": true],
            endpoints: two, ports: [["port": 80]])
        #expect(makeTable([web]).entries.first?.endpoints.map(\.address) == ["10.88.0.2", "10.88.0.3", "10.88.0.9"])
    }
}
