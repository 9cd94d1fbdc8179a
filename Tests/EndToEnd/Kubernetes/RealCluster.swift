import Foundation
import Testing

/// The cluster that `LITMUS_TEST_KUBECONFIG` names, whose nodes have the image `LITMUS_TEST_IMAGE`.
struct RealCluster: Sendable {
    let kubeconfig: String
    /// The image of this version of Litmus, under a name that the nodes know.
    let image: String
    /// Runs commands on the node (`node COMMAND`); nil for a cluster that is not ours.
    static let script = ProcessInfo.processInfo.environment["LITMUS_TEST_KUBERNETES_SCRIPT"]
    /// Where the platform is installed.
    let namespace = "litmus"

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        kubeconfig = try #require(
            environment["LITMUS_TEST_KUBECONFIG"], "run these tests by 'make test-kubernetes', which chooses a cluster")
        image = try #require(environment["LITMUS_TEST_IMAGE"])
    }

    /// Runs kubectl to its end.
    /// - Parameter version: `newest` or `1.20`.
    func kubectl(
        _ arguments: [String], input: String? = nil, version: String = "newest", within limit: Duration = .seconds(90)
    ) async throws -> (code: Int32, output: String) {
        let program = try Program(
            "\(Place.tools)/kubectl-\(version)", ["--kubeconfig", kubeconfig] + arguments, input: input)
        let code = try await program.wait(within: limit)
        return (code, program.output)
    }

    /// The output of a kubectl that must succeed.
    @discardableResult
    func get(_ arguments: String..., input: String? = nil, from location: SourceLocation = #_sourceLocation)
        async throws -> String
    {
        let answer = try await kubectl(arguments, input: input)
        guard answer.code == 0 else {
            throw Program.Ended(description: "kubectl \(arguments.joined(separator: " ")): \(answer.output)")
        }
        return answer.output
    }

    func apply(_ manifests: String, namespace: String? = nil) async throws {
        let place = namespace.map { ["--namespace", $0] } ?? []
        let answer = try await kubectl(place + ["apply", "-f", "-"], input: manifests)
        guard answer.code == 0 else { throw Program.Ended(description: "kubectl apply: \(answer.output)") }
    }

    /// Runs `litmus` to its end.
    func litmus(
        _ arguments: [String], input: String? = nil, within limit: Duration = .seconds(180)
    ) async throws -> (code: Int32, output: String) {
        let program = try Program(Place.litmus, arguments, input: input)
        let code = try await program.wait(within: limit)
        return (code, program.output)
    }

    /// The installation that the tests share: one replica, helper pods. Does nothing where it is there as it should be.
    func install(_ options: [String] = []) async throws {
        let answer = try await litmus(["install", "--kubeconfig", kubeconfig, "--image", image] + options)
        guard answer.code == 0 else { throw Program.Ended(description: "litmus install: \(answer.output)") }
    }

    /// Waits until a command's output satisfies a condition.
    /// - Returns: that output.
    @discardableResult
    func wait(
        _ what: String, within limit: Duration = .seconds(60), _ arguments: String...,
        until condition: @Sendable (String) -> Bool
    ) async throws -> String {
        let deadline = ContinuousClock.now + limit
        var last = ""
        repeat {
            let answer = try await kubectl(arguments)
            last = answer.output
            if answer.code == 0, condition(last) { return last }
            try await Task.sleep(for: .milliseconds(100))
        } while ContinuousClock.now < deadline
        throw Program.Ended(description: "\(what) did not come within \(limit); last seen:\n\(last)")
    }
}
