import KubernetesAPI
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import EmbeddedNode

/// The bytes of a question.
func question(_ name: String, type: UInt16 = DNSType.a, udpSize: UInt16? = nil, id: UInt16 = 7) -> [UInt8] {
    func word(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
    var bytes = word(id) + word(0x0100) + word(1) + word(0) + word(0) + word(udpSize == nil ? 0 : 1)
    for label in name.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
    bytes += [0] + word(type) + word(1)
    if let udpSize { bytes += [0] + word(41) + word(udpSize) + [0, 0, 0, 0, 0, 0] }
    return bytes
}

private let zoneTable = makeTable([
    makeService(
        "web", spec: ["clusterIP": "10.96.0.7", "ports": [["port": 80, "name": "http"]]],
        endpoints: [["addresses": ["10.88.0.2"]]], ports: [["name": "http", "port": 8080]]),
    makeService(
        "db", spec: ["clusterIP": "None", "ports": [["port": 5432, "name": "sql"]]],
        endpoints: [
            ["addresses": ["10.88.0.5"], "hostname": "db-0"], ["addresses": ["10.88.0.4"], "hostname": "db-1"],
        ], ports: [["name": "sql", "port": 5432]]),
    makeService("idle", spec: ["clusterIP": "None", "ports": [["port": 1]]]),
    makeService("out", spec: ["type": "ExternalName", "externalName": "example.org"]),
])

@Suite("ClusterZone")
struct ClusterZoneTests {
    let zone = ClusterZone(domain: "cluster.local")

    private func ask(_ name: String, type: UInt16 = DNSType.a) throws -> DNSAnswer? {
        zone.answer(try DNSQuery(parsing: question(name, type: type)), in: zoneTable)
    }

    private func addresses(_ name: String) throws -> [String]? {
        try ask(name)?.answers.map { if case .address(let address) = $0.data { address } else { "?" } }
    }

    @Test("knows Services by name, their pods, and pods by address")
    func addresses() throws {
        #expect(try addresses("web.shop.svc.cluster.local") == ["10.96.0.7"])
        #expect(try addresses("WEB.Shop.svc.cluster.LOCAL") == ["10.96.0.7"])
        #expect(try addresses("db.shop.svc.cluster.local") == ["10.88.0.4", "10.88.0.5"])
        #expect(try addresses("db-0.db.shop.svc.cluster.local") == ["10.88.0.5"])
        #expect(try addresses("10-88-0-2.web.shop.svc.cluster.local") == ["10.88.0.2"])
        #expect(try addresses("10-88-0-2.shop.pod.cluster.local") == ["10.88.0.2"])
        #expect(try ask("out.shop.svc.cluster.local")?.answers.map(\.data) == [.canonicalName("example.org")])
    }

    @Test(
        "says that a name does not exist",
        arguments: ["no.shop.svc", "web.other.svc", "idle.shop.svc", "db-9.db.shop.svc", "example.com.shop.svc", "x"])
    func missing(name: String) throws {
        let answer = try #require(try ask("\(name).cluster.local"))
        #expect(answer.code == .nameError)
        #expect(answer.authority.count == 1)
    }

    @Test("an existing name without records of the type is empty, not missing", arguments: [28, 15] as [UInt16])
    func otherTypes(type: UInt16) throws {
        let answer = try #require(try ask("web.shop.svc.cluster.local", type: type))
        #expect(answer.code == .noError && answer.answers.isEmpty && answer.authority.count == 1)
        #expect(try ask("shop.svc.cluster.local")?.code == .noError)
    }

    @Test("offers named ports as service records")
    func services() throws {
        let web = try ask("_http._tcp.web.shop.svc.cluster.local", type: DNSType.service)
        #expect(
            web?.answers.map(\.data) == [
                .service(priority: 0, weight: 100, port: 80, target: "web.shop.svc.cluster.local")
            ])
        #expect(web?.additional.map(\.data) == [.address("10.96.0.7")])
        let database = try ask("_sql._tcp.db.shop.svc.cluster.local", type: DNSType.service)
        #expect(database?.answers.count == 2)
        #expect(database?.additional.map(\.name).contains("db-0.db.shop.svc.cluster.local") == true)
        #expect(try ask("_no._tcp.web.shop.svc.cluster.local", type: DNSType.service)?.code == .nameError)
    }

    @Test("names its addresses, and leaves other names to others")
    func others() throws {
        let pointer = try ask("7.0.96.10.in-addr.arpa", type: DNSType.pointer)
        #expect(pointer?.answers.map(\.data) == [.pointer("web.shop.svc.cluster.local")])
        #expect(try ask("1.1.1.1.in-addr.arpa", type: DNSType.pointer) == nil)
        #expect(try ask("example.com") == nil)
        #expect(try ask("local") == nil)
    }
}

@Suite("DNSMessage")
struct DNSMessageTests {
    @Test("an answer repeats the question and points to its name")
    func encoding() throws {
        let asked = question("web.shop", id: 0x1234)
        let query = try DNSQuery(parsing: asked)
        let answer = DNSAnswer(answers: [DNSRecord(name: "web.shop", ttl: 5, data: .address("10.96.0.7"))])
        let bytes = answer.encoded(to: query)
        #expect(Array(bytes[0..<12]) == [0x12, 0x34, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0])
        #expect(Array(bytes[12..<asked.count]) == Array(asked[12...]))
        #expect(Array(bytes[asked.count...]) == [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 10, 96, 0, 7])
    }

    @Test("an answer that is too long for UDP says so; the asker may allow more")
    func truncation() throws {
        let records = (0..<60).map { DNSRecord(name: "web.shop", ttl: 5, data: .address("10.0.0.\($0)")) }
        let answer = DNSAnswer(answers: records)
        let plain = try DNSQuery(parsing: question("web.shop"))
        #expect(plain.udpLimit == 512)
        let short = answer.encoded(to: plain, limit: plain.udpLimit)
        #expect(short[2] & 2 == 2 && short.count < 512)
        let large = try DNSQuery(parsing: question("web.shop", udpSize: 1400))
        #expect(large.udpLimit == 1400 && large.hasOptions)
        #expect(answer.encoded(to: large, limit: large.udpLimit)[2] & 2 == 0)
    }

    @Test("no bytes make it crash")
    func garbage() throws {
        let good = question("web.shop.svc.cluster.local", udpSize: 4096)
        for length in 0..<good.count { _ = try? DNSQuery(parsing: Array(good[0..<length])) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<3 { bytes[Int.random(in: 4..<bytes.count, using: &generator)] = UInt8.random(in: 0...255) }
            _ = try? DNSQuery(parsing: bytes)
        }
        var looped = question("a.b")
        looped[12] = 0xC0
        #expect(throws: DNSQuery.Malformed.formatError(id: 7)) { try DNSQuery(parsing: looped) }
        #expect(throws: DNSQuery.Malformed.ignore) { try DNSQuery(parsing: [1, 2, 3]) }
    }
}

@Suite("NameServer")
struct NameServerTests {
    /// Runs a server on a loopback port while `body` runs.
    private func withServer(
        upstream: UpstreamResolvers, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let server = NameServer(
            .init(listen: .init(host: "127.0.0.1", port: 0)), zone: ClusterZone(domain: "cluster.local"),
            services: { zoneTable }, upstream: upstream, logger: Logger(label: "test"))
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { continuation.yield($0) } }
            group.addTask {
                for await port in ports { return try await body(port) }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private func resolver(port: Int) -> UpstreamResolvers {
        UpstreamResolvers(timeout: .seconds(5), port: port, configuration: { "nameserver 127.0.0.1\n" })
    }

    @Test("answers over UDP, several at once, and asks the host's resolvers for the rest", .timeLimit(.minutes(1)))
    func udp() async throws {
        let silent = UpstreamResolvers(configuration: { "" })
        try await withServer(upstream: silent) { cluster in
            // A second server stands for the host's resolver; only it knows the Services.
            let front = NameServer(
                .init(listen: .init(host: "127.0.0.1", port: 0)), zone: ClusterZone(domain: "other.zone"),
                services: { ServiceTable() }, upstream: resolver(port: cluster), logger: Logger(label: "test"))
            let asked = question("web.shop.svc.cluster.local", id: 99)
            let answer = try #require(await front.answer(asked, overUDP: true))
            #expect(answer.prefix(2) == [0, 99] && answer.suffix(4) == [10, 96, 0, 7])
            let names = ["db-0.db.shop.svc.cluster.local", "web.shop.svc.cluster.local"]
            let answers = await withTaskGroup(of: [UInt8]?.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        await resolver(port: cluster).resolve(question(names[index % 2], id: UInt16(index)))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.compactMap { $0 }.count == 20)
            #expect(await front.answer(asked, overUDP: false)?.suffix(4) == [10, 96, 0, 7], "over TCP")
            let unknown = try #require(await front.answer(question("x.svc.cluster.local"), overUDP: true))
            #expect(unknown[3] & 15 == DNSAnswer.Code.nameError.rawValue)
        }
    }

    @Test("an address that is taken is named")
    func takenAddress() async throws {
        let silent = UpstreamResolvers(configuration: { "" })
        try await withServer(upstream: silent) { port in
            let second = NameServer(
                .init(listen: .init(host: "127.0.0.1", port: port)), zone: ClusterZone(domain: "cluster.local"),
                services: { zoneTable }, upstream: silent, logger: Logger(label: "test"))
            let error = await #expect(throws: NameServerError.self) { try await second.run() }
            #expect(error?.description.contains("cannot listen on 127.0.0.1:\(port)") == true)
        }
    }

    @Test("without a resolver that answers, other names are a server failure")
    func noUpstream() async throws {
        let server = NameServer(
            .init(listen: .init(host: "127.0.0.1", port: 0)), zone: ClusterZone(domain: "cluster.local"),
            services: { zoneTable }, upstream: UpstreamResolvers(configuration: { "" }), logger: Logger(label: "test"))
        let answer = try #require(await server.answer(question("example.com"), overUDP: true))
        #expect(answer[3] & 15 == DNSAnswer.Code.serverFailure.rawValue)
    }

    @Test("answers over TCP, with the length in front", .timeLimit(.minutes(1)))
    func tcp() async throws {
        try await withServer(upstream: UpstreamResolvers(configuration: { "" })) { port in
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            try await channel.executeThenClose { inbound, outbound in
                let asked = question("web.shop.svc.cluster.local")
                var message = ByteBuffer()
                message.writeInteger(UInt16(asked.count))
                message.writeBytes(asked)
                // In two parts, as a network may deliver it.
                try await outbound.write(message.readSlice(length: 5) ?? ByteBuffer())
                try await outbound.write(message)
                var received = ByteBuffer()
                for try await var part in inbound {
                    received.writeBuffer(&part)
                    if let length = received.getInteger(at: 0, as: UInt16.self),
                        received.readableBytes >= Int(length) + 2
                    {
                        break
                    }
                }
                #expect(Array(received.readableBytesView).suffix(4) == [10, 96, 0, 7])
            }
        }
    }
}

@Suite("ResolverConfiguration")
struct ResolverConfigurationTests {
    private func text(_ spec: [String: JSON], host: String = "nameserver 9.9.9.9\nsearch lan\n") -> String {
        let configuration = NodeConfiguration(
            nodeName: "n", clusterID: "x", dataDirectory: "/tmp",
            dns: .init(listen: .init(host: "10.88.0.1", port: 53)))
        return ResolverConfiguration(pod: makePod(spec: spec), configuration: configuration, host: host).text
    }

    @Test("follows the pod's dnsPolicy")
    func policies() {
        let cluster = "nameserver 10.88.0.1\nsearch shop.svc.cluster.local svc.cluster.local cluster.local\n"
        #expect(text([:]) == cluster + "options ndots:5\n")
        #expect(text(["hostNetwork": true]) == "nameserver 9.9.9.9\nsearch lan\n")
        #expect(text(["hostNetwork": true, "dnsPolicy": "ClusterFirstWithHostNet"]) == cluster + "options ndots:5\n")
        #expect(text(["dnsPolicy": "Default"]) == "nameserver 9.9.9.9\nsearch lan\n")
        let own: JSON = [
            "nameservers": ["1.2.3.4"], "searches": ["a.b"],
            "options": [["name": "ndots", "value": "2"], ["name": "rotate"]],
        ]
        #expect(
            text(["dnsPolicy": "None", "dnsConfig": own]) == "nameserver 1.2.3.4\nsearch a.b\noptions ndots:2 rotate\n")
        #expect(text(["dnsConfig": ["options": [["name": "ndots", "value": "1"]]]]) == cluster + "options ndots:1\n")
    }
}
