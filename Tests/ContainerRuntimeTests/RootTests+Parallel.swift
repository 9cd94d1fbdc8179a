import ContainerRuntime
import Foundation
import Host
import Testing

extension RootTests {
    @Suite struct Parallel {
        @Test("many pods start, run and end at the same time")
        func manyPods() async throws {
            try await withCluster { cluster in
                let addresses = try await withThrowingTaskGroup(of: String.self) { group in
                    for index in 0..<12 {
                        group.addTask {
                            let uid = "p\(index)"
                            let sandbox = try await cluster.sandbox(uid)
                            let builtin = index.isMultiple(of: 2)
                            try await cluster.start("c\(index)", "exit \(index)", in: uid, builtin: builtin)
                            #expect(try await cluster.runtime.wait(id: "c\(index)").code == Int32(index))
                            try await cluster.runtime.removeSandbox(uid: uid)
                            return sandbox.address
                        }
                    }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                }
                #expect(addresses.count == 12)
            }
        }

        @Test("stopping while pods are being started leaves nothing", arguments: [0, 5, 15, 40])
        func shutdownMidway(milliseconds: Int) async throws {
            try await withCluster { cluster in
                try await cluster.runtime.prepare()
                await withTaskGroup(of: Void.self) { group in
                    for index in 0..<6 {
                        group.addTask {
                            // What is refused because the runtime stops is as good as what started before.
                            _ = try? await cluster.sandbox("p\(index)")
                            _ = try? await cluster.start(
                                "c\(index)", "exec sleep 1000", in: "p\(index)", builtin: index.isMultiple(of: 2))
                        }
                    }
                    try? await Task.sleep(for: .milliseconds(milliseconds))
                    await cluster.runtime.shutdown()
                }
                await #expect(throws: ContainerRuntimeError.self) { try await cluster.sandbox("late") }
            }
        }

        @Test("a cancelled stop removes everything all the same")
        func cancelledShutdown() async throws {
            try await withCluster { cluster in
                _ = try await cluster.sandbox("a")
                try await cluster.start("c", "exec sleep 1000", in: "a")
                let stopping = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    await cluster.runtime.shutdown()
                }
                await stopping.value
                #expect(try await Traces.of(cluster.id.description).devices == [])
                #expect(try await Traces.of(cluster.id.description).processes == [])
            }
        }
    }
}
