import Foundation
import KubernetesAPI
import Testing

@testable import Commands

@Suite struct ManifestSetTests {
    private func manifests(_ texts: String...) throws -> ManifestSet {
        let directory = FileManager.default.temporaryDirectory.appending(path: "manifests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = try texts.enumerated().map { index, text in
            let file = directory.appending(path: "\(index).yaml")
            try Data(text.utf8).write(to: file)
            return file.path()
        }
        return try ManifestSet(files: files)
    }

    @Test("engines are told apart, and the rest comes in an order that works")
    func order() throws {
        let set = try manifests(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}",
            """
            {apiVersion: litmuschaos.io/v1alpha1, kind: ChaosEngine, metadata: {name: chaos, namespace: shop}}
            ---
            {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}]}
            ---
            {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.example.com}}
            """,
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")
        #expect(
            set.objects.map(\.object.kind) == ["CustomResourceDefinition", "Namespace", "ServiceAccount", "Deployment"])
        #expect(set.engines.map(\.object.metadata.name) == ["chaos"])
        #expect(set.namespaces == ["shop"])
    }

    @Test("a hub's chart description is left out and said")
    func hubFiles() throws {
        let set = try manifests("{apiVersion: litmuschaos.io/v1alpha1, kind: ChartServiceVersion, metadata: {name: x}}")
        #expect(set.objects.isEmpty)
        #expect(set.skipped.count == 1)
        #expect(set.skipped[0].contains("ChartServiceVersion"))
    }

    @Test(
        "what is wrong in a file is said with its place",
        arguments: [
            ("apiVersion: v1\nkind: [Pod\n", "0.yaml:3:1: "), ("- a\n- b\n", "expected an object"),
            ("{apiVersion: v1, kind: Pod}", "has no 'metadata.name'"), ("kind: Pod", "'apiVersion' is missing"),
            ("a: 1\na: 2\n", "duplicate"), ("---\n---\n", "holds no object"),
        ])
    func mistakes(text: String, says: String) {
        let error = #expect(throws: CommandError.self) { try manifests(text) }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
        #expect(error?.exitCode == 2)
    }
}
