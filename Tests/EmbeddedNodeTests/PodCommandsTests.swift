import ContainerRuntime
import KubernetesAPI
import Testing

@testable import EmbeddedNode

@Suite("PodCommands", .timeLimit(.minutes(1)))
struct PodCommandsTests {
    private func runningPod(_ names: [String] = ["app"]) -> Pod {
        var pod = makePod()
        pod.spec["nodeName"] = "n1"
        pod.spec["containers"] = .array(names.map { ["name": .string($0), "image": "shell"] })
        pod.json["status", "phase"] = "Running"
        pod.json["status", "containerStatuses"] = .array(
            names.map {
                [
                    "name": .string($0), "containerID": .string("fake://id-\($0)"),
                    "state": ["running": ["startedAt": "2024-01-01T00:00:00Z"]],
                ]
            })
        return pod
    }

    private func refusal(_ pod: Pod, _ options: ExecOptions = ExecOptions(command: ["true"])) -> Status? {
        #expect(throws: Status.self) { try PodCommands(runtime: FakeRuntime()).check(pod, options) }
    }

    @Test("a command runs in the container that is meant, with its streams")
    func run() async throws {
        let runtime = FakeRuntime()
        let commands = PodCommands(runtime: runtime)
        let options = ExecOptions(command: ["sh", "-c", "cat; echo no >&2; exit 4"], container: "side", stdin: true)
        let container = try commands.check(runningPod(["app", "side"]), options)
        let (session, _) = try await commands.start(options, in: container)
        try await session.write(Array("text".utf8))
        try await session.closeInput()
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var code: Int?
        for try await event in session.events {
            switch event {
            case .stdout(let bytes): output += bytes
            case .stderr(let bytes): errors += bytes
            case .exited(let value): code = value
            }
        }
        #expect(String(decoding: output, as: UTF8.self) == "text" && String(decoding: errors, as: UTF8.self) == "no\n")
        #expect(code == 4)
        #expect(runtime.calls == ["attach id-side"])
    }

    @Test("that a program is not there is told by the events")
    func missing() async throws {
        let commands = PodCommands(runtime: FakeRuntime())
        let options = ExecOptions(command: ["no-such-program"])
        let (session, _) = try await commands.start(options, in: try commands.check(runningPod(), options))
        let failure = await #expect(throws: Status.self) { for try await _ in session.events {} }
        #expect(failure?.message.contains("exec: \"no-such-program\": no such file or directory") == true)
    }

    @Test("leaving the events kills the command")
    func leaving() async throws {
        let runtime = FakeRuntime()
        let commands = PodCommands(runtime: runtime)
        let options = ExecOptions(command: ["sh", "-c", "echo; exec sleep 100"])
        let (session, _) = try await commands.start(options, in: try commands.check(runningPod(), options))
        for try await _ in session.events { break }
        await session.close()
        var rest: [ExecEvent] = []
        for try await event in session.events { rest.append(event) }
        #expect(rest == [.exited(code: 137)])
    }

    @Test("a container must be named where there are several, and must run")
    func refusals() {
        #expect(refusal(runningPod(["a", "b"]))?.message.contains("choose one of: [a b]") == true)
        let unknown = refusal(runningPod(), ExecOptions(command: ["true"], container: "x"))
        #expect(unknown?.code == 400 && unknown?.message.contains("container x is not valid for pod") == true)
        var waiting = runningPod()
        waiting.json["status", "containerStatuses"] = [
            ["name": "app", "state": ["waiting": ["reason": "ErrImagePull"]]]
        ]
        #expect(refusal(waiting)?.message.contains("is not running: ErrImagePull") == true)
        var pending = runningPod()
        pending.spec["nodeName"] = .null
        #expect(refusal(pending)?.message.contains("does not have a host assigned") == true)
    }

    @Test("a pod's default container is the one it names")
    func defaultContainer() throws {
        var pod = runningPod(["a", "b"])
        pod.metadata.annotations["kubectl.kubernetes.io/default-container"] = "b"
        let container = try PodCommands(runtime: FakeRuntime()).check(pod, ExecOptions(command: ["true"]))
        #expect(container == RunningContainerReference(name: "b", id: "id-b"))
    }
}
