import KubernetesAPI
import Testing

/// Commands in a container of a running pod, on the implementations that run pods.
@Suite(.timeLimit(.minutes(5))) struct ExecConformanceTests {
    @Test("output, errors and the exit code come back", arguments: Implementation.withContainers)
    func result(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            try await cluster.runPod("shell")
            let client = cluster.client
            let result = try await client.run(
                ["sh", "-c", "echo out; echo err >&2; exit 3"], namespace: "test", pod: "shell")
            #expect(result == ExecResult(stdout: Array("out\n".utf8), stderr: Array("err\n".utf8), exitCode: 3))
            let quiet = try await client.run(["true"], namespace: "test", pod: "shell", container: "main")
            #expect(quiet == ExecResult())
            let echoed = try await client.run(
                ["printf", "%s|", "a b", "", "ü"], namespace: "test", pod: "shell")
            #expect(String(decoding: echoed.stdout, as: UTF8.self) == "a b||ü|")
        }
    }

    @Test(
        "much output comes whole, and no more of it is kept than was wanted", arguments: Implementation.withContainers)
    func large(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            try await cluster.runPod("shell")
            let command = ["sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo 0123456789abcdef; i=$((i+1)); done"]
            let whole = try await cluster.client.run(command, namespace: "test", pod: "shell")
            #expect(whole.stdout.count == 20000 * 17 && whole.exitCode == 0 && !whole.isTruncated)
            let some = try await cluster.client.run(command, namespace: "test", pod: "shell", maximumOutput: 100)
            #expect(some.stdout.count == 100 && some.exitCode == 0 && some.isTruncated)
        }
    }

    @Test("a command reads what is written to it", arguments: Implementation.withContainers)
    func input(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            try await cluster.runPod("shell")
            let session = try await cluster.client.exec(
                namespace: "test", name: "shell",
                options: ExecOptions(command: ["sh", "-c", "read a; echo got $a; cat"], stdin: true))
            try await session.write(Array("one\n".utf8))
            var output = ""
            for try await event in session.events {
                if case .stdout(let bytes) = event { output += String(decoding: bytes, as: UTF8.self) }
                if output == "got one\n" { break }
            }
            // Only newer servers can end the input.
            if session.canCloseInput {
                try await session.write(Array("two".utf8))
                try await session.closeInput()
                var events: [ExecEvent] = []
                for try await event in session.events { events.append(event) }
                #expect(events == [.stdout(Array("two".utf8)), .exited(code: 0)])
            } else {
                await #expect(throws: Status.self) { try await session.closeInput() }
                await session.close()
            }
        }
    }

    @Test("what cannot be run is refused with the reason", arguments: Implementation.withContainers)
    func refusals(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            try await cluster.runPod("shell")
            let missing = try await refusal(of: { try await client.run(["true"], namespace: "test", pod: "none") })
            #expect(missing == .notFound(Pod.type.gvr, name: "none"))
            let program = try await refusal(of: {
                try await client.run(["no-such-program"], namespace: "test", pod: "shell")
            })
            #expect(program?.message.contains("no-such-program") == true, "\(String(describing: program))")
            let container = try await refusal(of: {
                try await client.run(["true"], namespace: "test", pod: "shell", container: "other")
            })
            #expect(container?.code == 400, "\(String(describing: container))")
            try await cluster.asAccount("bot") { bot in
                let forbidden = try await refusal(of: { try await bot.run(["true"], namespace: "test", pod: "shell") })
                #expect(forbidden?.isForbidden == true)
                #expect(forbidden?.missingRule?.resource == "pods/exec")
            }
        }
    }

    @Test("cancelling leaves a command that goes on", arguments: Implementation.withContainers)
    func cancellation(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            try await cluster.runPod("shell")
            let client = cluster.client
            let (seen, continuation) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                let session = try await client.exec(
                    namespace: "test", name: "shell",
                    options: ExecOptions(command: ["sh", "-c", "echo begun; sleep 600"]))
                for try await event in session.events where event == .stdout(Array("begun\n".utf8)) {
                    continuation.yield()
                }
            }
            for await _ in seen { break }
            let began = ContinuousClock.now
            task.cancel()
            if case .failure(let error) = await task.result { #expect(error is CancellationError, "\(error)") }
            #expect(ContinuousClock.now - began < .seconds(5))
        }
    }

    @Test("a pod's log is followed to its end", arguments: Implementation.withContainers)
    func log(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            try await cluster.runPod("talker", script: "echo one; sleep 1; echo two")
            var bytes: [UInt8] = []
            let log = try await cluster.client.podLog(
                namespace: "test", name: "talker", options: LogOptions(container: "main", follow: true))
            for try await piece in log { bytes += piece }
            #expect(String(decoding: bytes, as: UTF8.self) == "one\ntwo\n")
        }
    }

    @Test("an eviction waits for what the disruption budget allows", arguments: Implementation.withContainers)
    func eviction(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            try await cluster.runPod("kept")
            let budget = try #require(
                try await client.resourceTypes().first { $0.kind == "PodDisruptionBudget" && $0.group == "policy" })
            _ = try await client.create(
                budget.gvr, namespace: "test", name: nil, subresource: nil,
                object: [
                    "apiVersion": .string(budget.apiVersion), "kind": "PodDisruptionBudget", "metadata": ["name": "b"],
                    "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "kept"]]],
                ], options: WriteOptions())
            let refused = try await refusal(of: { try await client.evict(namespace: "test", name: "kept") })
            #expect(refused?.isTooManyRequests == true, "\(String(describing: refused))")
            #expect(refused?.details["causes"].array?.first?["reason"] == "DisruptionBudget")
            try await client.delete(
                budget.gvr, namespace: "test", name: "b", options: DeleteOptions())
            try await client.evict(
                namespace: "test", name: "kept", options: DeleteOptions(gracePeriodSeconds: 0, dryRun: true))
            let other = try await refusal(of: {
                try await client.evict(namespace: "test", name: "kept", options: DeleteOptions(uid: "other"))
            })
            #expect(other?.isConflict == true)
            #expect(try await client.get(Pod.self, namespace: "test", name: "kept").metadata.isBeingDeleted == false)
            try await client.evict(
                namespace: "test", name: "kept", options: DeleteOptions(gracePeriodSeconds: 0))
            #expect(
                try await client.find(Pod.self, namespace: "test", name: "kept")?.metadata.isBeingDeleted != false)
        }
    }
}
