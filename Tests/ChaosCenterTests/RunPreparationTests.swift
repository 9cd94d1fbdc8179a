import DocumentStore
import Foundation
import KubernetesAPI
import Testing

@testable import ChaosCenter

/// What a run makes of a saved manifest.
struct RunPreparationTests {
    private static let now: Int64 = 1_800_000_000_123

    private static func prepare(
        _ text: String, notifyID: String? = "n-1", probe: (String) async throws -> StoredProbe? = { _ in nil }
    ) async throws -> RunPreparation {
        let admitted = try await Sample.admit(text)
        return try await RunPreparation(
            .sample(infraID: "infra-1"), .sample(admitted.manifest.text), notifyID: notifyID, now: now, probe: probe)
    }

    @Test func `a workflow gets a name of its own, and its engine the labels that lead back to it`() async throws {
        let run = try await Self.prepare(Sample.workflow(probeRef: "''"))
        #expect(run.manifest["metadata", "name"] == "checkout-1800000000123")
        #expect(run.manifest["metadata", "labels", "notify_id"] == "n-1" && run.namespace == "litmus")
        let data = run.manifest["spec", "templates"].array?[1]["inputs", "artifacts"].array?[0]["raw", "data"].string
        let text = try #require(data)
        #expect(text.contains(#"workflow_run_id: "{{workflow.uid}}""#), "\(text)")
        #expect(text.contains(#"step_pod_name: "{{pod.name}}""#) && text.contains("infra_id: infra-1"))
        #expect(text.contains("namespace: {{workflow.parameters.adminModeNamespace}}\n"))
        #expect(text.contains(#"team: "[not json""#))
        let script = run.manifest["spec", "templates"].array?[0]["inputs", "artifacts"].array?[0]["raw", "data"]
        #expect(script == "#!/bin/sh\n: 'unclosed")
    }

    @Test func `a long name loses its end and never the time`() async throws {
        let long = String(repeating: "a", count: 48) + "-" + String(repeating: "b", count: 60)
        #expect(
            KubernetesNames.stamped(long, Self.now, longest: 63) == String(repeating: "a", count: 48) + "-1800000000123"
        )
        #expect(KubernetesNames.stamped("x", .max, longest: 3) == "x-9223372036854775807")
    }

    @Test func `what runs by a schedule keeps its name`() async throws {
        let text = Sample.cron().replacing(#"'[{"name":"up","mode":"SOT"}]'"#, with: "''")
        let cron = try await Self.prepare(text, notifyID: nil)
        #expect(cron.manifest["metadata", "name"] == "checkout")
        #expect(cron.manifest["metadata", "labels", "notify_id"] == .null)
        #expect(cron.manifest["spec", "workflowMetadata", "labels", "workflow_id"] == "exp-1")
        #expect("\(cron.manifest)".contains("workflow_run_id"))
    }

    @Test func `an engine that is the experiment gets no labels of a workflow`() async throws {
        let run = try await Self.prepare(Sample.engine)
        #expect(run.manifest["metadata", "name"] == "checkout-1800000000123")
        #expect(run.manifest["metadata", "labels", "type"] == "standalone_workflow")
        #expect(run.manifest["metadata", "labels", "workflow_run_id"] == .null)
    }

    @Test func `a probe that is gone is named`() async throws {
        await #expect(
            throws: CenterError.notFound(
                "failed to fetch probe details: fault 'pod-delete-x1y' refers to the probe 'up', "
                    + "which is not in this project")
        ) { try await Self.prepare(Sample.workflow()) }
    }

    @Test func `labels with tags become labels that Kubernetes takes`() async throws {
        let text = Sample.workflow(probeRef: "''").replacing(
            "namespace: litmus\nspec",
            with: "namespace: litmus\n  labels: {subject: \"{{ workflow.parameters.adminModeNamespace }}_x\", "
                + "odd: \"{{workflow.parameters.none}}/{{\"}\nspec")
        let run = try await Self.prepare(text)
        #expect(run.manifest["metadata", "labels", "subject"] == "litmus_x")
        #expect(run.manifest["metadata", "labels", "odd"] == "workflow.parameters.none")
    }

    // MARK: The hub

    @Test(.enabled(if: HubFiles.isPresent))
    func `every experiment of the hub loses nothing on its way to the cluster`() async throws {
        let files = try HubFiles.experiments()
        #expect(files.count >= 6)
        for (file, text) in files {
            let original = try ExperimentManifest(parsing: text)
            let name = try #require(original.name)
            let admission = ManifestAdmission(
                experimentID: "exp-1", infraID: "infra-1", revisionID: "rev-1", weights: [:])
            let admitted = try await admission.admit(original, named: name) { _ in nil }
            let run = try await RunPreparation(
                .sample(infraID: "infra-1"), .sample(admitted.manifest.text), notifyID: "n", now: Self.now
            ) { _ in nil }
            let prepared = try ExperimentManifest(parsing: run.manifest.yaml())
            let before = try original.faults()
            let after = try prepared.faults()
            #expect(!before.isEmpty && before.map(\.key) == after.map(\.key), "\(file)")
            for (old, new) in zip(before, after) {
                var engine = new.engine
                for label in ["infra_id", "step_pod_name", "workflow_run_id"] {
                    #expect(engine["metadata", "labels", label] != .null, "\(file)")
                    engine["metadata", "labels", label] = .null
                }
                var expected = old.engine
                if expected["metadata", "labels"] == .null { expected["metadata", "labels"] = .object([:]) }
                #expect(engine == expected, "\(file)")
            }
            // Everything but the engines, the labels and the name.
            #expect(Self.bare(prepared) == Self.bare(original), "\(file)")
        }
    }

    @Test(.enabled(if: HubFiles.isPresent))
    func `the probes of a hub's experiment become probes of the project, and come back when it is run`() async throws {
        try await ExperimentWorld.run { world in
            for (file, text) in try HubFiles.experiments() {
                let original = try ExperimentManifest(parsing: text)
                let inline = try original.faults().flatMap(\.inlineProbes)
                guard let name = original.name, !inline.isEmpty else { continue }
                _ = try await world.save(name, text, name: name).succeeded()
                let experiment = try #require(try await world.stored(name))
                let revision = try #require(experiment.latestRevision)
                let faults = try ExperimentManifest(parsing: revision.manifest).faults()
                #expect(try faults.flatMap { try $0.probeReferences() }.count == inline.count, "\(file)")
                #expect(faults.flatMap(\.inlineProbes).isEmpty, "\(file)")
                let run = try await RunPreparation(experiment, revision, notifyID: "n", now: Self.now) { name in
                    try await world.center.store.probes.first(.project(world.projectID) && .eq("name", name))
                }
                let prepared = try ExperimentManifest(parsing: run.manifest.description).faults()
                let attached = prepared.flatMap(\.inlineProbes)
                for (old, new) in zip(inline, attached) {
                    #expect(Self.isPart(old, of: new), "\(file): \(old) became \(new)")
                }
                #expect(run.probes.flatMap(\.probeNames) == inline.compactMap { $0["name"].string }, "\(file)")
            }
            #expect(try await world.center.store.probes.count(.project(world.projectID)) > 0)
        }
    }

    /// Whether another value has all that a value has.
    private static func isPart(_ value: JSON, of other: JSON) -> Bool {
        guard case .object(let members) = value else { return value == other }
        return members.allSatisfy { isPart($0.value, of: other[$0.key]) }
    }

    @Test(.enabled(if: HubFiles.isPresent))
    func `every engine of the hub survives being written`() throws {
        let files = try HubFiles.engines()
        #expect(files.count > 50)
        for (file, text) in files {
            let yaml = try TemplatedYAML(text, source: file)
            #expect(try JSON.documents(yaml: yaml.text(), source: file) == yaml.documents, "\(file)")
        }
    }

    private static func bare(_ manifest: ExperimentManifest) -> JSON {
        var object = manifest.object
        object["metadata", "name"] = .null
        object["metadata", "labels"] = .null
        object["spec", "workflowMetadata"] = .null
        guard let path = manifest.kind.templates else { return object }
        object[path: path] = .array(
            (object[path: path].array ?? []).map { template in
                var template = template
                template["metadata"] = .null
                let artifacts = template["inputs", "artifacts"].array ?? []
                template["inputs", "artifacts"] = .array(
                    artifacts.map { artifact in
                        var artifact = artifact
                        let text = artifact["raw", "data"].string ?? ""
                        if text.contains("kind: ChaosEngine") { artifact["raw"] = .null }
                        return artifact
                    })
                return template
            })
        return object
    }
}

/// The public hub, where a copy of it lies beside this checkout.
enum HubFiles {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/hub").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func experiments() throws -> [(file: String, text: String)] {
        try files(["experiment.yaml", "experiment_cron.yaml"])
    }

    static func engines() throws -> [(file: String, text: String)] { try files(["engine.yaml"]) }

    private static func files(_ names: [String]) throws -> [(file: String, text: String)] {
        guard let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
        var found: [(String, String)] = []
        for case let file as URL in walk where names.contains(file.lastPathComponent) {
            found.append((file.path, try String(contentsOf: file, encoding: .utf8)))
        }
        return found
    }
}

extension StoredExperiment {
    static func sample(
        id: String = "exp-1", project: String = "p", infraID: String, type: String = "experiment"
    ) -> StoredExperiment {
        StoredExperiment(
            id: id, name: "checkout", projectID: project, infraID: infraID, type: type, revisions: [],
            createdAt: 1, updatedAt: 1, isRemoved: false)
    }
}

extension ExperimentRevision {
    static func sample(_ manifest: String, id: String = "rev-1") -> ExperimentRevision {
        ExperimentRevision(id: id, manifest: manifest, updatedAt: 1)
    }
}
