import ArgumentParser
import InstallManifests
import KubernetesAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Install the execution plane on a Kubernetes cluster, or change an installation.",
        discussion: """
            Applies the definitions, the accounts with their permissions, and the Deployments, then waits until they are \
            available. Run again with other options, it changes what they change; with the same, nothing.

            Exit codes: 0 installed, 2 the input or the cluster is wrong, or something did not become available.
            """)

    @OptionGroup var options: InstallOptions
    @OptionGroup var cluster: ClusterConnectionOptions

    @Option(help: "How long to wait for everything to be available, such as 90s.", transform: RunCommand.duration)
    var timeout: Duration = .seconds(120)

    @Flag(help: "Do not wait.")
    var noWait = false

    @Flag(help: "Ask the server what would change, and change nothing.")
    var dryRun = false

    @Flag(help: "Install also where another chaos operator works on the same engines.")
    var force = false

    func run() async throws {
        try await CommandError.reporting {
            let installation = try options.installation(environment: ProcessInfo.processInfo.environment)
            try await cluster.onCluster { client, server in
                let output = TextOutput.standardOutput
                output.write("Litmus \(installation.version) on \(server), namespace \(installation.namespace)\n")
                let session = InstallSession(
                    client: client, installation: installation, isDryRun: dryRun, isForced: force,
                    rollout: noWait ? nil : Rollout(client: client), timeout: timeout
                ) { output.write("\($0)\n") }
                try await session.run()
            }
            return 0
        }
    }
}

/// One run of `litmus install`.
struct InstallSession: Sendable {
    let client: any APIClient
    let installation: Installation
    var isDryRun = false
    var isForced = false
    /// nil does not wait.
    var rollout: Rollout?
    var timeout = Duration.seconds(120)
    let tell: @Sendable (String) -> Void

    /// - Throws: `CommandError`.
    func run() async throws {
        try await refuseOtherOperators()
        let installer = Installer(client: client, installation: installation, isDryRun: isDryRun, tell: tell)
        let changes = try await installer.install()
        if isDryRun {
            tell("\(changes) objects would change")
            return
        }
        if let rollout {
            try await rollout.wait(for: installation.objects, within: timeout)
            tell("Litmus is ready")
        }
    }

    private func refuseOtherOperators() async throws {
        guard !isForced else { return }
        let found = OtherOperator.found(in: try await deployments(), beside: installation)
        guard let first = found.first else { return }
        throw CommandError(first.complaint)
    }

    /// Those of the cluster, or, for somebody who may not see them, of the installation's namespace.
    private func deployments() async throws -> [Deployment] {
        do {
            return try await client.list(Deployment.self)
        } catch let status as Status where status.isForbidden && installation.scope == .namespace {
            return (try? await client.list(Deployment.self, namespace: installation.namespace)) ?? []
        } catch let status as Status {
            throw status.withRule(Deployment.type, ["list"])
        }
    }
}
