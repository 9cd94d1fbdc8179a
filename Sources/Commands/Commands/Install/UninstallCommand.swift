import ArgumentParser
import ChaosAPI
import InstallManifests
import KubernetesAPI
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct UninstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Revert what runs and remove an installation from a cluster.",
        discussion: """
            Running ChaosEngines are aborted and waited for. Then everything that 'litmus install' made goes, whatever \
            its options were, with the definitions and so with every ChaosEngine, ChaosExperiment and ChaosResult: where \
            there are any, the command asks, or wants --yes or --keep-definitions where nobody can answer.

            Exit codes: 0 nothing is left, 2 something could not be removed, or nobody agreed.
            """)

    @OptionGroup var cluster: ClusterConnectionOptions

    @Option(help: "The installation's namespace; by default the only one on the cluster.")
    var namespace: String?

    @Flag(help: "Remove also the ChaosEngines, ChaosExperiments and ChaosResults, without a question.")
    var yes = false

    @Flag(help: "Keep the definitions, and with them the ChaosEngines, ChaosExperiments and ChaosResults.")
    var keepDefinitions = false

    @Flag(help: "Go on although something did not end.")
    var force = false

    @Option(help: "How long each step may take, such as 90s.", transform: RunCommand.duration)
    var timeout: Duration = .seconds(120)

    func run() async throws {
        try await CommandError.reporting {
            try await cluster.onCluster { client, server in
                let session = UninstallSession(
                    client: client, namespace: namespace, consent: consent, isForced: force, timeout: timeout,
                    author: KillSwitchOptions.author(
                        ProcessInfo.processInfo.environment, host: ProcessInfo.processInfo.hostName)
                ) { TextOutput.standardOutput.write("\($0)\n") }
                try await session.run()
            }
            return 0
        }
    }

    private var consent: UninstallSession.Consent {
        if keepDefinitions { return .keepDefinitions }
        if yes { return .given }
        guard TextOutput.standardInputIsTerminal else { return .missing }
        return .asked { TextInput.confirms($0) }
    }
}

/// One run of `litmus uninstall`.
struct UninstallSession: Sendable {
    /// Whether objects of users may be removed.
    enum Consent: Sendable {
        case given, keepDefinitions, missing
        case asked(@Sendable (String) -> Bool)
    }

    let client: any APIClient
    var namespace: String?
    var consent = Consent.missing
    var isForced = false
    var timeout = Duration.seconds(120)
    var author = ""
    let tell: @Sendable (String) -> Void

    /// - Throws: `CommandError`.
    func run() async throws {
        let found = InstalledObjects(client: client)
        let (installations, seesCluster) = try await found.installations(or: namespace)
        let hasDefinitions = try await hasDefinitions()
        guard let target = try chosen(of: installations, hasDefinitions: hasDefinitions) else {
            tell("no installation of Litmus was found")
            return
        }
        if namespace != nil, !installations.contains(target) {
            tell("no installation was found in the namespace \(target); removing what one may have left")
        }
        var removesDefinitions = false
        if seesCluster {
            removesDefinitions = try await mayRemoveDefinitions(others: installations.filter { $0 != target })
        } else {
            tell(
                "you may not see the whole cluster: what is outside of the namespace \(target) stays, with the definitions"
            )
        }
        var uninstaller = Uninstaller(client: client, namespace: target, tell: tell)
        uninstaller.removesDefinitions = removesDefinitions
        uninstaller.seesCluster = seesCluster
        uninstaller.isForced = isForced
        uninstaller.timeout = timeout
        uninstaller.author = author
        uninstaller.logger = Logger.standardError(.error)
        try await uninstaller.uninstall()
        tell("Litmus is uninstalled from the namespace \(target)")
    }

    /// Asked only where they decide something, so that nobody needs to see them who names a namespace.
    private func hasDefinitions() async throws -> Bool {
        guard namespace == nil else { return false }
        let labels = LabelSelector(matching: [InstallLabel.managedBy: InstallLabel.litmus])
        return try await !InstalledObjects(client: client).list(CustomResourceDefinition.type, nil, labels).isEmpty
    }

    private func chosen(of installations: [String], hasDefinitions: Bool) throws -> String? {
        if let namespace {
            guard !installations.contains(namespace), !installations.isEmpty else { return namespace }
            throw CommandError(
                "there is no installation in the namespace \(namespace), but in "
                    + installations.joined(separator: ", "))
        }
        guard installations.count <= 1 else {
            throw CommandError(
                "there are installations in the namespaces \(installations.joined(separator: ", ")); choose one with "
                    + "--namespace")
        }
        return installations.first ?? (hasDefinitions ? Halt.defaultNamespace : nil)
    }

    private func mayRemoveDefinitions(others: [String]) async throws -> Bool {
        if case .keepDefinitions = consent { return false }
        guard others.isEmpty else {
            tell("the definitions stay: the installation in \(others.joined(separator: ", ")) needs them")
            return false
        }
        var counts: [String] = []
        for type in InstallKinds.chaos {
            let count = try await InstalledObjects(client: client).list(type, nil, .everything).count
            if count > 0 { counts.append("\(count) \(type.plural)") }
        }
        guard !counts.isEmpty else { return true }
        let what = "the cluster has \(counts.joined(separator: ", ")), which go with the definitions"
        switch consent {
        case .given: return true
        case .asked(let ask) where ask("litmus: \(what). Remove them?"): return true
        case .asked: throw CommandError("nothing was removed; --keep-definitions keeps them")
        default:
            throw CommandError(
                "\(what): nothing was removed. Say --yes to remove them, or --keep-definitions to keep them")
        }
    }
}
