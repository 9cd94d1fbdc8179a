import Foundation
import Testing

extension EndToEnd {
    /// Mistakes get an answer that says what was wrong and where, exit code 2, and leave nothing behind.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct BadInputTests {
        struct Mistake: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var text: String
            var says: [String]
        }

        static let mistakes = [
            Mistake(
                testDescription: "broken YAML", text: "apiVersion: v1\nkind: [Pod\n", says: ["file0.yaml:", "expected"]),
            Mistake(testDescription: "an empty file", text: "", says: ["file0.yaml", "no object"]),
            Mistake(
                testDescription: "no kind", text: "apiVersion: v1\nmetadata: {name: x}\n",
                says: ["file0.yaml: document 1", "'kind' is missing"]),
            Mistake(
                testDescription: "an unknown kind",
                text: "apiVersion: v1\nkind: Pood\nmetadata: {name: x}\n---\n" + RunTests.engine(),
                says: ["unknown kind Pood"]),
            Mistake(
                testDescription: "an unknown fault", text: RunTests.engine(fault: "pod-smash"),
                says: ["unknown fault 'pod-smash'", "pod-delete"]),
            Mistake(
                testDescription: "no engine", text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
                says: ["no ChaosEngine"]),
            Mistake(
                testDescription: "a wrong type",
                text: RunTests.engine().replacingOccurrences(of: "experiments:", with: "experiments: many\n  other:"),
                says: ["spec.experiments", "array"]),
            Mistake(
                testDescription: "an application that is not there", text: RunTests.engine(label: "app=nobody"),
                says: ["TARGET_SELECTION_ERROR", "no target pods found"]),
            Mistake(
                testDescription: "a tunable that is no number", text: RunTests.engine(duration: "long"),
                says: ["TOTAL_CHAOS_DURATION", "long"]),
            Mistake(
                testDescription: "an image without a row",
                text:
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: x, image: nginx}]}\n---\n"
                    + RunTests.engine(),
                says: ["nginx", "--image"]),
            Mistake(
                testDescription: "ten megabytes",
                text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: \""
                    + String(repeating: "x", count: 10_000_000) + "\"}\n---\n" + RunTests.engine(),
                says: ["ConfigMap x", "Too long"]),
        ]

        @Test("a mistake is named", arguments: mistakes)
        func named(_ mistake: Mistake) async throws {
            let (code, output) = try await RunTests.run([mistake.text])
            #expect(code == 2, "\(output)")
            for text in mistake.says { #expect(output.contains(text), "\(output.prefix(4000))") }
        }

        @Test("a missing file, a bad option and a broken kubeconfig are named")
        func arguments() async throws {
            let missing = try await RunTests.run([], files: ["/nowhere/engine.yaml"])
            #expect(missing.code == 2)
            #expect(missing.output.contains("/nowhere/engine.yaml: cannot be read: no such file"))
            let kubeconfig = try await RunTests.run(
                [RunTests.engine()], arguments: ["--kubeconfig", "/nowhere/kubeconfig"])
            #expect(kubeconfig.code == 2)
            #expect(kubeconfig.output.contains("/nowhere/kubeconfig"))
            let image = try await RunTests.run([RunTests.engine()], arguments: ["--image", "nonsense"])
            #expect(image.code == 2)
            #expect(image.output.contains("PATTERN=TARGET"), "\(image.output)")
        }
    }
}
