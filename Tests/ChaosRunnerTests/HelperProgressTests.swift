import ChaosAPI
import Faults
import Injection
import KubernetesAPI
import Testing

@testable import ChaosRunner

@Suite struct HelperProgressTests {
    private static let order = InjectionOrder(id: "h", fault: "f", steps: [], targets: [], durationMilliseconds: 0)

    private static func pod(_ phase: String, report: String? = nil, isBeingDeleted: Bool = false, status: JSON = [:])
        -> Pod
    {
        var pod = Pod(name: "h", namespace: "shop")
        if let report { pod.metadata.annotations[HelperContract.reportAnnotation] = report }
        if isBeingDeleted { pod.metadata.deletionTimestamp = .now }
        pod.json["status"] = status.merging(patch: ["phase": .string(phase)])
        return pod
    }

    private static let injected = #"{"state":"injected","effects":[]}"#
    private static let reverted = #"{"state":"reverted","effects":[]}"#
    private static let interrupted = #"{"state":"reverted","effects":[],"isInterrupted":true}"#
    private static let running: JSON = ["containerStatuses": [["name": "c", "ready": true, "state": ["running": [:]]]]]

    struct Case: Sendable, CustomTestStringConvertible {
        var title: String
        var pods: [Pod]
        var state: HelperProgress.State
        var testDescription: String { title }
    }

    static let cases = [
        Case(title: "pending", pods: [pod("Pending")], state: .starting("pod h is in Pending state")),
        Case(
            title: "its image cannot be had",
            pods: [
                pod(
                    "Pending",
                    status: ["containerStatuses": [["name": "c", "state": ["waiting": ["reason": "ErrImagePull"]]]]])
            ], state: .starting("pod h: container c is waiting (ErrImagePull)")),
        Case(
            title: "running", pods: [pod("Running", status: running)],
            state: .starting("the helper pod h has not hit its targets yet")),
        Case(
            title: "a report that nobody understands", pods: [pod("Running", report: "{", status: running)],
            state: .starting("the helper pod h has not hit its targets yet")),
        Case(
            title: "injected", pods: [pod("Running", report: injected)],
            state: .injected(InjectionReport(state: .injected))),
        Case(
            title: "injected, told to go", pods: [pod("Running", report: injected, isBeingDeleted: true)],
            state: .injected(InjectionReport(state: .injected))),
        Case(
            title: "reverted", pods: [pod("Running", report: reverted)],
            state: .ended(InjectionReport(state: .reverted))),
        Case(
            title: "reverted because it was told to go", pods: [pod("Running", report: reverted, isBeingDeleted: true)],
            state: .lost("helper pod failed: h was deleted before it was done", InjectionReport(state: .reverted))),
        Case(
            title: "reverted because its node or agent was stopped",
            pods: [
                pod("Failed", report: interrupted, status: ["reason": "NodeAgentLost", "message": "told to end"])
            ],
            state: .lost(
                "helper pod failed: h was told to end before it was done (NodeAgentLost, told to end)",
                InjectionReport(state: .reverted, isInterrupted: true))),
        Case(
            title: "over without a word", pods: [pod("Failed", status: ["reason": "Evicted", "message": "disk"])],
            state: .lost("helper pod failed: h ended without a report (Evicted, disk)", nil)),
        Case(
            title: "over after injection", pods: [pod("Failed", report: injected)],
            state: .lost(
                "helper pod failed: h ended without a report (Failed)", InjectionReport(state: .injected))),
        Case(
            title: "gone", pods: [],
            state: .lost("helper pod failed: h was deleted before it was done", nil)),
    ]

    @Test("what a helper's pod shows tells how far it is", arguments: cases)
    func state(_ expected: Case) {
        var progress = HelperProgress(orders: [Self.order])
        progress.see(expected.pods)
        #expect(progress.state(of: Self.order) == expected.state)
    }

    @Test("a last word stands, also when the pod is gone afterwards")
    func lastWord() {
        var progress = HelperProgress(orders: [Self.order])
        progress.see([Self.pod("Running", report: Self.reverted)])
        progress.see([])
        #expect(progress.state(of: Self.order) == .ended(InjectionReport(state: .reverted)))
        #expect(progress.failures.isEmpty && progress.missingEnd == nil)
    }

    @Test("an order that nobody has begun is told from one that is being begun")
    func untaken() {
        var progress = HelperProgress(orders: [Self.order])
        progress.see([Self.pod("Pending")])
        #expect(progress.missingAgents == "no node agent has taken h")
        progress.see([Self.pod("Running", status: Self.running)])
        #expect(progress.missingAgents == nil && progress.missingInjection != nil)
    }

    @Test("a failure without a reason is one nevertheless")
    func noReason() {
        var progress = HelperProgress(orders: [Self.order])
        progress.see([Self.pod("Failed", report: #"{"state":"failed","effects":[]}"#)])
        #expect(progress.failures.map(\.code) == [.helperPodFailed])
    }
}
