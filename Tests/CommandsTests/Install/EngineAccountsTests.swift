import ChaosAPI
import Foundation
import InstallManifests
import KubernetesAPI
import Testing

@testable import Commands

@Suite struct EngineAccountsTests {
    private func accounts(_ text: String, client: (any APIClient)? = nil) async throws -> [AccountAccess] {
        let file = FileManager.default.temporaryDirectory.appending(path: "engine-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await EngineAccounts(
            manifests: ManifestSet(files: [file.path()]), namespace: "default", client: client
        ).accounts()
    }

    private func engine(_ fault: String, account: String = "sa") -> String {
        """
        apiVersion: litmuschaos.io/v1alpha1
        kind: ChaosEngine
        metadata: {name: e}
        spec: {chaosServiceAccount: '\(account)', experiments: [{name: \(fault)}]}

        """
    }

    @Test("permissions come from the file's ChaosExperiment, else from the catalogue")
    func sources() async throws {
        let catalogue = try await accounts(engine("pod-network-loss"))
        #expect(catalogue.map(\.name) == ["sa"] && catalogue[0].namespace == "default")
        #expect(catalogue[0].rules.contains { $0["resources"].strings.contains("deployments") })
        let own = try await accounts(
            engine("mine") + """
                ---
                apiVersion: litmuschaos.io/v1alpha1
                kind: ChaosExperiment
                metadata: {name: mine}
                spec: {definition: {scope: Cluster, permissions: [{apiGroups: [x], resources: [y], verbs: [z]}]}}
                """)
        #expect(own[0].isClusterWide && own[0].rules.contains { $0["apiGroups"] == ["x"] && $0["verbs"] == ["z"] })
    }

    @Test("what is missing is said")
    func errors() async throws {
        for (text, part) in [
            (engine("nothing"), "unknown fault 'nothing'"), (engine("pod-delete", account: ""), "chaosServiceAccount"),
            ("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}", "no ChaosEngine"),
        ] {
            let error = await #expect(throws: CommandError.self) { try await accounts(text) }
            #expect(error?.message.contains(part) == true)
        }
    }
}
