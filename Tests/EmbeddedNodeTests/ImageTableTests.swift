import ContainerRuntime
import Testing

@testable import EmbeddedNode

@Suite("ImageTable")
struct ImageTableTests {
    @Test(
        "finds the built-in roles for the Litmus images of any registry and tag",
        arguments: [
            ("litmuschaos/chaos-runner:latest", ImageTarget.builtin(role: "runner")),
            ("litmuschaos.docker.scarf.sh/litmuschaos/go-runner:3.1.0", .builtin(role: "experiment")),
            ("registry.example:5000/mirror/litmuschaos/go-runner@sha256:abcd", .builtin(role: "experiment")),
            ("litmus/sample-app", .builtin(role: "sample-app")),
            ("docker.io/litmus/sample-app:v2", .builtin(role: "sample-app")),
            ("ghcr.io/litmus/litmus:main", .builtin(role: "")),
        ])
    func builtinRows(image: String, target: ImageTarget) {
        #expect(ImageTable().target(of: image) == target)
    }

    @Test("knows nothing about other images")
    func unknown() {
        #expect(ImageTable().target(of: "nginx:1.25") == nil)
        #expect(ImageTable().target(of: "my-litmus/sample-app") == nil)
    }

    @Test("takes the first row that matches, the user's before the built-in ones")
    func order() throws {
        let table = ImageTable([
            try .init(parsing: "nginx=host"), try .init(parsing: "*go-runner*=/srv/go"),
            try .init(parsing: "shop/cart:2=builtin:sample-app"),
        ])
        #expect(table.target(of: "nginx:1.25") == .host)
        #expect(table.target(of: "docker.io/library/nginx@sha256:00") == .host)
        #expect(table.target(of: "litmuschaos/go-runner:latest") == .directory("/srv/go"))
        #expect(table.target(of: "shop/cart:2") == .builtin(role: "sample-app"))
        #expect(table.target(of: "shop/cart:3") == nil)
    }

    @Test(
        "says what is wrong with a row",
        arguments: [
            ("nginx", "no '='"), ("=host", "no image pattern"), ("nginx=srv", "unknown target 'srv'"),
            ("nginx=builtin:", "no role"), ("nginx=", "unknown target"),
        ])
    func badRows(text: String, part: String) {
        #expect(throws: ImageTable.Row.ParseError.self) { try ImageTable.Row(parsing: text) }
        do {
            _ = try ImageTable.Row(parsing: text)
        } catch {
            #expect(error.description.contains(part))
            #expect(error.description.contains("'\(text)'"))
        }
    }
}

@Suite("BuiltinCommand")
struct BuiltinCommandTests {
    @Test(
        "translates upstream's command lines to roles",
        arguments: [
            (
                "experiment", ["/bin/bash", "-c", "./experiments -name pod-delete"],
                BuiltinCommand.role("experiment", arguments: ["--name", "pod-delete"])
            ),
            ("runner", [], .role("runner", arguments: [])),
            ("experiment", ["-name", "pod-delete"], .role("experiment", arguments: ["--name", "pod-delete"])),
            (
                "experiment", ["bash", "-ec", "exec ./helpers -name network-chaos"],
                .role("inject", arguments: ["--name", "network-chaos"])
            ),
            ("sample-app", ["--port", "80"], .role("sample-app", arguments: ["--port", "80"])),
            ("", ["/usr/bin/litmus", "runner", "-v"], .role("runner", arguments: ["-v"])),
            ("", ["sample-app"], .role("sample-app", arguments: [])),
            ("", [], .unknown),
            ("experiment", ["/bin/bash", "-c", "sleep 10 && systemctl stop kubelet"], .hostCommand),
            ("experiment", ["/bin/bash", "-c", "./experiments -name x; reboot"], .hostCommand),
            ("sample-app", ["sleep", "3600"], .hostCommand),
        ] as [(String, [String], BuiltinCommand)])
    func translation(role: String, command: [String], expected: BuiltinCommand) {
        #expect(BuiltinCommand(role: role, command: command) == expected)
    }

    @Test("an image without a row cannot start, and the message says how to add one")
    func noRow() {
        let failure = #expect(throws: StartFailure.self) {
            try ResolvedProgram(image: "nginx:1", command: ["nginx"], table: ImageTable())
        }
        #expect(failure?.reason == "ErrImagePull")
        #expect(failure?.message.contains("--image 'nginx:1=TARGET'") == true)
    }

    @Test("a container on the host's file system needs a command")
    func noCommand() throws {
        let table = ImageTable([try .init(parsing: "nginx=host")])
        let failure = #expect(throws: StartFailure.self) {
            try ResolvedProgram(image: "nginx", command: [], table: table)
        }
        #expect(failure?.reason == "CreateContainerError")
        #expect(failure?.message.contains("'command'") == true)
        let resolved = try ResolvedProgram(image: "nginx", command: ["nginx", "-g"], table: table)
        #expect(resolved.arguments == ["nginx", "-g"])
        #expect(resolved.program == .host)
    }
}
