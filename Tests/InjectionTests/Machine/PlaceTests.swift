import Foundation
import Host
import Testing

@testable import Injection

extension MachineTests {
    @Suite struct PlaceTests {
        @Test("a missing interface is refused with those that are there")
        func interface() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let error = await #expect(throws: InjectionError.self) {
                        _ = try await injector.site(TrafficLoss(percentage: 1, interface: "net1"), on: pod.resolved())
                    }
                    #expect(error?.code == .inject)
                    #expect(error?.reason.contains("no network interface net1, only eth0, lo") == true)
                }
            }
        }

        @Test("a pod in the node's network is refused")
        func hostNetwork() async throws {
            try await withPod(container: .nodeNetwork) { pod in
                try await withJournal { journal in
                    let order = InjectionOrder.test(.loseTraffic(TrafficLoss(percentage: 100)), on: [pod])
                    let report = await execution(order, journal).run()
                    #expect(report.state == .failed)
                    #expect(report.failure?.reason.contains("uses the network of node here") == true)
                    #expect(journal.list().isEmpty)
                }
            }
        }

        @Test("rules are removed after the container has ended, while something keeps its namespace")
        func restartedContainer() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let (entry, site) = try await pod.entry(TrafficLoss(percentage: 100), injector: injector)
                    try await injector.apply(entry, at: site)
                    try await pod.end()
                    // What keeps it now is no process: a mounted file, as runtimes have it.
                    let files = "/tmp/litmus-netns-\(getpid())"
                    try FileTree.write("", to: files)
                    defer {
                        try? MountTable.detach(files)
                        try? FileTree.remove(files)
                    }
                    try Mounting.perform(.bind(pod.network.path, to: files))
                    #expect(try await pod.rules() != nil)
                    try await injector.revert(entry, at: site.place)
                    #expect(try await pod.rules() == nil)
                    #expect(journal.list().isEmpty)
                }
            }
        }

        @Test("rules are removed through another process of the namespace")
        func otherProcess() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let (entry, site) = try await pod.entry(TrafficLoss(percentage: 100), injector: injector)
                    try await injector.apply(entry, at: site)
                    var request = SpawnRequest(
                        executable: "/bin/sleep", arguments: ["sleep", "1000"], environment: [])
                    request.namespaces = [pod.network.path]
                    request.parentDeathSignal = SIGKILL
                    let other = try await Spawner.shared.spawn(request)
                    try await pod.end()
                    try await injector.revert(entry, at: site.place)
                    #expect(try await pod.rules() == nil)
                    try other.signal(SIGKILL)
                    _ = try await other.wait()
                }
            }
        }

        @Test("an entry on a namespace that is gone, its number used again or not, is just removed")
        func vanished() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let (entry, site) = try await pod.entry(TrafficLoss(percentage: 100), injector: injector)
                    try await injector.apply(entry, at: site)
                    // The same file number and process, but another namespace behind it.
                    var gone = entry
                    var elsewhere = site.place
                    elsewhere.cookie = .max - 1
                    gone.place = .network(elsewhere)
                    try journal.write(gone)
                    try await injector.revert(gone, at: elsewhere)
                    #expect(journal.list().isEmpty)
                    #expect(try await pod.rules() != nil)
                    await Reverter(journal: journal, logger: quiet).sweep()
                    #expect(try await pod.rules() == nil)
                }
            }
        }

        @Test("without anything in the journal, reverting all removes rules of ours from every namespace")
        func sweeping() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let (entry, site) = try await pod.entry(TrafficLoss(percentage: 100), injector: injector)
                    try await injector.apply(entry, at: site)
                    try FileTree.write("{\"version\": 1", to: "\(journal.directory)/\(entry.id).json")
                    let outcomes = await Reverter(journal: journal, logger: quiet).revertAll()
                    #expect(outcomes.count == 1)
                    #expect(outcomes.first?.problem?.contains("moved to \(journal.directory)/unreadable/") == true)
                    #expect(try await pod.rules() == nil)
                    #expect(journal.list().isEmpty)
                }
            }
        }

        @Test("everything that this machine needs is there, and correlated loss is known to be missing")
        func requirements() async throws {
            let loss = MachineStep.loseTraffic(TrafficLoss(percentage: 1))
            let stress = MachineStep.stressCPU(CPUStress(workers: 1))
            let found = await Requirements.check([loss, stress, .killContainer(ContainerKill())])
            #expect(found.map(\.name) == ["root", "nft", "netdev egress hook", "stress-ng", "control groups"])
            for requirement in found { #expect(requirement.isPresent, "\(requirement.summary)") }
            let correlated = await Requirements.check([.loseTraffic(TrafficLoss(percentage: 1, correlation: 20))])
            #expect(correlated.filter { !$0.isPresent }.map(\.module) == ["sch_netem"])
        }
    }
}
