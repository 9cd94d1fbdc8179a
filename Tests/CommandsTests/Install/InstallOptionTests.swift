import ArgumentParser
import InstallManifests
import KubernetesAPI
import Testing

@testable import Commands

@Suite struct InstallOptionTests {
    private func installation(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> Installation
    {
        try ManifestsCommand.parse(arguments).options.installation(environment: environment)
    }

    @Test("without options, everything is the default")
    func defaults() throws {
        let installation = try installation()
        #expect(
            installation.namespace == "litmus" && installation.image == "localhost/litmus:\(VersionCommand.version)")
        #expect(installation.scope == .cluster && installation.replicas == 1 && !installation.hasNodeAgent)
        #expect(installation.imagePullPolicy == nil && installation.tolerations.isEmpty)
        #expect(installation.user == 65532)
    }

    @Test("options reach the installation")
    func options() throws {
        let installation = try installation([
            "--namespace", "chaos", "--scope", "namespace", "--split", "--replicas", "2", "--node-agent",
            "--registry", "reg.example.com", "--image", "mine:2", "--image-pull-policy", "Never",
            "--image-pull-secret", "a", "--image-pull-secret", "b", "--node-selector", "disk=ssd",
            "--toleration", "dedicated=chaos:NoSchedule", "--toleration", "*", "--label", "team=a=b",
            "--annotation", "empty=", "--run-as-user", "none", "--no-create-namespace", "--no-definitions",
        ])
        #expect(installation.namespace == "chaos" && installation.scope == .namespace && installation.isSplit)
        #expect(installation.replicas == 2 && installation.hasNodeAgent)
        #expect(installation.image == "reg.example.com/mine:2" && installation.imagePullPolicy == "Never")
        #expect(installation.imagePullSecrets == ["a", "b"] && installation.nodeSelector == ["disk": "ssd"])
        #expect(
            installation.tolerations == [
                ["key": "dedicated", "operator": "Equal", "value": "chaos", "effect": "NoSchedule"],
                ["operator": "Exists"],
            ])
        #expect(installation.labels == ["team": "a=b"] && installation.annotations == ["empty": ""])
        #expect(installation.user == nil)
        #expect(!installation.makesNamespace && !installation.makesDefinitions)
    }

    @Test("the environment gives what the command line does not")
    func environment() throws {
        let environment = [
            "LITMUS_REGISTRY": "reg", "LITMUS_NAMESPACE": "chaos", "LITMUS_IMAGE_PULL_SECRETS": "a,b",
            "LITMUS_LABELS": "team=a", "LITMUS_RUN_AS_USER": "1000", "LITMUS_TOLERATIONS": "gpu:NoExecute",
        ]
        let given = try installation(["--namespace", "mine"], environment)
        #expect(given.namespace == "mine" && given.image == "reg/litmus:\(VersionCommand.version)")
        #expect(given.user == 1000)
        #expect(given.imagePullSecrets == ["a", "b"] && given.labels == ["team": "a"])
        #expect(given.tolerations == [["key": "gpu", "operator": "Exists", "effect": "NoExecute"]])
        let error = #expect(throws: CommandError.self) { try installation([], ["LITMUS_LABELS": "team"]) }
        #expect(error?.message.hasPrefix("LITMUS_LABELS: expected a list of KEY=VALUE") == true)
    }

    @Test(
        "mistakes are refused",
        arguments: [
            ["--replicas", "0"], ["--namespace", "Chaos"], ["--toleration", "a:Never"], ["--label", "team"],
            ["--scope", "node"], ["--run-as-user", "0"], ["--run-as-user", "root"], ["--image-pull-policy", "always"],
        ])
    func mistakes(arguments: [String]) {
        #expect(throws: (any Error).self) { try ManifestsCommand.parse(arguments) }
    }
}
