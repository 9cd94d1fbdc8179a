import FaultCatalog
import Foundation
import KubernetesAPI
import Testing

@Suite struct FaultCatalogTests {
    @Test("the list names every fault and what it does")
    func list() throws {
        let text = try FaultCatalog.describe(nil)
        for fault in FaultCatalog.faults { #expect(text.contains(fault.name) && text.contains(fault.summary)) }
    }

    @Test("a fault is shown with every tunable, its default and meaning")
    func description() throws {
        let text = try FaultCatalog.describe("pod-delete")
        let fault = try #require(FaultCatalog.fault(named: "pod-delete"))
        for tunable in fault.tunables { #expect(text.contains(tunable.name) && text.contains(tunable.meaning)) }
        #expect(text.contains("deployments.apps"))
        let json = try FaultCatalog.json("pod-delete")
        #expect(json["tunables"].array?.count == fault.tunables.count)
    }

    @Test("a name that no fault has is answered with those that exist")
    func unknown() {
        #expect(throws: UnknownFault(name: "pod-delte")) { try FaultCatalog.describe("pod-delte") }
        #expect("\(UnknownFault(name: "x"))".contains("pod-delete"))
    }

    @Test("a name occurs once, a tunable once in its fault")
    func unique() {
        #expect(Set(FaultCatalog.faults.map(\.name)).count == FaultCatalog.faults.count)
        for fault in FaultCatalog.faults {
            #expect(Set(fault.tunables.map(\.name)).count == fault.tunables.count)
        }
    }

    @Test(
        "what no manifest sets is in the catalogue too",
        arguments: [
            ("container-kill", ["CONTAINER_API_TIMEOUT", "POD_TERMINATION_ORDER", "INTER_POD_KILL_INTERVAL_SECONDS"]),
            ("pod-cpu-hog", []),
            (
                "pod-network-loss",
                [
                    "SOURCE_PORTS", "DESTINATION_PORTS", "CORRELATION", "NETWORK_PROTOCOLS",
                    "NETWORK_TRAFFIC_DIRECTION",
                ]
            ),
        ])
    func hiddenTunables(name: String, own: [String]) throws {
        let fault = try #require(FaultCatalog.fault(named: name))
        let hidden = Set(fault.tunables.filter { $0.manifestValue == nil }.map(\.name))
        let shared = [
            "STATUS_CHECK_DELAY", "STATUS_CHECK_TIMEOUT", "LIB_IMAGE_PULL_POLICY", "TERMINATION_GRACE_PERIOD_SECONDS",
            "SET_HELPER_DATA", "CHAOS_SERVICE_ACCOUNT", "RANDOMNESS", "INSTANCE_ID", "LITMUS_SEED",
        ]
        #expect(hidden == Set(own + shared))
    }

    @Test(
        "the generated ChaosExperiment is the hub's, in everything but its words",
        .enabled(if: Hub.isPresent, "there is no copy of the hub beside this checkout"),
        arguments: FaultCatalog.faults.map(\.name))
    func hubManifest(name: String) throws {
        let theirs = try #require(
            try Hub.objects(kind: "ChaosExperiment").first { $0.object["metadata", "name"].string == name }?.object)
        var ours = try #require(FaultCatalog.fault(named: name)).manifest()
        ours["description"] = theirs["description"]
        #expect(ours["metadata"] == theirs["metadata"])
        #expect(ours["spec", "definition"] == theirs["spec", "definition"])
    }

    @Test("the manifests to apply are those of the hub, for one fault or all")
    func manifests() throws {
        let one = try JSON.documents(yaml: try FaultCatalog.manifests("pod-delete"), source: "test")
        #expect(one == [try #require(FaultCatalog.fault(named: "pod-delete")).manifest()])
        let all = try JSON.documents(yaml: try FaultCatalog.manifests(nil), source: "test")
        #expect(all.map { $0["metadata", "name"].string } == FaultCatalog.faults.map(\.name))
        #expect(throws: UnknownFault.self) { try FaultCatalog.manifests("pod-levitation") }
    }
}
