import ContainerRuntime
import Foundation
import Host
import Testing

extension RootTests {
    @Suite struct Containers {
        @Test("exit code, signal, log and host name of a container", arguments: [false, true])
        func life(builtin: Bool) async throws {
            try await withCluster { cluster in
                _ = try await cluster.sandbox("a")
                try await cluster.start("one", "hostname; echo problem >&2; exit 7", in: "a", builtin: builtin)
                #expect(try await cluster.runtime.wait(id: "one") == ContainerExit(code: 7))
                #expect(try cluster.logText("one") == "host-a\nproblem\n")
                try await cluster.start("two", "exec sleep 100", in: "a", builtin: builtin)
                try await cluster.runtime.signal(id: "two", SIGKILL)
                #expect(try await cluster.runtime.wait(id: "two") == ContainerExit(code: 137, signal: SIGKILL))
                try await cluster.runtime.remove(id: "two")
                try await cluster.runtime.remove(id: "two")
            }
        }

        @Test("exceeding the memory limit is told apart from a kill", arguments: [false, true])
        func outOfMemory(builtin: Bool) async throws {
            try await withCluster { cluster in
                _ = try await cluster.sandbox("a")
                var specification = cluster.specification(
                    "c", "x=$(head -c 60000000 /dev/zero | tr '\\0' x); echo never", in: "a", builtin: builtin)
                specification.resources.memoryLimit = 20 << 20
                _ = try await cluster.runtime.start(specification)
                let exit = try await cluster.runtime.wait(id: "c")
                #expect(exit.wasOutOfMemory)
                #expect(exit.code != 0)
            }
        }

        @Test("a command runs in the container's namespaces with its environment", arguments: [false, true])
        func execute(builtin: Bool) async throws {
            try await withCluster { cluster in
                let sandbox = try await cluster.sandbox("a")
                var specification = cluster.specification("c", "exec sleep 100", in: "a", builtin: builtin)
                specification.environment = ["COLOUR=blue"]
                _ = try await cluster.runtime.start(specification)
                let result = try await cluster.execute(
                    "c", "echo $COLOUR; hostname; ip -4 -o addr show eth0; cat /etc/resolv.conf; echo e >&2; exit 3")
                #expect(result.exitCode == 3)
                #expect(result.text.hasPrefix("blue\nhost-a\n"))
                #expect(result.text.contains("\(sandbox.address)/32"))
                #expect(result.text.hasSuffix("nameserver 10.0.0.10\n"))
                #expect(result.errorOutput == Array("e\n".utf8))
                let late = try await cluster.execute("c", "sleep 60", timeout: .milliseconds(50))
                #expect(late.timedOut)
                let missing = try await cluster.runtime.execute(
                    id: "c", command: ["no-such-command"], timeout: .seconds(5))
                #expect(missing.exitCode == 127)
            }
        }

        @Test("a container sees its own processes and file system only, and changes nothing on the host")
        func isolation() async throws {
            try await withCluster { cluster in
                _ = try await cluster.sandbox("a")
                try await cluster.start(
                    "c", "echo x > /etc/litmus-was-here; echo $$; ls /run /tmp; cat /proc/1/comm", in: "a")
                #expect(try await cluster.runtime.wait(id: "c").code == 0)
                #expect(try cluster.logText("c") == "1\n/run:\n\n/tmp:\nsh\n")
                #expect(!FileTree.exists("/etc/litmus-was-here"))
            }
        }

        @Test(
            "volumes appear where the host has nothing, and read-only ones cannot be written", arguments: [false, true])
        func volumes(builtin: Bool) async throws {
            try await withCluster { cluster in
                _ = try await cluster.sandbox("a")
                let source = cluster.directory + "/volume"
                try FileTree.makeDirectories(source)
                try FileTree.write("token", to: source + "/token")
                var specification = cluster.specification(
                    "c", "cat /var/run/secrets/x/y/token /single; echo w > /data/new; touch /var/run/secrets/x/y/n",
                    in: "a", builtin: builtin)
                specification.mounts = [
                    .init(source: source, destination: "/var/run/secrets/x/y", isReadOnly: true),
                    .init(source: source + "/token", destination: "/single"),
                    .init(source: source, destination: "/data"),
                ]
                _ = try await cluster.runtime.start(specification)
                #expect(try await cluster.runtime.wait(id: "c").code == 1)
                #expect(try cluster.logText("c").hasPrefix("tokentoken"))
                #expect(try FileTree.readText(source + "/new") == "w\n")
                #expect(!FileTree.exists("/single") && !FileTree.exists("/run/secrets/x"))
                try FileTree.remove(source)
            }
        }

        @Test("user, capabilities and a read-only root are applied", arguments: [false, true])
        func security(builtin: Bool) async throws {
            try await withCluster { cluster in
                _ = try await cluster.sandbox("a")
                var specification = cluster.specification(
                    "c", "id -u; id -g; grep CapEff /proc/self/status; touch /etc/x || echo refused", in: "a",
                    builtin: builtin)
                specification.user = 1234
                specification.group = 99
                specification.hasReadOnlyRoot = true
                _ = try await cluster.runtime.start(specification)
                #expect(try await cluster.runtime.wait(id: "c").code == 0)
                let text = try cluster.logText("c")
                #expect(text.hasPrefix("1234\n99\nCapEff:\t0000000000000000\n"))
                #expect(text.hasSuffix("refused\n"))
                #expect(text.contains("Read-only file system"))
            }
        }

        @Test("a command that does not exist is an error with the reason, and leaves nothing")
        func cannotRun() async throws {
            try await withCluster { cluster in
                _ = try await cluster.sandbox("a")
                var specification = cluster.specification("c", "", in: "a")
                specification.arguments = ["/no/such/program"]
                await #expect {
                    try await cluster.runtime.start(specification)
                } throws: { error in
                    (error as? ContainerRuntimeError)?.reason == "ContainerCannotRun"
                        && "\(error)".contains("/no/such/program")
                }
                // The same id can be used again.
                try await cluster.start("c", "exit 0", in: "a")
                #expect(try await cluster.runtime.wait(id: "c").code == 0)
            }
        }

        @Test("ids that would leave their directory are refused")
        func names() async throws {
            try await withCluster { cluster in
                await #expect(throws: ContainerRuntimeError.self) { try await cluster.sandbox("../x") }
                _ = try await cluster.sandbox("a")
                await #expect(throws: ContainerRuntimeError.self) {
                    try await cluster.start("a/b", "true", in: "a")
                }
                await #expect(throws: ContainerRuntimeError.self) { try await cluster.start("c", "true", in: "none") }
            }
        }
    }
}
