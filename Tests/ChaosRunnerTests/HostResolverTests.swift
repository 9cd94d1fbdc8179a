import ChaosAPI
import Faults
import Injection
import Testing

@testable import ChaosRunner

@Suite(.timeLimit(.minutes(1))) struct HostResolverTests {
    private let resolver = HostResolver { name in
        ["db.shop.svc": ["10.0.0.7", "fd00::7"], "cache.shop.svc": ["10.0.0.7"]][name] ?? []
    }

    private func step(hosts: [TrafficFilter.Peer], peers: [TrafficFilter.Peer] = []) -> Step {
        .machine(.loseTraffic(TrafficLoss(percentage: 30, filter: TrafficFilter(peers: peers, hosts: hosts))))
    }

    @Test("names become addresses with their ports, beside the addresses that were given, each once")
    func replaced() async throws {
        let given = TrafficFilter.Peer(address: "10.9.9.9")
        let resolved = try await resolver.resolve(
            step(
                hosts: [
                    .init(address: "db.shop.svc", ports: [5432]), .init(address: "cache.shop.svc", ports: [5432]),
                    .init(address: "cache.shop.svc"),
                ], peers: [given]), logger: World.quiet)
        #expect(
            resolved
                == step(
                    hosts: [],
                    peers: [
                        given, .init(address: "10.0.0.7", ports: [5432]), .init(address: "fd00::7", ports: [5432]),
                        .init(address: "10.0.0.7"),
                    ]))
    }

    @Test("a name that nobody knows is left out when another is known")
    func unknown() async throws {
        let resolved = try await resolver.resolve(
            step(hosts: [.init(address: "nowhere"), .init(address: "cache.shop.svc")]), logger: World.quiet)
        #expect(resolved == step(hosts: [], peers: [.init(address: "10.0.0.7")]))
    }

    @Test("when no name is known the experiment ends rather than lose all traffic, in the words of Litmus")
    func none() async {
        let error = await #expect(throws: FaultError.self) {
            try await resolver.resolve(step(hosts: [.init(address: "a"), .init(address: "b")]), logger: World.quiet)
        }
        #expect(error?.code == .generic)
        #expect(
            error?.reason == "provided hosts are invalid, unable to resolve: DESTINATION_HOSTS names a, b")
    }

    @Test("a step without names is left as it is, and nobody is asked")
    func nothingToDo() async throws {
        let silent = HostResolver { name in
            Issue.record("asked for \(name)")
            return []
        }
        let plain = step(hosts: [], peers: [.init(address: "10.0.0.1")])
        #expect(try await silent.resolve(plain, logger: World.quiet) == plain)
        let kill = Step.machine(.killContainer(ContainerKill()))
        #expect(try await silent.resolve(kill, logger: World.quiet) == kill)
    }

    @Test("the system's own table of names is used")
    func system() async throws {
        let resolved = try await HostResolver().resolve(
            step(hosts: [.init(address: "localhost", ports: [80])]), logger: World.quiet)
        guard case .machine(.loseTraffic(let loss)) = resolved else {
            Issue.record("another step: \(resolved)")
            return
        }
        #expect(loss.filter.peers.contains { ["127.0.0.1", "::1"].contains($0.address) && $0.ports == [80] })
        #expect(loss.filter.hosts.isEmpty)
    }

    @Test("an abort ends the look-up")
    func aborted() async {
        let slow = HostResolver { _ in
            // Ends with the task.
            try? await ContinuousClock().sleep(for: .seconds(600))
            return ["10.0.0.1"]
        }
        let hosts = step(hosts: [.init(address: "slow")])
        let task = Task { try await slow.resolve(hosts, logger: World.quiet) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
