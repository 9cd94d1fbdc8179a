import KubernetesAPI

extension FaultCatalog {
    /// The catalogue as a chaos hub: the texts of its files by their paths, laid out as hubs are.
    ///
    /// A fault has `faults/CATEGORY/FAULT/` and an experiment of the same name that runs it alone.
    public static func hubFiles() throws -> [String: String] {
        var files: [String: String] = [:]
        for fault in faults {
            let folder = "faults/\(fault.category)/\(fault.name)"
            files["\(folder)/fault.yaml"] = try fault.manifest().yaml()
            files["\(folder)/engine.yaml"] = try fault.sampleEngine().yaml()
            files["\(folder)/\(fault.name).chartserviceversion.yaml"] = try fault.chartServiceVersion().yaml()
            let experiment = "experiments/\(fault.name)"
            files["\(experiment)/experiment.yaml"] = try PredefinedExperiment(fault).workflow().yaml()
            files["\(experiment)/\(fault.name).chartserviceversion.yaml"] = try fault.chartServiceVersion().yaml()
        }
        for category in Set(faults.map(\.category)) {
            let members = faults.filter { $0.category == category }
            let folder = "faults/\(category)"
            files["\(folder)/\(category).chartserviceversion.yaml"] = try chart(category, members).yaml()
            files["\(folder)/\(category).package.yaml"] = try package(category, members).yaml()
        }
        return files
    }

    private static func chart(_ category: String, _ faults: [FaultDescription]) -> JSON {
        let title = DisplayName.of(category)
        return [
            "apiVersion": "litmuschaos.io/v1alpha1",
            "kind": "ChartServiceVersion",
            "metadata": [
                "name": .string(category), "version": "0.1.0",
                "annotations": [
                    "categories": .string(title), "vendor": "Litmus",
                    "chartDescription": .string("Faults of the category \(title)"),
                ],
            ],
            "spec": [
                "displayName": .string(title),
                "categoryDescription": .string("The faults of the category \(title) that are built in."),
                "faults": .array(
                    faults.map {
                        [
                            "name": .string($0.name), "displayName": .string($0.displayName),
                            "description": .string($0.summary),
                        ]
                    }),
                "keywords": [.string(title)],
                "platforms": ["Kubernetes"],
                "maturity": "stable",
                "minKubeVersion": "1.12.0",
                "provider": ["name": "Litmus"],
                "maintainers": [],
                "links": [],
            ],
        ]
    }

    private static func package(_ category: String, _ faults: [FaultDescription]) -> JSON {
        [
            "packageName": .string(category),
            "experiments": .array(
                faults.map {
                    [
                        "name": .string($0.name), "CSV": .string("\($0.name).chartserviceversion.yaml"),
                        "desc": .string($0.summary),
                    ]
                }),
        ]
    }
}

extension FaultDescription {
    /// Such as `Pod CPU Hog`.
    public var displayName: String { DisplayName.of(name) }

    /// The tunables that a manifest sets, as the environment of an engine.
    var environment: [JSON] {
        tunables.compactMap { tunable in
            tunable.manifestValue.map { ["name": .string(tunable.name), "value": .string($0)] }
        }
    }

    /// An engine that runs the fault against an application, to be adapted.
    func sampleEngine() -> JSON {
        [
            "apiVersion": "litmuschaos.io/v1alpha1",
            "kind": "ChaosEngine",
            "metadata": ["name": .string("\(name)-chaos"), "namespace": "default"],
            "spec": engineSpec(serviceAccount: "\(name)-sa"),
        ]
    }

    func engineSpec(serviceAccount: String) -> JSON {
        [
            "engineState": "active",
            "appinfo": ["appns": "default", "applabel": "app=my-app", "appkind": "deployment"],
            "chaosServiceAccount": .string(serviceAccount),
            "experiments": [
                ["name": .string(name), "spec": ["components": ["env": .array(environment)]]]
            ],
        ]
    }

    /// What a hub tells people of the fault.
    func chartServiceVersion() -> JSON {
        [
            "apiVersion": "litmuschaos.io/v1alpha1",
            "kind": "ChartServiceVersion",
            "metadata": [
                "name": .string(name), "version": "0.1.0",
                "annotations": [
                    "categories": .string(DisplayName.of(category)), "vendor": "Litmus",
                    "chartDescription": .string(summary),
                ],
            ],
            "spec": [
                "displayName": .string(displayName),
                "categoryDescription": .string(details + "\n"),
                "keywords": [.string(DisplayName.of(category))],
                "platforms": ["Kubernetes"],
                "maturity": "stable",
                "minKubeVersion": "1.12.0",
                "provider": ["name": "Litmus"],
                "maintainers": [],
                "links": [],
                "faults": [
                    [
                        "name": .string(name), "displayName": .string(displayName), "description": .string(summary),
                    ]
                ],
                "experiments": [.string(name)],
            ],
        ]
    }
}

/// Names for people, made of names in lower case with hyphens.
enum DisplayName {
    private static let abbreviations: Set = [
        "aws", "az", "cpu", "dns", "ebs", "ec2", "gcp", "http", "id", "io", "jvm", "rds", "ssm", "vm",
    ]

    static func of(_ name: String) -> String {
        name.split(separator: "-").map { word in
            abbreviations.contains(String(word)) ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
        }.joined(separator: " ")
    }
}
