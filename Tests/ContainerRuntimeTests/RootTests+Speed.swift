import ContainerRuntime
import Foundation
import Host
import Testing

extension RootTests {
    @Suite struct Speed {
        private func median(_ count: Int, _ body: (Int) async throws -> Void) async throws -> String {
            var durations: [Duration] = []
            for index in 0..<count {
                durations.append(try await ContinuousClock().measure { try await body(index) })
            }
            let sorted = durations.sorted()
            func text(_ duration: Duration) -> String {
                (duration / .milliseconds(1)).formatted(.number.precision(.fractionLength(1)))
            }
            return "\(text(sorted[count / 2])) ms (\(text(sorted[0])) to \(text(sorted[count - 1])))"
        }

        @Test("starts and stops, with figures printed")
        func figures() async throws {
            let count = 7
            try await withCluster { cluster in
                print("prepare:", try await median(1) { _ in try await cluster.runtime.prepare() })
                print("sandbox:", try await median(count) { _ = try await cluster.sandbox("s\($0)") })
                print(
                    "builtin start:",
                    try await median(count) {
                        try await cluster.start("b\($0)", "exec sleep 100", in: "s\($0)", builtin: true)
                    })
                print(
                    "runc start:",
                    try await median(count) { try await cluster.start("r\($0)", "exec sleep 100", in: "s\($0)") })
                print("execute in runc:", try await median(count) { _ = try await cluster.execute("r\($0)", "true") })
                print("remove builtin:", try await median(count) { try await cluster.runtime.remove(id: "b\($0)") })
                print("remove runc:", try await median(count) { try await cluster.runtime.remove(id: "r\($0)") })
                print(
                    "remove sandbox:",
                    try await median(count - 3) { try await cluster.runtime.removeSandbox(uid: "s\($0)") })
                print("shutdown with 3 pods:", try await median(1) { _ in await cluster.runtime.shutdown() })
                #expect(try await Traces.of(cluster.id.description).devices == [])
            }
        }
    }
}
