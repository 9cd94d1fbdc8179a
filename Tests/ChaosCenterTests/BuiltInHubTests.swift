import ChaosAPI
import FaultCatalog
import GraphQL
import KubernetesAPI
import Logging
import Testing

@testable import ChaosCenter

/// The hub that every project has.
struct BuiltInHubTests {
    @Test func `it is there without anything fetched, and cannot be changed`() async throws {
        try await CenterServer.run { world in
            let id = "6f39cea9-6264-4951-83a8-29976b614289"
            let hub = try #require(try await world.hubs().first)
            #expect(hub["id"].text == id && hub["name"].text == "Litmus ChaosHub")
            #expect(hub["isDefault"].flag == true && hub["isAvailable"].flag == true)
            #expect(hub["totalFaults"].text == "\(FaultCatalog.faults.count)")
            #expect(hub["totalExperiments"].text == "\(FaultCatalog.faults.count)")
            #expect(try await world.status(id)["name"] == hub["name"])
            #expect(try await world.sync(id).succeeded()["syncChaosHub"].text == "Successfully synced ChaosHub")
            let changed = CenterServer.hub("x", "https://example.com/x.git", ["id": .string(id)])
            for reply in [try await world.change("updateChaosHub", changed), try await world.deleteHub(id)] {
                #expect(reply.errors == ["the built-in hub cannot be changed"])
            }
        }
    }

    @Test func `its charts tell of every fault that can be injected`() async throws {
        try await CenterServer.run { world in
            let charts = try await world.charts(BuiltInHub.id).succeeded()["listChaosFaults"].items ?? []
            #expect(Set(charts.map { $0["metadata"]["name"].text }) == Set(FaultCatalog.faults.map(\.category)))
            let kubernetes = try #require(charts.first { $0["metadata"]["name"].text == "kubernetes" })
            let names = FaultCatalog.faults.filter { $0.category == "kubernetes" }.map(\.name)
            #expect(kubernetes["spec"]["faults"].items?.map { $0["name"].text } == names)
            #expect(kubernetes["packageInfo"]["experiments"].items?.map { $0["name"].text } == names)
            let hog = kubernetes["spec"]["faults"].items?.first { $0["name"].text == "pod-cpu-hog" }
            #expect(hog?["displayName"].text == "Pod CPU Hog")
        }
    }

    @Test(arguments: FaultCatalog.faults)
    func `a fault has its definition, an engine and a description`(_ fault: FaultDescription) async throws {
        let tree = HubTree(try BuiltInHub(), name: "built in", .init(label: "test"))
        let texts = try tree.fault(fault.name, of: fault.category)
        let definition = try #require(try JSON.documents(yaml: texts.fault, source: "fault").first)
        #expect(definition == fault.manifest())
        let engine = ChaosEngine(json: try #require(try JSON.documents(yaml: texts.engine, source: "engine").first))
        #expect(engine.experiments.map(\.name) == [fault.name])
        let csv = try #require(try JSON.documents(yaml: texts.csv, source: "csv").first)
        #expect(try Chart(csv, package: .null).spec.displayName == fault.displayName)
    }

    @Test(arguments: FaultCatalog.faults)
    func `a fault has an experiment that can be saved as it is`(_ fault: FaultDescription) throws {
        let tree = HubTree(try BuiltInHub(), name: "built in", .init(label: "test"))
        let text = try #require(try tree.experiment(fault.name)).manifest
        let workflow = try #require(try JSON.documents(yaml: text, source: "experiment").first)
        #expect(workflow["kind"].string == "Workflow" && workflow["metadata", "name"].string == fault.name)
        let templates = workflow["spec", "templates"].array ?? []
        let names = templates.compactMap { $0["name"].string }
        #expect(Set(names).count == templates.count && names.contains(workflow["spec", "entrypoint"].string ?? ""))
        let steps = (templates.first?["steps"].array ?? []).flatMap { $0.array ?? [] }
        #expect(steps.compactMap { $0["template"].string }.allSatisfy(names.contains) && steps.count == 3)
        // What the server looks for when it is saved: the engines in first artifacts.
        let objects = try templates.compactMap { template -> JSON? in
            guard let data = template["inputs", "artifacts"].array?.first?["raw", "data"].string else { return nil }
            return try JSON.documents(yaml: data, source: "artifact").first
        }
        #expect(objects.map { $0["kind"].string } == ["ChaosExperiment", "ChaosEngine"])
        let engine = try #require(objects.last)
        #expect(engine["metadata", "generateName"].string == "\(fault.name)-run")
        #expect(engine["metadata", "name"].isNull)
        #expect(engine["metadata", "annotations", "probeRef"].string == "[]")
        #expect(ChaosEngine(json: engine).experiments.map(\.name) == [fault.name])
        #expect(engine["spec", "chaosServiceAccount"].string == "litmus-admin")
    }

    @Test func `the server saves its experiments as they are`() async throws {
        try await ExperimentWorld.run { world in
            for experiment in try await world.server.experiments(BuiltInHub.id) {
                let name = try #require(experiment["experimentName"].text)
                let text = try #require(experiment["experimentManifest"].text)
                // Clients turn YAML into JSON.
                let manifest = try #require(try JSON.documents(yaml: text, source: name).first)
                let reply = try await world.save("id-of-\(name)", "\(manifest)", name: name)
                #expect(
                    try reply.succeeded()["saveChaosExperiment"].text
                        == "experiment saved successfully with ID id-of-\(name)")
                let stored = try #require(try await world.stored("id-of-\(name)")?.latestRevision)
                #expect(stored.weightages == [FaultWeightage(faultName: "\(name)-run", weightage: 10)])
            }
        }
    }
}
