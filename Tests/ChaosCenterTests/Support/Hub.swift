import Foundation

/// The public hub of faults, where a copy of it lies beside this checkout.
enum Hub {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/hub").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// A small hub: its files by their paths.
    static func files(
        category: String = "kubernetes", faults: [String] = ["pod-delete"], experiments: [String] = ["pod-delete"]
    ) -> [String: String] {
        var files: [String: String] = [
            "faults/\(category)/\(category).chartserviceversion.yaml": chart(category, faults),
            "faults/\(category)/\(category).package.yaml": "packageName: \(category)\nexperiments: []\n",
        ]
        for fault in faults {
            files["faults/\(category)/\(fault)/fault.yaml"] = "kind: ChaosExperiment # \(fault)\n"
            files["faults/\(category)/\(fault)/engine.yaml"] = "kind: ChaosEngine # \(fault)\n"
            files["faults/\(category)/\(fault)/\(fault).chartserviceversion.yaml"] = chart(fault, [])
        }
        for experiment in experiments {
            files["experiments/\(experiment)/experiment.yaml"] = "kind: Workflow # \(experiment)\n"
            files["experiments/\(experiment)/\(experiment).chartserviceversion.yaml"] = chart(experiment, [])
        }
        return files
    }

    private static func chart(_ name: String, _ faults: [String]) -> String {
        let list = faults.map { "    - {name: \($0), displayName: \($0), description: about \($0)}\n" }.joined()
        return """
            apiVersion: litmuschaos.io/v1alpha1
            kind: ChartServiceVersion
            metadata: {name: \(name), version: 0.1, annotations: {categories: \(name)}}
            spec:
              displayName: \(name)
              faults:
            \(list)
            """
    }
}
