import ChaosRunner
import Foundation
import Testing

@testable import Commands

@Suite struct PlanTextTests {
    /// One round of packet loss on one pod, as `litmus plan --output json` tells it.
    private static func preview(problems: [String] = [], isPresent: String = "true") throws -> [EnginePreview] {
        let text = """
            [{"namespace": "shop", "name": "cart", "application": "deployment:shop:[app=cart]",
              "serviceAccount": "chaos", "problems": [], "experiments": [{
                "name": "pod-network-loss", "fault": "pod-network-loss", "execution": "inside the runner pod",
                "seed": 7, "durationMilliseconds": 60000, "rampMilliseconds": 2000,
                "rounds": [{
                  "offsetMilliseconds": 0, "repetition": "once", "sequence": "parallel", "choosesAnew": false,
                  "candidates": 3,
                  "targets": [{"namespace": "shop", "pod": "cart-1", "container": "web", "node": "n1",
                               "workload": "deployment/cart"}],
                  "steps": [{"action": "lose 30 % of egress on eth0", "mechanism": "nftables netdev egress hook",
                             "undo": "remove its rules"}],
                  "requirements": [{"node": "n1", "name": "nft", "isPresent": \(isPresent), "detail": ""}]}],
                "access": [
                  {"verb": "get", "resource": "pods", "namespace": "shop", "isAllowed": true, "otherwise": ""},
                  {"verb": "list", "resource": "pods", "namespace": "shop", "isAllowed": true, "otherwise": ""},
                  {"verb": "watch", "resource": "pods", "namespace": "shop", "isAllowed": false,
                   "otherwise": "pods are listed again and again instead of watched"}],
                "probes": [], "collisions": ["pod-cpu-hog of the helper shop/x is at work on pod shop/cart-1"],
                "notes": [], "problems": \(problems)}]}]
            """
        return try JSONDecoder().decode([EnginePreview].self, from: Data(text.utf8))
    }

    @Test("a plan says what is hit, how, how it is undone, what it needs and what is in the way")
    func text() throws {
        let text = PlanText.render(try Self.preview())
        for line in [
            "ChaosEngine shop/cart", "pod-network-loss for 1m, with 2s before and after it",
            "7 (litmus run --seed 7 makes the same choices)", "1 of 3",
            "shop/cart-1 container web of deployment/cart on node n1",
            "lose 30 % of egress on eth0 (nftables netdev egress hook)", "remove its rules", "nft on n1: there",
            "get, list pods in namespace shop: allowed",
            "watch pods in namespace shop: not allowed; pods are listed again and again instead of watched",
            "pod-cpu-hog of the helper shop/x is at work on pod shop/cart-1",
            "Nothing is known that would keep this from running.",
        ] { #expect(text.contains(line), "\(line) is missing in\n\(text)") }
    }

    @Test("what would keep a run from working stands out, and is what the last line is about")
    func problems() throws {
        let text = PlanText.render(try Self.preview(problems: ["there is no pod"], isPresent: "null"))
        #expect(text.contains("PROBLEM      there is no pod"))
        #expect(text.contains("nft on n1: not known"))
        #expect(text.contains("This would not run as it is"))
    }
}
