import Foundation
import Testing

extension ChaosNamespace {
    /// The hub's manifests of a fault, unchanged but for the application, in this namespace.
    func hubManifests(_ fault: String, on application: String) throws -> String {
        let folder = Place.hub + "/kubernetes/\(fault)"
        let engine = try String(contentsOfFile: folder + "/engine.yaml", encoding: .utf8)
            .replacingOccurrences(of: "appns: ''", with: "appns: '\(name)'")
            .replacingOccurrences(of: "applabel: ''", with: "applabel: 'app=\(application)'")
            .replacingOccurrences(of: "appkind: ''", with: "appkind: 'deployment'")
        #expect(engine.contains("app=\(application)"))
        let text = try String(contentsOfFile: folder + "/fault.yaml", encoding: .utf8) + "\n---\n" + engine
        return placed(text)
    }

    /// An engine for one of the namespace's applications, with its ChaosExperiment of the catalogue.
    func engine(
        _ fault: String, on application: String = "victim", name engineName: String = "chaos",
        duration: Int = 5, variables: [String: String] = [:], more: String = ""
    ) async throws -> String {
        let definition = try await cluster.litmus(["faults", fault, "--output", "manifest"])
        guard definition.code == 0 else { throw Program.Ended(description: definition.output) }
        let env = (["TOTAL_CHAOS_DURATION": "\(duration)", "CHAOS_INTERVAL": "2"].merging(variables) { $1 })
            .sorted { $0.key < $1.key }
            .map { "            - {name: \($0.key), value: '\($0.value)'}" }.joined(separator: "\n")
        return placed(
            definition.output + "\n---\n"
                + """
                apiVersion: litmuschaos.io/v1alpha1
                kind: ChaosEngine
                metadata:
                  name: \(engineName)
                spec:
                  appinfo: {appns: \(self.name), applabel: 'app=\(application)', appkind: deployment}
                  chaosServiceAccount: \(fault)-sa
                  engineState: active
                \(more)
                  experiments:
                  - name: \(fault)
                    spec:
                      components:
                        env:
                \(env)
                """)
    }

    /// The same with every object in this namespace.
    private func placed(_ text: String) -> String {
        text.components(separatedBy: "\n").flatMap { line in
            line.trimmingCharacters(in: .whitespaces).hasPrefix("namespace:") && line.hasPrefix("  namespace")
                ? [] : line == "metadata:" ? [line, "  namespace: \(name)"] : [line]
        }.joined(separator: "\n")
    }
}
