import Host
import Testing

@testable import ContainerRuntime

@Suite struct NetworkTests {
    private func subnet(_ text: String) throws -> IPv4Subnet { try #require(IPv4Subnet(text)) }
    private func id(_ text: String) throws -> ClusterID { try #require(ClusterID(text)) }

    @Test("addresses are handed out in a circle without the node's own, and run out")
    func pool() throws {
        var pool = AddressPool(try subnet("10.128.0.0/29"))
        #expect(pool.gateway.description == "10.128.0.1")
        let taken = pool.take()
        let first = try #require(taken)
        #expect(first.description == "10.128.0.2")
        pool.giveBack(first)
        var rest: [String] = []
        while let address = pool.take() { rest.append(address.description) }
        #expect(rest == ["10.128.0.3", "10.128.0.4", "10.128.0.5", "10.128.0.6", "10.128.0.2"])
    }

    @Test("a chosen range avoids the host's routes and other clusters, and is stable for an id")
    func choice() throws {
        let first = try #require(SubnetChoice.choose(for: id("abc"), avoiding: []))
        #expect(SubnetChoice.choose(for: try id("abc"), avoiding: []) == first)
        let second = try #require(SubnetChoice.choose(for: id("abc"), avoiding: [first]))
        #expect(!second.overlaps(first))
        #expect(SubnetChoice.pool.contains(second.network) && SubnetChoice.pool.contains(second.last))
        #expect(SubnetChoice.choose(for: try id("abc"), avoiding: [try subnet("10.0.0.0/8")]) == nil)
    }

    @Test(
        "ids that are no part of a device name are refused", arguments: ["", "toolong89", "Upper", "a-b", "ä", "a/b"])
    func malformedIDs(text: String) {
        #expect(ClusterID(text) == nil)
    }

    @Test("the longest id makes device names that the kernel accepts, and owns only its own")
    func names() throws {
        let long = try id("abcdefgh")
        #expect(long.link(0x0a80_000f) == "ltabcdefgh-000f")
        #expect(long.link(0x0a80_000f).utf8.count <= 15)
        #expect(long.ownsDevice("ltabcdefgh-000f") && long.ownsDevice("ltabcdefgh"))
        #expect(try !id("abc").ownsDevice("ltabcdefgh"))
        let short = try id("abc")
        #expect(short.ownsTable("litmus_abc_services") && !short.ownsTable("litmus_abcd"))
        #expect(ClusterID.derived(from: "/var/lib/litmus") == ClusterID.derived(from: "/var/lib/litmus"))
        #expect(ClusterID(ClusterID.derived(from: "/x").description) != nil)
        #expect(ClusterID(ClusterID.random().description) != nil)
    }
}
