import ContainerRuntime
import Foundation
import Host
import Testing

/// In a process started by the crash test: the id of the cluster to run.
private let victimID = ProcessInfo.processInfo.environment["LITMUS_CRASH_VICTIM"].flatMap(ClusterID.init)

extension RootTests {
    @Suite struct Crash {
        @Test("victim of the crash test", .enabled(if: victimID != nil, "runs only as a child of the crash test"))
        func victim() async throws {
            let cluster = Cluster(id: try #require(victimID))
            for uid in ["a", "b", "c"] {
                _ = try await cluster.sandbox(uid)
                try await cluster.start(uid + "1", "sleep 1000 & exec sleep 1000", in: uid)
                try await cluster.start(uid + "2", "setsid sleep 1000 & exec sleep 1000", in: uid, builtin: true)
            }
            try FileTree.write("", to: cluster.directory + "/ready")
            try await Task.sleep(for: .seconds(600))
        }

        /// This test program again, running only the victim.
        private func startVictim(_ cluster: Cluster) async throws -> ChildProcess {
            var arguments = try FileTree.readText("/proc/self/cmdline").split(separator: "\0").map(String.init)
            while let index = arguments.firstIndex(where: { $0 == "--filter" || $0 == "--skip" }) {
                arguments.removeSubrange(index..<min(index + 2, arguments.count))
            }
            let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
            var request = SpawnRequest(
                executable: "/proc/self/exe", arguments: arguments + ["--filter", "RootTests.Crash/victim"],
                environment: environment + ["LITMUS_CRASH_VICTIM=\(cluster.id)"])
            request.executable = try #require(FileTree.resolved("/proc/self/exe"))
            request.parentDeathSignal = SIGKILL
            let child = try await Spawner.shared.spawn(request)
            while !FileTree.exists(cluster.directory + "/ready") {
                guard !child.hasEnded else { throw HostError("run the victim", reason: "it ended early") }
                try await Task.sleep(for: .milliseconds(5))
            }
            return child
        }

        @Test("what a killed process left is found and removed by the next one", arguments: [false, true])
        func killed(sameCluster: Bool) async throws {
            let cluster = Cluster()
            let before = try await Traces.of(cluster.id.description)
            let victim = try await startVictim(cluster)
            var during = try await Traces.of(cluster.id.description)
            // The shells need a moment to put their sleeps into the background.
            while during.processes.count < 12 && !victim.hasEnded {
                during = try await Traces.of(cluster.id.description)
            }
            #expect(during.networkNamespaces == before.networkNamespaces + 3)
            #expect(during.devices.count == 4)
            #expect(during.processes.count == 12)
            // A living cluster is left alone.
            #expect(try await !RuncRuntime.cleanupDeadClusters().contains(cluster.id))
            #expect(try await Traces.of(cluster.id.description) == during)

            try victim.signal(SIGKILL)
            _ = try await victim.wait()
            let clock = ContinuousClock()
            let duration = try await clock.measure {
                if sameCluster {
                    try await cluster.runtime.removeLeftovers()
                } else {
                    #expect(try await RuncRuntime.cleanupDeadClusters().contains(cluster.id))
                }
            }
            print("removal of 3 pods, 6 containers after kill -9: \(duration)")
            if sameCluster {
                #expect(try await Traces.of(cluster.id.description).processes == [])
                await cluster.runtime.shutdown()
            }
            let after = try await Traces.of(cluster.id.description)
            #expect(after == before, "\(after)")
            #expect(!FileTree.exists(cluster.directory + "/sandboxes"))
            try FileTree.remove(cluster.directory)
        }
    }
}
