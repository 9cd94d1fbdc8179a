import ControlPlaneTesting
import FaultCatalog
import Foundation
import GraphQL
import HTTPTypes
import Logging
import Testing

@testable import ChaosCenter

/// Hubs of projects that are repositories.
struct HubTests {
    @Test(arguments: Engine.allCases)
    func `a hub is added, shows what is in it, is fetched again, changed and deleted`(_ engine: Engine) async throws {
        try await withFolder { folder in
            let first = try await Repository(in: folder, name: "first", Hub.files())
            let second = try await Repository(
                in: folder, name: "second", Hub.files(category: "load", faults: ["k6"], experiments: []))
            try await CenterServer.run(engine, allowingFiles) { world in
                let added = try await world.change(
                    "addChaosHub", CenterServer.hub("mine", first.url, ["tags": ["a"], "description": "My hub"])
                ).succeeded()
                #expect(added["hub", "hubType"].text == "GIT")
                #expect(added["hub", "projectID"].text == world.projectID)
                #expect(added["hub", "isDefault"].flag == false)
                let id = try #require(added["hub", "id"].text)

                let hub = try await world.status(id)
                #expect(hub["name"].text == "mine" && hub["description"].text == "My hub")
                #expect(hub["isAvailable"].flag == true)
                #expect(hub["totalFaults"].text == "1" && hub["totalExperiments"].text == "1")
                #expect(hub["createdBy"]["username"].text == "owner")
                #expect(try await world.hubs().map { $0["name"].text } == ["Litmus ChaosHub", "mine"])
                #expect(try await world.faults(id) == ["pod-delete"])
                let fault = try await world.fault("pod-delete", of: "kubernetes", in: id).succeeded()["getChaosFault"]
                #expect(fault["fault"].text == "kind: ChaosExperiment # pod-delete\n")
                #expect(fault["engine"].text == "kind: ChaosEngine # pod-delete\n")
                #expect(fault["csv"].text?.contains("ChartServiceVersion") == true)
                #expect(try await world.experiments(id).first?["experimentManifest"].text?.contains("Workflow") == true)

                world.clock.advance(by: 60)
                try await first.commit(Hub.files(faults: ["pod-delete", "disk-fill"]))
                #expect(try await world.faults(id) == ["pod-delete"])
                let synced = try await world.sync(id).succeeded()
                #expect(synced["syncChaosHub"].text == "Successfully synced ChaosHub")
                #expect(try await world.faults(id) == ["pod-delete", "disk-fill"])
                #expect(try await world.status(id)["lastSyncedAt"].text == "\(world.center.now())")

                let change = CenterServer.hub("ours", second.url, ["id": .string(id)])
                #expect(try await world.change("updateChaosHub", change).succeeded()["hub", "name"].text == "ours")
                #expect(try await world.faults(id) == ["k6"])

                let path = "\(world.center.settings.dataDirectory)/hubs/\(world.projectID)/\(id)"
                #expect(FileManager.default.fileExists(atPath: path))
                #expect(try await world.deleteHub(id).succeeded()["deleteChaosHub"].flag == true)
                #expect(!FileManager.default.fileExists(atPath: path))
                #expect(try await world.hubs().count == 1)
                #expect(try await world.charts(id).errors.first?.contains("no documents in result") == true)
            }
        }
    }

    @Test func `a name is taken once in a project, and free again after the hub is deleted`() async throws {
        try await CenterServer.run { world in
            let hub = CenterServer.hub("same", "https://127.0.0.1:1/none.git")
            let id = try await world.change("saveChaosHub", hub).succeeded()["hub", "id"].text ?? ""
            #expect(try await world.change("saveChaosHub", hub).errors == ["name already exists"])
            #expect(try await world.addRemoteHub("same", "http://127.0.0.1:1/x.zip").errors == ["name already exists"])
            _ = try await world.change("saveChaosHub", hub, as: world.stranger).succeeded()
            let other =
                try await world.change(
                    "saveChaosHub", CenterServer.hub("other", "https://127.0.0.1:1/none.git")
                ).succeeded()["hub", "id"].text ?? ""
            let renamed = CenterServer.hub("same", "https://127.0.0.1:1/none.git", ["id": .string(other)])
            #expect(try await world.change("updateChaosHub", renamed).errors == ["name already exists"])
            _ = try await world.deleteHub(id).succeeded()
            _ = try await world.change("updateChaosHub", renamed).succeeded()
        }
    }

    @Test func `a hub belongs to its project`() async throws {
        try await CenterServer.run { world in
            let hub = CenterServer.hub("mine", "https://127.0.0.1:1/none.git")
            let id = try await world.change("saveChaosHub", hub).succeeded()["hub", "id"].text ?? ""
            #expect(try await world.hubs(as: world.stranger).count == 1)
            for reply in [
                try await world.charts(id, as: world.stranger), try await world.deleteHub(id, as: world.stranger),
                try await world.change(
                    "updateChaosHub", CenterServer.hub("x", "https://127.0.0.1:1/x.git", ["id": .string(id)]),
                    as: world.stranger),
            ] {
                #expect(reply.errors == ["mongo: no documents in result: there is no hub with this id"])
            }
            let stats = try await world.graphQL(
                "query ($p: ID!) { getChaosHubStats(projectID: $p) { totalChaosHubs } }",
                ["p": .string(world.projectID)]
            ).succeeded()
            #expect(stats["getChaosHubStats", "totalChaosHubs"].number == 2)
        }
    }

    @Test func `hubs are chosen by id, name, description and tags`() async throws {
        try await CenterServer.run { world in
            var ids: [String] = []
            for (name, tags) in [("Alpha", ["a", "b"]), ("beta", ["b"])] as [(String, GraphQLValue)] {
                let more: GraphQLObject = ["tags": tags, "description": .string("About \(name)")]
                let hub = CenterServer.hub(name, "https://127.0.0.1:1/x.git", more)
                ids.append(try await world.change("saveChaosHub", hub).succeeded()["hub", "id"].text ?? "")
                world.clock.advance(by: 1)
            }
            func names(_ request: GraphQLValue) async throws -> [String?] {
                try await world.hubs(request).map { $0["name"].text }
            }
            #expect(try await names(["chaosHubIDs": [.string(ids[1])]]) == ["beta"])
            #expect(try await names(["filter": ["chaosHubName": "ALPH"]]) == ["Alpha"])
            #expect(try await names(["filter": ["tags": ["b"]]]) == ["Alpha", "beta"])
            #expect(try await names(["filter": ["tags": ["a", "b"]]]) == ["Alpha"])
            #expect(try await names(["filter": ["description": "about b"]]) == ["beta"])
            #expect(try await names(["chaosHubIDs": []]) == ["Litmus ChaosHub", "Alpha", "beta"])
            #expect(try await names([:]) == ["Litmus ChaosHub", "Alpha", "beta"])
        }
    }

    @Test func `names that lead out of a hub are refused`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files())
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let id = try await world.addHub("mine", repository.url)
                for (category, name) in [
                    ("../..", "x"), ("kubernetes", "../../../.."), ("kubernetes", "pod-delete/../pod-delete"),
                    ("/etc", "passwd"), ("..", ".."), ("kubernetes", ""), ("kubernetes", "a\u{0}b"), (".git", "config"),
                ] {
                    for hub in [id, BuiltInHub.id] {
                        let reply = try await world.fault(name, of: category, in: hub)
                        #expect(
                            reply.errors.first?.contains("cannot be a name in a hub") == true, "\(category)/\(name)")
                    }
                }
                let missing = try await world.fault("none", of: "kubernetes", in: id)
                #expect(missing.errors == ["the hub has no fault 'none' in the category 'kubernetes'"])
                let experiment = try await world.graphQL(
                    """
                    query ($h: ID!, $p: ID!) { getPredefinedExperiment(hubID: $h, experimentName: ["../faults"],
                      projectID: $p) { experimentName } }
                    """, ["h": .string(id), "p": .string(world.projectID)])
                #expect(experiment.errors.first?.contains("cannot be a name in a hub") == true)
            }
        }
    }

    @Test func `links of a repository lead nowhere, and files have a limit`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files())
            let secret = folder + "/secret"
            try "the secret".write(toFile: secret, atomically: true, encoding: .utf8)
            let fault = "faults/kubernetes/pod-delete"
            try repository.write(Data(count: HubDirectory.fileSize + 1), "faults/kubernetes/huge/fault.yaml")
            try await repository.commit(
                ["faults/kubernetes/linked/engine.yaml": "here"],
                links: [
                    "faults/kubernetes/linked/fault.yaml": secret, "faults/outside": folder,
                    "faults/kubernetes/again": "pod-delete",
                ])
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let id = try await world.addHub("mine", repository.url)
                let linked = try await world.fault("linked", of: "kubernetes", in: id).succeeded()
                // A link is what git keeps of it: the text of where it leads.
                #expect(linked["getChaosFault", "fault"].text == secret)
                #expect(try await world.fault("again", of: "kubernetes", in: id).codes == ["NOT_FOUND"])
                #expect(try await world.fault("secret", of: "outside", in: id).codes == ["NOT_FOUND"])
                let huge = try await world.fault("huge", of: "kubernetes", in: id)
                #expect(huge.errors.first?.contains("not a file of at most") == true)
                // The same for links that come into the folder by another way.
                let place = "\(world.center.settings.dataDirectory)/hubs/\(world.projectID)/\(id)/\(fault)"
                try FileManager.default.removeItem(atPath: place + "/fault.yaml")
                try FileManager.default.createSymbolicLink(
                    atPath: place + "/fault.yaml", withDestinationPath: secret)
                let read = try await world.fault("pod-delete", of: "kubernetes", in: id).succeeded()
                #expect(read["getChaosFault", "fault"].text == "")
            }
        }
    }

    @Test func `a chart that cannot be read costs the others nothing`() async throws {
        try await withFolder { folder in
            var files = Hub.files()
            files["faults/broken/broken.chartserviceversion.yaml"] = "spec: [unclosed"
            files["faults/other/other.chartserviceversion.yaml"] = "kind: Deployment\n"
            files["faults/bare/x/fault.yaml"] = "x: y\n"
            let repository = try await Repository(in: folder, files)
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let id = try await world.addHub("mine", repository.url)
                let charts = try await world.charts(id).succeeded()["listChaosFaults"].items ?? []
                #expect(charts.map { $0["metadata"]["name"].text } == ["kubernetes"])
                #expect(charts.first?["metadata"]["version"].text == "0.1")
            }
        }
    }

    /// Reads a hub whose charts have descriptions of 1000 bytes each.
    private static func tree(
        of categories: [String], chartSize: Int = HubTree.chartSize
    ) async throws -> HubTree {
        try await withFolder { folder in
            for category in categories {
                let text = "kind: ChartServiceVersion\nmetadata: {name: \(category)}\nspec: {}\n#"
                let place = "\(folder)/faults/\(category)"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                try text.padding(toLength: 1000, withPad: "x", startingAt: 0).write(
                    toFile: "\(place)/\(category).chartserviceversion.yaml", atomically: true, encoding: .utf8)
            }
            let files = try #require(HubDirectory(folder))
            return HubTree(files, name: "made", chartSize: chartSize, .init(label: "test"))
        }
    }

    @Test func `charts are read as long as they are no larger than they may be`() async throws {
        func names(_ size: Int) async throws -> [String] {
            try await Self.tree(of: ["a", "b", "c"], chartSize: size).charts.map(\.metadata.name)
        }
        #expect(try await names(3000) == ["a", "b", "c"])
        #expect(try await names(2999) == ["a", "b"])
        #expect(try await names(999).isEmpty)
        #expect(try await Self.tree(of: ["a", "b", "c"]).size == 3000)
    }

    @Test func `hubs are remembered as long as they take no more memory than they may`() async throws {
        let half = try await Self.tree(of: ["a"])
        var trees = RememberedTrees(limit: 2000)
        trees["a"] = half
        trees["a"] = half
        trees["b"] = half
        #expect(trees["a"] != nil && trees["b"] != nil)
        trees["c"] = half
        #expect(trees["a"] == nil && trees["b"] == nil && trees["c"] != nil)
        trees["c"] = nil
        trees["d"] = half
        trees["e"] = half
        #expect(trees["c"] == nil && trees["d"] != nil && trees["e"] != nil)
    }

    @Test func `an experiment that nothing describes is not listed`() async throws {
        try await withFolder { folder in
            var files = Hub.files(experiments: ["bare", "broken", "described", "empty", "scalar"])
            func csv(_ name: String) -> String { "experiments/\(name)/\(name).chartserviceversion.yaml" }
            files[csv("bare")] = nil
            files[csv("broken")] = "spec: [unclosed"
            files[csv("empty")] = "# nothing\n"
            files[csv("scalar")] = "text"
            let repository = try await Repository(in: folder, files)
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let id = try await world.addHub("mine", repository.url)
                #expect(try await world.experiments(id).map { $0["experimentName"].text } == ["described"])
            }
        }
    }

    @Test func `what was not fetched yet says so, and is fetched in the background`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files())
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let saved = try await world.change("saveChaosHub", CenterServer.hub("mine", repository.url))
                let id = try saved.succeeded()["hub", "id"].text ?? ""
                #expect(try await world.status(id)["isAvailable"].flag == false)
                #expect(try await world.status(id)["totalFaults"].text == "0")
                #expect(try await world.charts(id).errors.first?.contains("could not be fetched yet") == true)
                let duties = Task { await CenterDuties(world.center).run() }
                defer { duties.cancel() }
                while try await world.status(id)["isAvailable"].flag != true { await Task.yield() }
                #expect(try await world.faults(id) == ["pod-delete"])
            }
        }
    }

    @Test func `what a deleted hub left on the disk is removed at the next start`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files())
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                let id = try await world.addHub("mine", repository.url)
                let project = "\(world.center.settings.dataDirectory)/hubs/\(world.projectID)"
                for name in ["gone", "gone.new", "\(id).new"] {
                    try FileManager.default.createDirectory(
                        atPath: "\(project)/\(name)/faults", withIntermediateDirectories: true)
                }
                try await world.center.hubs.removeLeftovers()
                let left = try FileManager.default.contentsOfDirectory(atPath: project)
                #expect(Set(left) == [id, "\(id).new"])
                #expect(try await world.sync(id).errors.isEmpty)
                #expect(try FileManager.default.contentsOfDirectory(atPath: project) == [id])
            }
        }
    }

    @Test func `the icons of hubs are answered to everyone, and nothing else`() async throws {
        try await withFolder { folder in
            let repository = try await Repository(in: folder, Hub.files())
            let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [1, 2, 3])
            try repository.write(png, "faults/kubernetes/icons/pod-delete.png")
            try repository.write(png, "experiments/icons/pod-delete.png")
            try repository.write(Data("<script>".utf8), "faults/kubernetes/icons/page.png")
            try await repository.commit(["README.md": "x"])
            try await CenterServer.run(.sqlite, allowingFiles) { world in
                _ = try await world.addHub("my hub", repository.url)
                func icon(_ path: String) async throws -> Answer {
                    try await world.server.send(.get, "/icon/" + path, below: "/api")
                }
                for chart in ["kubernetes", "predefined"] {
                    let answer = try await icon("\(world.projectID)/my%20hub/\(chart)/pod-delete.png")
                    #expect(answer.status == 200 && answer.headers[.contentType] == "image/png")
                    #expect(answer.text.hasSuffix("\u{1}\u{2}\u{3}"))
                }
                for path in [
                    "\(world.projectID)/my%20hub/kubernetes/page.png",
                    "\(world.projectID)/my%20hub/kubernetes/none.png",
                    "\(world.projectID)/my%20hub/kubernetes/..%2F..%2F..%2FREADME.md",
                    "\(world.projectID)/my%20hub/..%2Fkubernetes/pod-delete.png",
                    "\(world.stranger.projectID)/my%20hub/kubernetes/pod-delete.png",
                    "default/Litmus%20ChaosHub/kubernetes/pod-delete.png",
                ] {
                    #expect(try await icon(path).status == 404, "\(path)")
                }
            }
        }
    }

    @Test(.enabled(if: Hub.isPresent))
    func `the public hub is read whole`() throws {
        let files = try #require(HubDirectory(Hub.folder.path))
        let tree = HubTree(files, name: "public", .init(label: "test"))
        let counts = Dictionary(tree.charts.map { ($0.metadata.name, $0.spec.faults.count) }) { $1 }
        #expect(
            counts == [
                "aws": 8, "azure": 2, "gcp": 4, "kubernetes": 31, "load": 1, "spring-boot": 6, "vmware": 1,
            ])
        #expect(tree.totalFaults == 53)
        let kubernetes = try #require(tree.charts.first { $0.metadata.name == "kubernetes" })
        #expect(kubernetes.packageInfo.experiments.count == 33)
        #expect(kubernetes.spec.links.first?.url == "https://kubernetes.io")
        for chart in tree.charts {
            for fault in chart.spec.faults {
                let texts = try tree.fault(fault.name, of: chart.metadata.name)
                #expect(!texts.fault.isEmpty && !texts.csv.isEmpty, "\(fault.name)")
            }
        }
        #expect(tree.experiments().map(\.name) == ["pod-cpu-hog", "pod-delete", "podtato-head"])
    }
}
