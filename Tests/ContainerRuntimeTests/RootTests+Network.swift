import ContainerRuntime
import Foundation
import Host
import Testing

/// A listener that answers one connection, and a client, in the shell's own terms.
private let server =
    "exec python3 -c 'import socket; s=socket.create_server((\"\",80)); print(1,flush=True); "
    + "c,a=s.accept(); c.sendall(a[0].encode()); c.close()'"
private func client(_ address: String) -> String {
    "python3 -c 'import socket; print(socket.create_connection((\"\(address)\",80),5).recv(99).decode())'"
}

extension RootTests {
    @Suite struct Network {
        private func awaitListening(_ cluster: Cluster, _ id: String) async throws {
            while try cluster.logText(id) != "1\n" {
                guard try await !hasEnded(cluster, id) else { throw HostError("start the server", reason: "it ended") }
                try await Task.sleep(for: .milliseconds(2))
            }
        }

        private func hasEnded(_ cluster: Cluster, _ id: String) async throws -> Bool {
            try await cluster.runtime.execute(id: id, command: ["true"], timeout: .seconds(5)).exitCode != 0
        }

        @Test("pods reach each other and see each other's address; the host reaches pods")
        func reachable() async throws {
            try await withCluster { cluster in
                let server1 = try await cluster.sandbox("a")
                let other = try await cluster.sandbox("b")
                #expect(server1.address != other.address)
                try await cluster.start("s", server, in: "a")
                try await awaitListening(cluster, "s")
                try await cluster.start("c", client(server1.address), in: "b", builtin: true)
                #expect(try await cluster.runtime.wait(id: "c").code == 0)
                #expect(try cluster.logText("c") == other.address + "\n")
                try await cluster.start("s2", server, in: "b")
                try await awaitListening(cluster, "s2")
                let result = try await Tool.run(
                    SpawnRequest(
                        executable: "sh", arguments: ["sh", "-c", client(other.address)],
                        environment: ["PATH=\(HostProgram.searchPath):/root/.pyenv/shims"]))
                #expect(result.text == (await cluster.runtime.gateway) + "\n")
            }
        }

        @Test("a translated service address works from a pod, also when it leads back to that pod")
        func service() async throws {
            try await withCluster { cluster in
                let first = try await cluster.sandbox("a")
                let table = "\(cluster.id.table)_services"
                try await Nftables.run(
                    """
                    table ip \(table) {
                        chain prerouting {
                            type nat hook prerouting priority dstnat; policy accept;
                            ip daddr 10.96.77.7 tcp dport 8080 dnat to \(first.address):80
                        }
                    }

                    """)
                let through = client("10.96.77.7").replacingOccurrences(of: ",80)", with: ",8080)")
                try await cluster.start("s", server, in: "a")
                try await awaitListening(cluster, "s")
                let second = try await cluster.sandbox("b")
                try await cluster.start("c", through, in: "b")
                #expect(try await cluster.runtime.wait(id: "c").code == 0)
                #expect(try cluster.logText("c") == second.address + "\n")
                try await cluster.start("s2", server, in: "a")
                try await awaitListening(cluster, "s2")
                // Not as a command in the server's container, which ends with it.
                try await cluster.start("itself", through, in: "a", builtin: true)
                #expect(try await cluster.runtime.wait(id: "itself").code == 0)
                #expect(try cluster.logText("itself") == (await cluster.runtime.gateway) + "\n")
            }
        }

        @Test("a pod on the host's network sees the host's devices")
        func hostNetwork() async throws {
            try await withCluster { cluster in
                let sandbox = try await cluster.sandbox("a", hostNetwork: true)
                #expect(sandbox.address == (await cluster.runtime.gateway))
                try await cluster.start("c", "ls /sys/class/net", in: "a")
                try await cluster.start("d", "cat /proc/net/dev", in: "a", builtin: true)
                #expect(try await cluster.runtime.wait(id: "c").code == 0)
                #expect(try await cluster.runtime.wait(id: "d").code == 0)
                #expect(try cluster.logText("c").contains("lt\(cluster.id)\n"))
                #expect(try cluster.logText("d").contains("lt\(cluster.id):"))
            }
        }

        @Test("two clusters at once have ranges of their own; a range in use is refused")
        func twoClusters() async throws {
            try await withCluster { one in
                try await withCluster { two in
                    let first = try await one.runtime.prepare()
                    let second = try await two.runtime.prepare()
                    #expect(first.subnet != second.subnet)
                    let clash = RuncRuntime(
                        configuration: .init(
                            clusterID: .random(), stateDirectory: one.directory + "-clash", subnet: first.subnet))
                    await #expect(throws: ContainerRuntimeError.self) { try await clash.prepare() }
                    let same = RuncRuntime(configuration: .init(clusterID: one.id, stateDirectory: one.directory))
                    await #expect(throws: ContainerRuntimeError.self) { try await same.prepare() }
                }
            }
        }

        @Test("a sandbox is made once for a uid, and its removal frees everything of it")
        func idempotence() async throws {
            try await withCluster { cluster in
                async let first = cluster.sandbox("a")
                async let second = cluster.sandbox("a")
                #expect(try await first == second)
                try await cluster.start("c", "exec sleep 100", in: "a")
                try await cluster.runtime.removeSandbox(uid: "a")
                try await cluster.runtime.removeSandbox(uid: "a")
                let traces = try await Traces.of(cluster.id.description)
                #expect(traces.devices == ["lt\(cluster.id)"])
                #expect(traces.mounts == [])
                #expect(traces.processes == [])
                #expect(try await cluster.sandbox("a").address != first.address)
            }
        }
    }
}
